// SQLite on the simulated disk: what was acknowledged survives whatever happens.
#include <gtest/gtest.h>

#include "chassis/storage/sqlite.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/storage/tests/simulation.hpp"

namespace madang::storage {
namespace {

using namespace std::chrono_literals;

constexpr auto database = "shop/rental/journal.db";

std::int64_t rows_of(Database& db) {
  auto rows = db.prepare("SELECT count(*), coalesce(max(id), 0) FROM log");
  rows.step();
  EXPECT_EQ(rows.integer(0), rows.integer(1)) << "a hole in the log";
  return rows.integer(0);
}

void append(Database& db) {
  db.transaction([&] { db.prepare("INSERT INTO log(text) VALUES(?)").run(std::string(700, 'x')); });
}

// A shop that appends rows one by one and says how many it has acknowledged.
struct Shop {
  Simulation& simulation;
  std::int64_t rows_max = 12;
  bool makes_wal_durable = true;
  std::int64_t acknowledged = 0;
  bool finished = false;

  void run() {
    try {
      simulation.storage.files().create_folder("shop/rental");
      if (makes_wal_durable) make_wal_durable(database);
      Database db{database};
      db.script("CREATE TABLE IF NOT EXISTS log(id INTEGER PRIMARY KEY, text)");
      // Seen is as good as said: a repeat is answered from it.
      acknowledged = std::max(acknowledged, rows_of(db));
      while (acknowledged < rows_max) {
        append(db);
        ++acknowledged;
        if (acknowledged % 5 == 0) db.checkpoint(Checkpoint::passive);
      }
      finished = true;
    } catch (const SyncFailed& failure) {
      simulation.simulator.process("shop").stop_process(failure.what());
    }
  }
  void start() {
    simulation.simulator.process("shop").spawn("shop", [this] { run(); });
  }
  // After the power is back: no hole, nothing acknowledged lost, at most one row beyond it.
  void check(const std::string& when) {
    simulation.run("checker", [&] {
      if (acknowledged == 0) return;
      Database db{database};
      const auto kept = rows_of(db);
      EXPECT_GE(kept, acknowledged) << when;
      EXPECT_LE(kept, acknowledged + 1) << when;
      auto verdict = db.prepare("PRAGMA integrity_check");
      ASSERT_TRUE(verdict.step());
      EXPECT_EQ(verdict.text(0), "ok") << when;
    });
  }
};

TEST(AnAcknowledgedTransaction, SurvivesAPowerLossAtEachStep) {
  std::uint64_t losses = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    for (std::uint64_t step = 1;; ++step) {
      Simulation simulation{seed * 1000 + step};
      Shop shop{simulation};
      simulation.storage.disk("shop").burn_after(step);
      shop.start();
      simulation.simulator.run();
      if (shop.finished) break;
      ++losses;
      shop.check("seed " + std::to_string(seed) + " step " + std::to_string(step));
      // And the shop goes on from there.
      shop.start();
      simulation.simulator.run();
      EXPECT_TRUE(shop.finished);
    }
  EXPECT_GT(losses, 8U * 50);
}

// Killed at any moment, perhaps with frames in the page cache only; started again, it reads them and
// answers from them; then the power fails. Returns in how many of the runs something seen was lost.
int runs_that_lose(bool makes_wal_durable) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Simulation simulation{seed};
    Shop shop{simulation, 6, makes_wal_durable};
    shop.start();
    const auto steps = 10 + simulation.simulator.random() % 60;
    simulation.simulator.run(
        [&] { return shop.finished || simulation.storage.disk("shop").counts.steps >= steps; });
    simulation.simulator.kill("shop", "kill -9");
    shop.rows_max = 0;  // the second start only reads
    shop.start();
    simulation.simulator.run();
    simulation.storage.disk("shop").power_loss();
    simulation.run("checker", [&] {
      Database db{database};
      db.script("CREATE TABLE IF NOT EXISTS log(id INTEGER PRIMARY KEY, text)");
      lost += rows_of(db) < shop.acknowledged ? 1 : 0;
    });
  }
  return lost;
}

TEST(WhatARestartedShopHasSeen, SurvivesAPowerLossWhenItsWalWasMadeDurable) {
  EXPECT_EQ(runs_that_lose(true), 0);
}

// What an earlier turn of the WAL has left behind, recovery does not read.
TEST(MakingAWalDurable, WritesOnlyTheFramesOfItsLastTurn) {
  Simulation simulation{1};
  std::uint64_t writes_of_long = 0, writes_of_short = 0;
  simulation.run("shop", [&] {
    simulation.storage.files().create_folder("shop/rental");
    auto& disk = simulation.storage.disk("shop");
    const auto writes_of_making_durable = [&] {
      const auto before = disk.counts.writes;
      make_wal_durable(database);
      return disk.counts.writes - before;
    };
    {
      Database db{database};
      db.script("CREATE TABLE log(id INTEGER PRIMARY KEY, text)");
      for (int row = 0; row < 200; ++row) append(db);
      writes_of_long = writes_of_making_durable();
      ASSERT_TRUE(db.checkpoint(Checkpoint::passive));
      append(db);  // at the beginning of the WAL, which stays as long as it is
    }
    const auto bytes = disk.find(std::string{database} + "-wal")->cached.size();
    writes_of_short = writes_of_making_durable();
    EXPECT_EQ(disk.find(std::string{database} + "-wal")->cached.size(), bytes);
    Database db{database};
    EXPECT_EQ(rows_of(db), 201);
  });
  EXPECT_GT(writes_of_long, 10U);
  EXPECT_EQ(writes_of_short, 2U);
}

