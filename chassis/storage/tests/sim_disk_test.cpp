// The simulated disk is believed by every other simulation, so what it does to data is shown here.
#include "chassis/storage/sim_disk.hpp"

#include <gtest/gtest.h>

#include <set>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/sync_failed.hpp"
#include "chassis/storage/tests/simulation.hpp"

namespace madang::storage {
namespace {

using namespace std::chrono_literals;

// What is left of a file after `change` and a power loss, over many seeds.
std::set<std::optional<std::string>> left_after(
    const std::function<void(Simulation&, FileSystem&)>& change) {
  std::set<std::optional<std::string>> left;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Simulation simulation{seed};
    auto& files = simulation.storage.files();
    simulation.run("shop", [&] { change(simulation, files); });
    simulation.storage.disk("shop").power_loss();
    simulation.run("shop", [&] { left.insert(files.read("shop/file")); });
  }
  return left;
}

const std::string two_sectors = std::string(512, 'a') + std::string(512, 'b');

TEST(APowerLoss, TakesNothingThatWasSynced) {
  EXPECT_EQ(left_after([](Simulation&, FileSystem& files) {
              files.write_durably("shop/file", two_sectors);
            }),
            (std::set<std::optional<std::string>>{two_sectors}));
}

TEST(APowerLoss, TakesKeepsOrTearsWhatWasNotSynced) {
  const auto left = left_after([](Simulation&, FileSystem& files) {
    const auto writer = files.create("shop/file");
    writer->finish();
    writer->append(two_sectors);
  });
  EXPECT_TRUE(left.contains(""));
  EXPECT_TRUE(left.contains(two_sectors));
  EXPECT_TRUE(left.contains(std::string(512, 'a')));
  EXPECT_TRUE(left.contains(std::string(512, '\0') + std::string(512, 'b'))) << "in any order";
  EXPECT_TRUE(std::ranges::any_of(left, [](const auto& content) {
    return content->size() % 512 != 0;
  })) << "none is torn";
}

TEST(APowerLoss, MayTakeTheNameOfASyncedFile) {
  const auto left = left_after([](Simulation& simulation, FileSystem&) {
    auto& disk = simulation.storage.disk("shop");
    SimDisk::Handle file{disk, disk.create("shop/file", SimDisk::Kind::file)};
    file.write(0, std::as_bytes(std::span{two_sectors}));
    EXPECT_EQ(file.sync(), SimDisk::Done::yes);
  });
  EXPECT_EQ(left, (std::set<std::optional<std::string>>{std::nullopt, two_sectors}));
}

TEST(APowerLoss, MayTakeTheContentOfARenamedFile) {
  const auto left = left_after([](Simulation&, FileSystem& files) {
    files.write_durably("shop/file", "old");
    files.create("shop/file.new")->append("new");
    files.rename("shop/file.new", "shop/file");
  });
  EXPECT_TRUE(left.contains(""));
  EXPECT_TRUE(left.contains("new"));
  EXPECT_FALSE(left.contains("old"));
}

TEST(APowerLoss, MayUndoARemoval) {
  const auto left = left_after([](Simulation& simulation, FileSystem& files) {
    files.write_durably("shop/file", "old");
    simulation.storage.disk("shop").remove("shop/file");
  });
  EXPECT_EQ(left, (std::set<std::optional<std::string>>{std::nullopt, "old"}));
}

TEST(APowerLoss, KillsWhoeverUsesTheDisk) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  bool went_on = false;
  const auto uses_disk = [&](const std::string& disk) {
    return [&, disk] {
      const auto writer = files.create(disk + "/file");
      simulation.simulator.sleep(1h);
      writer->append("late");
      went_on = true;
    };
  };
  simulation.simulator.process("one").spawn("task", uses_disk("shop"));
  simulation.simulator.process("two").spawn("task", uses_disk("shop"));
  simulation.simulator.process("elsewhere").spawn("task", uses_disk("other"));
  simulation.simulator.run_for(1s);
  simulation.storage.disk("shop").power_loss();
  simulation.simulator.run_for(1s);
  EXPECT_FALSE(simulation.simulator.alive("one") || simulation.simulator.alive("two"));
  EXPECT_TRUE(simulation.simulator.alive("elsewhere"));
  EXPECT_FALSE(went_on);
}

TEST(AKilledProcess, LeavesWhatItWroteInThePageCacheOnly) {
  std::set<std::optional<std::string>> left;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Simulation simulation{seed};
    auto& files = simulation.storage.files();
    simulation.run("shop", [&] {
      const auto writer = files.create("shop/file");
      writer->finish();
      writer->append("unsynced");
      simulation.simulator.kill("shop", "test");
      simulation.simulator.sleep(1s);
    });
    simulation.run("shop", [&] { EXPECT_EQ(files.read("shop/file"), "unsynced"); });
    simulation.storage.disk("shop").power_loss();
    simulation.run("shop", [&] { left.insert(files.read("shop/file")); });
  }
  EXPECT_TRUE(left.contains(""));
}

