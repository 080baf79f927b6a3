// What a FileSystem promises, on the real one and on simulated disks.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <set>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/storage/sync_failed.hpp"
#include "chassis/storage/tests/worlds.hpp"

namespace madang::storage {
namespace {

struct Syncs {
  int files = 0, folders = 0;
  static Syncs seen;
  static bool fail;
};
Syncs Syncs::seen;
bool Syncs::fail = false;

}  // namespace
}  // namespace madang::storage

// Stands before libc's in this program.
extern "C" int fsync(int descriptor) {
  using madang::storage::Syncs;
  struct ::stat status{};
  ::fstat(descriptor, &status);
  ++(S_ISDIR(status.st_mode) ? Syncs::seen.folders : Syncs::seen.files);
  if (!Syncs::fail) return static_cast<int>(::syscall(SYS_fsync, descriptor));
  errno = EIO;
  return -1;
}

namespace madang::storage {
namespace {

template <class World>
struct AFileSystem : testing::Test {};
TYPED_TEST_SUITE(AFileSystem, Worlds);

TYPED_TEST(AFileSystem, CreatesFoldersWithThoseAbove) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    EXPECT_FALSE(files.exists(world.root + "/a/b/c"));
    files.create_folder(world.root + "/a/b/c");
    files.create_folder(world.root + "/a/b/c");
    EXPECT_TRUE(files.exists(world.root + "/a/b/c"));
    EXPECT_EQ(files.list(world.root), (std::vector<std::string>{"a"}));
    files.write_durably(world.root + "/file", "");
    EXPECT_THROW(files.create_folder(world.root + "/file"), chassis::Unavailable);
    EXPECT_THROW(files.create_folder(world.root + "/file/inside"), chassis::Unavailable);
  });
}

TYPED_TEST(AFileSystem, ListsNamesInOrder) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    files.create_folder(world.root + "/folder");
    for (const auto* name : {"b", "a", "c"}) files.write_durably(world.root + "/" + name, name);
    EXPECT_EQ(files.list(world.root), (std::vector<std::string>{"a", "b", "c", "folder"}));
    EXPECT_TRUE(files.list(world.root + "/folder").empty());
    EXPECT_THROW(static_cast<void>(files.list(world.root + "/absent")), chassis::Unavailable);
  });
}

TYPED_TEST(AFileSystem, ReplacesAFileAsAWhole) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto path = world.root + "/file";
    EXPECT_EQ(files.read(path), std::nullopt);
    files.write_durably(path, "a long first content");
    files.write_durably(path, "second");
    EXPECT_EQ(files.read(path), "second");
    EXPECT_EQ(files.list(world.root).size(), 1U);
    EXPECT_THROW(files.write_durably(world.root + "/absent/file", ""), chassis::Unavailable);
  });
}

TYPED_TEST(AFileSystem, WritesInPartsAndReadsRanges) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto path = world.root + "/file";
    const auto writer = files.create(path);
    writer->append("0123");
    writer->append("");
    writer->append("456789");
    writer->finish();
    EXPECT_EQ(files.open(world.root + "/absent"), nullptr);
    const auto reader = files.open(path);
    EXPECT_EQ(reader->size(), 10U);
    const auto range = [&](std::uint64_t offset, std::size_t size) {
      std::string bytes(size, '\0');
      bytes.resize(reader->read(offset, std::as_writable_bytes(std::span{bytes})));
      return bytes;
    };
    EXPECT_EQ(range(2, 5), "23456");
    EXPECT_EQ(range(8, 5), "89");
    EXPECT_EQ(range(10, 5), "");
    EXPECT_EQ(range(1000, 5), "");
  });
}

TYPED_TEST(AFileSystem, EmptiesWhatIsCreatedAgain) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto path = world.root + "/file";
    files.write_durably(path, "first");
    const auto writer = files.create(path);
    writer->append("2");
    writer->finish();
    EXPECT_EQ(files.read(path), "2");
  });
}