// A WAL that was never synced: its name in the folder is as unsure as its content.
TEST(WhatARestartedShopHasSeen, SurvivesWithTheNameOfAYoungWal) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Simulation simulation{seed};
    simulation.run("shop", [&] {
      simulation.storage.files().create_folder("shop/rental");
      Database db{database, Synchronous::off};
      db.script("CREATE TABLE log(id INTEGER PRIMARY KEY, text)");
      append(db);
      simulation.simulator.kill("shop", "kill -9");
      simulation.simulator.sleep(1s);
    });
    simulation.run("shop", [&] { make_wal_durable(database); });
    simulation.storage.disk("shop").power_loss();
    simulation.run("checker", [&] {
      Database db{database};
      EXPECT_EQ(rows_of(db), 1) << "seed " << seed;
    });
  }
}

TEST(WhatARestartedShopHasSeen, IsLostWithoutThatStep) { EXPECT_GT(runs_that_lose(false), 0); }

TEST(AFailedSync, StopsTheShopAndLosesNothingAcknowledged) {
  std::uint64_t failed = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Simulation simulation{seed};
    Shop shop{simulation};
    auto& disk = simulation.storage.disk("shop");
    disk.faults.syncs_fail_one_in = 6;
    for (int start = 0; start < 100 && !shop.finished; ++start) {
      const auto failed_before = disk.counts.failed_syncs;
      shop.start();
      simulation.simulator.run();
      EXPECT_EQ(shop.finished, disk.counts.failed_syncs == failed_before);
      if (simulation.simulator.one_in(3)) disk.power_loss();
    }
    EXPECT_TRUE(shop.finished);
    failed += disk.counts.failed_syncs;
    disk.faults.syncs_fail_one_in = 0;
    disk.power_loss();
    shop.check("seed " + std::to_string(seed));
  }
  EXPECT_GT(failed, 150U);
}

TEST(ACommit, GivesItsPagesToTheDiskInFewLargeWrites) {
  Simulation simulation{1};
  simulation.run("shop", [&] {
    simulation.storage.files().create_folder("shop/rental");
    Database db{database};
    db.script("CREATE TABLE log(id INTEGER PRIMARY KEY, text)");
    const auto& counts = simulation.storage.disk("shop").counts;
    const auto writes = counts.writes, syncs = counts.syncs;
    db.transaction([&] {  // fifty pages, each with the header of its frame
      for (int row = 0; row < 50; ++row)
        db.prepare("INSERT INTO log(text) VALUES(?)").run(std::string(4000, 'x'));
    });
    EXPECT_LE(counts.writes - writes, 6U);
    EXPECT_EQ(counts.syncs - syncs, 1U);
    EXPECT_EQ(rows_of(db), 50);
  });
}

TEST(AFullDisk, FailsTheTransactionAndNothingElse) {
  Simulation simulation{1};
  Shop shop{simulation, 3};
  shop.start();
  simulation.simulator.run();
  simulation.run("shop", [&] {
    auto& disk = simulation.storage.disk("shop");
    Database db{database};
    disk.faults.full = true;
    EXPECT_THROW(append(db), chassis::Unavailable);
    EXPECT_FALSE(db.in_transaction());
    EXPECT_EQ(rows_of(db), 3);
    disk.faults.full = false;
    append(db);
    EXPECT_EQ(rows_of(db), 4);
  });
}

TEST(FailingReadsAndWrites, AreSeenAndLoseNothing) {
  std::uint64_t failures = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Simulation simulation{seed};
    auto& disk = simulation.storage.disk("shop");
    Shop shop{simulation, 1};
    shop.start();
    simulation.simulator.run();
    simulation.run("shop", [&] {
      Database db{database};
      disk.faults.writes_fail_one_in = disk.faults.reads_fail_one_in = 6;
      while (shop.acknowledged < 12) {
        try {
          append(db);
          ++shop.acknowledged;
          db.checkpoint(Checkpoint::passive);
        } catch (const chassis::Unavailable&) {
          ++failures;
        }
      }
      disk.faults = {};
    });
    disk.power_loss();
    shop.check("seed " + std::to_string(seed));
  }
  EXPECT_GT(failures, 50U);
}

