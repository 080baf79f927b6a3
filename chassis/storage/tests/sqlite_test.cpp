#include "chassis/storage/sqlite.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <vector>

#include "chassis/runtime/threads.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::storage {
namespace {

std::int64_t count_of(Database& db) {
  auto rows = db.prepare("SELECT count(*) FROM t");
  rows.step();
  return rows.integer(0);
}

struct ADatabase : testing::Test {
  TemporaryFolder folder;
  Database db{folder / "a.db"};
  void SetUp() override { db.script("CREATE TABLE t(id INTEGER PRIMARY KEY, v UNIQUE)"); }
};

TEST_F(ADatabase, RunsTextsPutTogetherAgainAndManyOfThemAtOnce) {
  constexpr int more_than_are_kept = 200;
  const auto text_of = [](int n) { return "SELECT " + std::to_string(n) + " + ?"; };
  auto kept = db.prepare_text(text_of(0));
  for (const int round : {1, 2})
    for (int n = 0; n < more_than_are_kept; ++n) {
      auto row = db.prepare_text(text_of(n));  // of the first: a second run of it
      ASSERT_TRUE(row.bind(round).step());
      EXPECT_EQ(row.integer(0), n + round);
    }
  ASSERT_TRUE(kept.bind(7).step());
  EXPECT_EQ(kept.integer(0), 7);
}
TEST_F(ADatabase, KnowsThatATableWasMadeAnewUnderATextThatItHasRun) {
  const std::string all = "SELECT * FROM u";
  for (const std::string columns : {"a", "a, b"}) {
    db.script("CREATE TABLE u(" + columns + "); INSERT INTO u(a) VALUES(5)");
    EXPECT_EQ(db.prepare_text(all + " WHERE a = 5").bind().step(), true);
    db.script("DROP TABLE u");
  }
}

TEST_F(ADatabase, KeepsIntegersTextBytesAndNothing) {
  const std::string text = "마당", bytes{"\0\xFF", 2};
  const std::array<unsigned char, 3> digest{1, 2, 3};
  std::vector<std::string> types;
  const auto round_trip = [&](const auto& value, const auto& check) {
    db.prepare("INSERT INTO t(v) VALUES(?)").run(value);
    auto row = db.prepare("SELECT v, typeof(v) FROM t WHERE id = ?");
    ASSERT_TRUE(row.bind(db.last_key()).step());
    types.emplace_back(row.text(1));
    check(row);
    EXPECT_FALSE(row.step());
  };
  using Row = const Statement&;
  round_trip(std::int64_t{-1} << 63,
             [](Row row) { EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::min()); });
  round_trip(true, [](Row row) { EXPECT_EQ(row.integer(0), 1); });
  round_trip(text, [&](Row row) { EXPECT_EQ(row.text(0), text); });
  round_trip("literal", [](Row row) { EXPECT_EQ(row.text(0), "literal"); });
  round_trip(std::string_view{}, [](Row row) { EXPECT_FALSE(row.is_null(0)); });
  round_trip(as_blob(bytes), [&](Row row) { EXPECT_EQ(row.blob_text(0), bytes); });
  round_trip(digest, [](Row row) { EXPECT_EQ(row.blob(0)[2], std::byte{3}); });
  round_trip(std::span<const std::byte>{}, [](Row row) {
    EXPECT_FALSE(row.is_null(0));
    EXPECT_TRUE(row.blob(0).empty());
  });
  round_trip(std::nullopt, [](Row row) {
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.text(0), "");
  });
  round_trip(std::optional<int>{}, [](Row row) { EXPECT_TRUE(row.is_null(0)); });
  round_trip(std::optional<int>{7}, [](Row row) { EXPECT_EQ(row.integer(0), 7); });
  EXPECT_EQ(types, (std::vector<std::string>{"integer", "integer", "text", "text", "text", "blob",
                                             "blob", "blob", "null", "null", "integer"}));
}

TEST_F(ADatabase, CopiesWhatIsBoundAndReadLater) {
  db.prepare("INSERT INTO t(v) VALUES(?)").run("a text that is not in any small buffer");
  auto rows = db.prepare("SELECT v = ? FROM t");
  {
    std::string value = "a text that is not in any small buffer";
    rows.bind(value);
    value.assign(value.size(), 'x');
  }
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), 1);
}

TEST_F(ADatabase, KeepsAStatementPreparedAndForgetsItsValues) {
  for (int turn = 0; turn < 3; ++turn) {
    db.prepare("INSERT INTO t(v) VALUES(?)").run(turn);
    EXPECT_EQ(db.changes(), 1);
  }
  auto rows = db.prepare("SELECT v FROM t WHERE v >= ? ORDER BY v");
  rows.bind(1);
  std::vector<std::int64_t> seen;
  while (rows.step()) seen.push_back(rows.integer(0));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2}));
}