TYPED_TEST(AFileSystem, RenamesAcrossFoldersAndReplaces) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    files.create_folder(world.root + "/from");
    files.create_folder(world.root + "/to");
    files.write_durably(world.root + "/from/file", "new");
    files.write_durably(world.root + "/to/file", "old");
    files.rename(world.root + "/from/file", world.root + "/to/file");
    EXPECT_EQ(files.read(world.root + "/to/file"), "new");
    EXPECT_FALSE(files.exists(world.root + "/from/file"));
    EXPECT_THROW(files.rename(world.root + "/absent", world.root + "/x"), chassis::Unavailable);
  });
}

TYPED_TEST(AFileSystem, RemovesAFileOnceAndLetsItsReadersFinish) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto path = world.root + "/file";
    files.write_durably(path, "content");
    const auto reader = files.open(path);
    EXPECT_TRUE(files.remove(path));
    EXPECT_FALSE(files.remove(path));
    EXPECT_FALSE(files.exists(path));
    EXPECT_EQ(reader->size(), 7U);
  });
}

TYPED_TEST(AFileSystem, MovesExchangesAndRemovesAFolderWithAllThatIsInIt) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto one = world.root + "/one", other = world.root + "/other";
    files.create_folder(one + "/inside");
    files.create_folder(other);
    files.write_durably(one + "/inside/file", "of one");
    files.write_durably(world.root + "/one.txt", "beside");
    files.write_durably(other + "/file", "of the other");
    files.exchange(one, other);
    EXPECT_EQ(files.read(other + "/inside/file"), "of one");
    EXPECT_EQ(files.read(one + "/file"), "of the other");
    EXPECT_FALSE(files.exists(one + "/inside"));
    files.rename(other, world.root + "/third");
    EXPECT_TRUE(files.is_folder(world.root + "/third/inside"));
    EXPECT_FALSE(files.is_folder(world.root + "/third/inside/file"));
    EXPECT_EQ(files.read(world.root + "/third/inside/file"), "of one");
    EXPECT_THROW(files.exchange(one, other), chassis::Unavailable);
    files.remove_all(world.root + "/third");
    files.remove_all(world.root + "/third");
    EXPECT_EQ(files.list(world.root), (std::vector<std::string>{"one", "one.txt"}));
  });
}

TYPED_TEST(AFileSystem, LocksAFileForOneAtATime) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto path = world.root + "/lock";
    auto first = files.lock(path);
    EXPECT_TRUE(first);
    EXPECT_FALSE(files.lock(path));
    EXPECT_TRUE(files.lock(path + " of another"));
    EXPECT_TRUE(files.exists(path));
    first.reset();
    EXPECT_FALSE(files.exists(path));
    EXPECT_TRUE(files.lock(path));
    EXPECT_THROW(static_cast<void>(files.lock(world.root + "/absent/lock")), chassis::Unavailable);
  });
}

// Whoever has opened its file just before that goes holds nothing.
TEST(ARealLock, IsHeldByOneThoughItsFileComesAndGoes) {
  const TemporaryFolder folder;
  RealFileSystem files;
  const auto path = folder / "lock";
  std::atomic<int> inside = 0, together = 0;
  runtime::Threads runtime;
  for (int i = 0; i < 4; ++i)
    runtime.spawn("comes", [&] {
      for (int times = 0; times < 500;)
        if (const auto lock = files.lock(path)) {
          if (++inside > 1) ++together;
          ++times;
          runtime.sleep(std::chrono::microseconds{20});
          --inside;
        }
    });
  runtime.join();
  EXPECT_EQ(together, 0);
  EXPECT_FALSE(files.exists(path));
}

TEST(ASimulatedLock, IsTakenByOneOfThoseWhoComeAtOnce) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Simulation simulation{seed};
    auto& files = simulation.storage.files();
    int inside = 0, together = 0, times = 0;
    for (int i = 0; i < 3; ++i)
      simulation.simulator.process("shop").spawn("comes", [&] {
        for (int n = 0; n < 5; ++n)
          if (const auto lock = files.lock("shop/lock")) {
            if (++inside > 1) ++together;
            ++times;
            simulation.simulator.scheduling_point();
            --inside;
          }
      });
    simulation.simulator.run_for(std::chrono::seconds{1});
    EXPECT_EQ(together, 0) << seed;
    EXPECT_GT(times, 0);
  }
}