TEST(AReaderInAnotherProcess, SeesWholeTransactionsBesideTheWriter) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Simulation simulation{seed};
    Shop shop{simulation, 40};
    shop.start();
    std::int64_t seen = 0, looks = 0;
    simulation.simulator.process("reader").spawn("reader", [&] {
      while (shop.acknowledged == 0) simulation.simulator.sleep(1ms);
      while (!shop.finished) {
        const auto sure = shop.acknowledged;
        Database db{database, Synchronous::full, Open::read_only};
        const auto now = rows_of(db);
        EXPECT_GE(now, std::max(seen, sure));
        seen = now;
        ++looks;
        simulation.simulator.sleep(1ms);
      }
    });
    // The reader may be killed at any moment, and takes none of the writer's locks along.
    simulation.simulator.run([&] { return shop.acknowledged >= 20; });
    simulation.simulator.kill("reader", "test");
    simulation.simulator.run();
    EXPECT_TRUE(shop.finished);
    EXPECT_GT(looks, 3);
  }
}

TEST(TwoWriters, TakeTurnsByTheirLocks) {
  Simulation simulation{1};
  Shop first{simulation, 1};
  first.start();
  simulation.simulator.run();
  int done = 0;
  for (const auto* process : {"one", "two"})
    simulation.simulator.process(process).spawn("writer", [&] {
      Database db{database};
      for (int row = 0; row < 20; ++row) append(db);
      ++done;
    });
  simulation.simulator.run();
  EXPECT_EQ(done, 2);
  simulation.run("checker", [&] {
    Database db{database};
    EXPECT_EQ(rows_of(db), 41);
  });
}

TEST(ASeed, DecidesEverythingThatSqliteDoes) {
  const auto trace_of = [](std::uint64_t seed) {
    // Outside of a simulation SQLite draws its random numbers from the machine.
    const TemporaryFolder folder;
    Database{folder / "a.db"}.script("CREATE TABLE t(v)");
    Simulation simulation{seed};
    Shop shop{simulation};
    shop.start();
    simulation.storage.disk("shop").burn_after(60);
    simulation.simulator.run();
    shop.start();
    simulation.simulator.run();
    const auto& counts = simulation.storage.disk("shop").counts;
    std::string bytes;
    simulation.run("checker", [&] {
      bytes = *simulation.storage.files().read(std::string{database} + "-wal");
    });
    return std::tuple{simulation.simulator.trace_hash(), counts.steps, counts.torn_sectors, bytes};
  };
  EXPECT_EQ(trace_of(7), trace_of(7));
  EXPECT_NE(trace_of(7), trace_of(8));
}

bool stands_anywhere_in(const std::vector<std::byte>& bytes, std::string_view text) {
  const std::string_view all{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  return all.find(text) != std::string_view::npos;
}

// A truncated file that was not synced is whole again after a power loss, so it has to be
// overwritten first.
TEST(ErasingTheWal, LeavesNothingOfWhatWasDeletedEvenWhenThePowerFails) {
  const std::string secret = "a key of a person";
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Simulation simulation{seed};
    simulation.storage.files().create_folder("shop/rental");
    auto& disk = simulation.storage.disk("shop");
    simulation.run("shop", [&] {
      Database db{database};
      db.delete_securely();
      db.script("CREATE TABLE keys(id INTEGER PRIMARY KEY, text)");
      db.prepare("INSERT INTO keys(text) VALUES(?)").run(secret);
      db.prepare("INSERT INTO keys(text) VALUES(?)").run("another");
      EXPECT_TRUE(stands_anywhere_in(disk.find(std::string{database} + "-wal")->durable, secret));
      db.script("DELETE FROM keys WHERE id = 1");
      EXPECT_TRUE(db.erase_wal());
    });
    disk.power_loss();
    for (const auto* file : {"", "-wal"})
      EXPECT_FALSE(stands_anywhere_in(disk.find(database + std::string{file})->durable, secret))
          << file << " with seed " << seed;
    simulation.run("checker", [&] {
      make_wal_durable(database);
      Database db{database};
      auto rows = db.prepare("SELECT text FROM keys");
      ASSERT_TRUE(rows.step());
      EXPECT_EQ(rows.text(0), "another");
      EXPECT_FALSE(rows.step());
    });
  }
}

TEST(ErasingTheWal, LosesNothingWhereverThePowerFails) {
  int interrupted = 0;
  for (std::uint64_t step = 1; step <= 40; ++step) {
    Simulation simulation{step};
    simulation.storage.files().create_folder("shop/rental");
    simulation.run("shop", [&] {
      Database db{database};
      db.script("CREATE TABLE log(id INTEGER PRIMARY KEY, text)");
      for (int row = 0; row < 5; ++row) append(db);
      simulation.storage.disk("shop").burn_after(step);
      try {
        db.erase_wal();
      } catch (const std::runtime_error&) {
        ++interrupted;
      }
    });
    simulation.storage.disk("shop").power_loss();
    simulation.run("checker", [&] {
      make_wal_durable(database);
      Database db{database};
      EXPECT_EQ(rows_of(db), 5) << "power lost after " << step << " steps";
    });
  }
  EXPECT_GT(interrupted, 3);
}

}  // namespace
}  // namespace madang::storage