TEST_F(ADatabase, RunsAStatementInsideItsOwnRun) {
  db.script("INSERT INTO t(v) VALUES(1), (2)");
  const auto all = [&] { return db.prepare("SELECT v FROM t ORDER BY v"); };
  int pairs = 0;
  for (auto outer = all(); outer.step();)
    for (auto inner = all(); inner.step();) ++pairs;
  EXPECT_EQ(pairs, 4);
}

// Its commit would happen, and perhaps fail, where nobody sees it.
TEST_F(ADatabase, RefusesToLeaveAWriteHalfWayOutsideOfATransaction) {
  const auto half = [&] {
    EXPECT_TRUE(db.prepare("INSERT INTO t(v) VALUES(1), (2) RETURNING id").step());
  };
  EXPECT_DEATH(half(), "stepped to its end");
  db.transaction(half);
  EXPECT_EQ(count_of(db), 2);
}

TEST_F(ADatabase, RefusesTooFewValues) {
  EXPECT_DEATH(db.prepare("INSERT INTO t VALUES(?, ?)").run(1), "a value for each parameter");
}

TEST_F(ADatabase, KeepsAllOfATransactionOrNothing) {
  EXPECT_EQ(db.transaction([&] {
    db.prepare("INSERT INTO t(v) VALUES(?)").run(1);
    return 42;
  }),
            42);
  struct Unlucky {};
  EXPECT_THROW(db.transaction([&] {
    db.prepare("INSERT INTO t(v) VALUES(?)").run(2);
    throw Unlucky{};
  }),
               Unlucky);
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(count_of(db), 1);
  db.begin();
  db.prepare("INSERT INTO t(v) VALUES(?)").run(3);
  db.rollback();
  db.rollback();
  EXPECT_EQ(count_of(db), 1);
}

TEST_F(ADatabase, TellsFailuresApart) {
  db.prepare("INSERT INTO t(v) VALUES(?)").run(1);
  EXPECT_THROW(db.prepare("INSERT INTO t(v) VALUES(?)").run(1), ConstraintViolated);
  EXPECT_EQ(count_of(db), 1);
  EXPECT_THROW(db.script("SELECT nonsense"), std::logic_error);
  EXPECT_THROW(db.prepare("SELECT nonsense FROM t"), std::logic_error);
  EXPECT_THROW(Database{folder / "no-folder/a.db"}, chassis::Unavailable);
  EXPECT_THROW((Database{folder / "absent.db", Synchronous::full, Open::read_write}),
               chassis::Unavailable);
  std::ofstream{folder / "text.db"} << std::string(5000, 'x');
  EXPECT_THROW(Database{folder / "text.db"}, chassis::Corrupt);
}

TEST_F(ADatabase, GivesWritersTurns) {
  Database other{folder / "a.db"};
  other.script("PRAGMA busy_timeout=1");
  db.begin();
  EXPECT_THROW(other.begin(), chassis::Unavailable);
  db.prepare("INSERT INTO t(v) VALUES(?)").run(1);
  db.commit();
  other.begin();
  EXPECT_EQ(count_of(other), 1);
  other.commit();
}

TEST_F(ADatabase, IsCheckpointedOnlyWhenAsked) {
  const auto wal_size = [&] { return std::filesystem::file_size(folder / "a.db-wal"); };
  const auto insert_many = [&](Database& into) {
    into.transaction([&] {
      for (int row = 0; row < 100; ++row)
        into.prepare("INSERT INTO t(v) VALUES(?)")
            .run(std::string(2000, 'x') + std::to_string(row));
    });
    into.script("DELETE FROM t");
  };
  for (int turn = 0; turn < 30; ++turn) insert_many(db);
  EXPECT_GT(wal_size(), 30U * 100 * 2000);
  {
    Database other{folder / "a.db"};
    db = Database{folder / "b.db"};  // closes the first
  }
  EXPECT_GT(wal_size(), 30U * 100 * 2000) << "the last connection checkpoints when it closes";
  db = Database{folder / "a.db"};
  EXPECT_TRUE(db.checkpoint(Checkpoint::passive));
  EXPECT_GT(wal_size(), 0U);
  EXPECT_TRUE(db.checkpoint(Checkpoint::truncate));
  EXPECT_EQ(wal_size(), 0U);
}