TEST(ASimulatedLock, EndsWithItsProcess) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  const auto locks = [&] { return files.lock("shop/lock") != nullptr; };
  simulation.simulator.process("one").spawn("holds it", [&] {
    const auto lock = files.lock("shop/lock");
    EXPECT_TRUE(lock);
    simulation.simulator.sleep(std::chrono::hours{1});
  });
  simulation.simulator.run_for(std::chrono::seconds{1});
  simulation.simulator.process("other").spawn("asks for it", [&] { EXPECT_FALSE(locks()); });
  simulation.simulator.run_for(std::chrono::seconds{1});
  simulation.simulator.kill("one", "it is killed");
  simulation.run("other", [&] { EXPECT_TRUE(locks()); });
}

TEST(ARealFile, IsReadableByItsOwnerAlone) {
  const TemporaryFolder folder;
  RealFileSystem files;
  files.create_folder(folder / "secrets");
  files.write_durably(folder / "secrets/key", "key");
  using std::filesystem::perms;
  const auto others = perms::group_all | perms::others_all;
  EXPECT_EQ(std::filesystem::status(folder / "secrets").permissions() & others, perms::none);
  EXPECT_EQ(std::filesystem::status(folder / "secrets/key").permissions() & others, perms::none);
}

TEST(ARealFile, IsSyncedAndSoIsEachFolderThatNamesIt) {
  const TemporaryFolder folder;
  RealFileSystem files;
  const auto synced_by = [](const auto& action) {
    Syncs::seen = {};
    action();
    return std::pair{Syncs::seen.files, Syncs::seen.folders};
  };
  using Counts = std::pair<int, int>;
  EXPECT_EQ(synced_by([&] { files.create_folder(folder / "a/b"); }), (Counts{0, 2}));
  EXPECT_EQ(synced_by([&] { files.create(folder / "a/file")->finish(); }), (Counts{1, 1}));
  EXPECT_EQ(synced_by([&] { files.rename(folder / "a/file", folder / "a/b/file"); }),
            (Counts{0, 2}));
  EXPECT_EQ(synced_by([&] { files.remove(folder / "a/b/file"); }), (Counts{0, 1}));
  EXPECT_EQ(synced_by([&] { files.write_durably(folder / "file", "x"); }), (Counts{1, 2}));
}

TEST(ARealFile, SaysWhenItsSyncFailed) {
  const TemporaryFolder folder;
  RealFileSystem files;
  const auto writer = files.create(folder / "file");
  Syncs::fail = true;
  EXPECT_THROW(writer->finish(), SyncFailed);
  EXPECT_THROW(files.remove(folder / "file"), SyncFailed);
  Syncs::fail = false;
}

// The power fails at each step of replacing a file, with many outcomes each.
TEST(ReplacingAFile, LeavesTheOldContentOrTheNewAfterAPowerLoss) {
  const std::string first(3000, '1');
  const std::string second(5000, '2');
  std::set<std::string> found;
  std::uint64_t losses = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (std::uint64_t step = 1;; ++step) {
      Simulation simulation{seed * 100 + step};
      auto& files = simulation.storage.files();
      bool acknowledged = false;
      simulation.run("shop", [&] {
        files.write_durably("shop/file", first);
        simulation.storage.disk("shop").burn_after(step);
        files.write_durably("shop/file", second);
        acknowledged = true;
      });
      if (acknowledged) simulation.storage.disk("shop").power_loss();
      simulation.run("shop", [&] {
        const auto now = files.read("shop/file");
        ASSERT_TRUE(now == second || (now == first && !acknowledged))
            << "seed " << seed << " step " << step << ": "
            << (now ? std::to_string(now->size()) + " bytes" : "absent");
        found.insert(*now);
      });
      if (acknowledged) break;
      ++losses;
    }
  EXPECT_EQ(found.size(), 2U);
  EXPECT_GE(losses, 100U * 6);
}

}  // namespace
}  // namespace madang::storage