TEST(AKilledProcess, MayHaveBeenKilledAtASyncOfWhatTheNextOneReads) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  auto& disk = simulation.storage.disk("shop");
  bool went_on = false;
  simulation.run("shop", [&] {
    files.write_durably("shop/file", "synced");
    disk.kill_after_syncs(1);
    const auto writer = files.create("shop/log");
    writer->append("unsynced");
    writer->finish();
    went_on = true;
  });
  EXPECT_FALSE(went_on);
  simulation.run("shop", [&] { EXPECT_EQ(files.read("shop/log"), "unsynced"); });
  disk.faults.unsynced = DiskFaults::Unsynced::lost;
  disk.power_loss();
  simulation.run("shop", [&] { EXPECT_EQ(files.read("shop/file"), "synced"); });
  simulation.run("shop", [&] { EXPECT_NE(files.read("shop/log"), "unsynced"); });
}

TEST(ASyncThatFails, MayBeFollowedByAPowerLoss) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  auto& disk = simulation.storage.disk("shop");
  bool went_on = false;
  simulation.run("shop", [&] {
    const auto writer = files.create("shop/file");
    writer->append("lost or not");
    disk.faults.syncs_fail_one_in = 1;
    disk.faults.failed_syncs_end_in_power_loss_one_in = 1;
    EXPECT_THROW(writer->finish(), SyncFailed);
    for (int write = 0; write < 40; ++write) writer->append("more");
    went_on = true;
  });
  EXPECT_FALSE(went_on);
}

TEST(AKilledProcess, ReachesTheDiskNoMoreWhileItUnwinds) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  int refused = 0;
  simulation.run("shop", [&] {
    const auto writer = files.create("shop/file");
    writer->append("before");
    try {
      simulation.simulator.kill("shop", "test");
      simulation.simulator.sleep(1s);
    } catch (const runtime::Stopped&) {
      for (int time = 0; time < 20; ++time) try {
          writer->append("after");
        } catch (const chassis::Unavailable&) {
          ++refused;
        }
      throw;
    }
  });
  EXPECT_EQ(refused, 20);
  simulation.run("shop", [&] { EXPECT_EQ(files.read("shop/file"), "before"); });
}

// The pages are clean afterwards, so that a second sync succeeds and saves nothing.
TEST(AFailedSync, IsReportedOnceAndLosesTheData) {
  const auto left = left_after([](Simulation& simulation, FileSystem& files) {
    auto& faults = simulation.storage.disk("shop").faults;
    const auto writer = files.create("shop/file");
    writer->finish();
    writer->append("new");
    faults.syncs_fail_one_in = 1;
    EXPECT_THROW(writer->finish(), SyncFailed);
    faults.syncs_fail_one_in = 0;
    writer->finish();
    EXPECT_EQ(files.read("shop/file"), "new");
  });
  EXPECT_EQ(left, (std::set<std::optional<std::string>>{"", "new"}));
}

TEST(ADiskWithFaults, RefusesToGrowWhenItIsFull) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  simulation.run("shop", [&] {
    files.write_durably("shop/file", "old");
    simulation.storage.disk("shop").faults.full = true;
    EXPECT_THROW(files.write_durably("shop/file", "new"), chassis::Unavailable);
    EXPECT_EQ(files.read("shop/file"), "old");
    simulation.storage.disk("shop").faults.full = false;
    files.write_durably("shop/file", "new");
  });
  EXPECT_EQ(simulation.storage.disk("shop").counts.refused_writes, 1U);
}

TEST(ADiskWithFaults, FailsReadsAndWritesNowAndThen) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  auto& disk = simulation.storage.disk("shop");
  int failed_writes = 0, failed_reads = 0;
  simulation.run("shop", [&] {
    for (int turn = 0; turn < 200; ++turn) {
      disk.faults.writes_fail_one_in = 4;
      try {
        files.create("shop/file")->append("content");
      } catch (const chassis::Unavailable&) {
        ++failed_writes;
      }
      disk.faults.writes_fail_one_in = 0;
      files.write_durably("shop/file", "content");
      disk.faults.reads_fail_one_in = 4;
      try {
        EXPECT_EQ(files.read("shop/file"), "content");
      } catch (const chassis::Unavailable&) {
        ++failed_reads;
      }
      disk.faults.reads_fail_one_in = 0;
    }
  });
  EXPECT_GT(failed_writes, 20);
  EXPECT_GT(failed_reads, 20);
}

TEST(ADiskWithFaults, MayBeSlow) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  const auto time_of_one_write = [&] {
    const auto began = simulation.simulator.now();
    simulation.run("shop", [&] { files.write_durably("shop/file", "content"); });
    return simulation.simulator.now() - began;
  };
  EXPECT_LT(time_of_one_write(), 20ms);
  simulation.storage.disk("shop").faults.sync_max = 10min;
  EXPECT_GT(time_of_one_write(), 1s);
}

}  // namespace
}  // namespace madang::storage