TEST_F(ADatabase, SaysWhenAReaderWasInTheWayOfACheckpoint) {
  db.prepare("INSERT INTO t(v) VALUES(?)").run(1);
  Database reader{folder / "a.db", Synchronous::full, Open::read_only};
  {
    auto snapshot = reader.prepare("SELECT v FROM t");
    ASSERT_TRUE(snapshot.step());
    db.prepare("INSERT INTO t(v) VALUES(?)").run(2);
    EXPECT_FALSE(db.checkpoint(Checkpoint::passive));
    db.script("PRAGMA busy_timeout=1");
    EXPECT_FALSE(db.checkpoint(Checkpoint::truncate));
  }
  EXPECT_TRUE(db.checkpoint(Checkpoint::truncate));
}

// There is always somebody who reads what was newest a moment ago.
TEST_F(ADatabase, KeepsItsWalShortThoughReadFollowsOnRead) {
  runtime::Threads runtime;
  std::atomic<bool> over = false;
  std::atomic<int> reads = 0;
  for (int number = 0; number < 2; ++number)
    runtime.spawn("reader", [&] {
      Database reader{folder / "a.db", Synchronous::normal, Open::read_only};
      for (; !over; ++reads) {
        auto snapshot = reader.prepare("SELECT count(*) FROM t");
        static_cast<void>(snapshot.step());
        runtime.sleep(std::chrono::milliseconds{5});
      }
    });
  while (reads < 10) runtime.sleep(std::chrono::milliseconds{1});
  std::uintmax_t longest = 0;
  for (int turn = 0; turn < 50; ++turn) {
    db.prepare("INSERT INTO t(v) VALUES(?)").run(std::string(2 << 20, 'x'));
    db.script("DELETE FROM t");
    static_cast<void>(db.checkpoint(Checkpoint::passive));
    longest = std::max(longest, std::filesystem::file_size(folder / "a.db-wal"));
  }
  over = true;
  runtime.join();
  EXPECT_GT(longest, 60U << 20);
  EXPECT_LT(longest, 160U << 20);
}

TEST_F(ADatabase, IsReadBesideItsWriterWithoutBeingTouched) {
  db.prepare("INSERT INTO t(v) VALUES(?)").run(1);
  const auto before = std::filesystem::file_size(folder / "a.db-wal");
  {
    Database reader{folder / "a.db", Synchronous::full, Open::read_only};
    EXPECT_EQ(count_of(reader), 1);
    db.prepare("INSERT INTO t(v) VALUES(?)").run(2);
    EXPECT_EQ(count_of(reader), 2);
    EXPECT_THROW(reader.script("DELETE FROM t"), chassis::Unavailable);
  }
  EXPECT_GE(std::filesystem::file_size(folder / "a.db-wal"), before);
  EXPECT_EQ(count_of(db), 2);
}

bool file_holds(const std::string& path, std::string_view text) {
  std::ifstream file{path, std::ios::binary};
  return std::string{std::istreambuf_iterator{file}, {}}.find(text) != std::string::npos;
}

TEST_F(ADatabase, OverwritesWhatIsDeletedSecurely) {
  const auto path = folder / "a.db";
  db.script("PRAGMA secure_delete=OFF");  // Debian's SQLite has it on
  db.delete_securely();
  db.prepare("INSERT INTO t(v) VALUES(?)").run("a key of a person");
  EXPECT_TRUE(db.checkpoint(Checkpoint::truncate));
  EXPECT_TRUE(file_holds(path, "a key of a person"));
  db.script("DELETE FROM t");
  EXPECT_TRUE(db.checkpoint(Checkpoint::truncate));
  EXPECT_FALSE(file_holds(path, "a key of a person"));
  EXPECT_FALSE(file_holds(path + "-wal", "a key of a person"));
}

TEST(MakingAWalDurable, LeavesTheDatabaseAsItWas) {
  const TemporaryFolder folder;
  make_wal_durable(folder / "absent.db");
  EXPECT_FALSE(std::filesystem::exists(folder / "absent.db-wal"));
  {
    Database db{folder / "a.db"};
    db.script("CREATE TABLE t(v)");
    db.transaction([&] {
      for (int row = 0; row < 1000; ++row)
        db.prepare("INSERT INTO t VALUES(?)").run(std::string(3000, 'x'));
    });
  }
  const auto size = std::filesystem::file_size(folder / "a.db-wal");
  EXPECT_GT(size, 3'000'000U);
  make_wal_durable(folder / "a.db");
  EXPECT_EQ(std::filesystem::file_size(folder / "a.db-wal"), size);
  Database db{folder / "a.db"};
  EXPECT_EQ(count_of(db), 1000);
}

}  // namespace
}  // namespace madang::storage
