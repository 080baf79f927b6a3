#include "chassis/storage/migrations.hpp"

#include <gtest/gtest.h>

#include "chassis/storage/temporary_folder.hpp"

namespace madang::storage {
namespace {

const runtime::Time now = std::chrono::sys_days{std::chrono::July / 15 / 2026};
constexpr Migration first{1, "people", "CREATE TABLE people(name TEXT)"};
constexpr Migration second{2, "ages of people",
                           "ALTER TABLE people ADD age INTEGER; UPDATE people SET age = 0"};

std::vector<int> numbers_of(const std::vector<Migration>& migrations) {
  std::vector<int> numbers;
  numbers.reserve(migrations.size());
  for (const auto& migration : migrations) numbers.push_back(migration.number);
  return numbers;
}

struct Migrating : testing::Test {
  TemporaryFolder folder;
  Database db{folder / "a.db"};

  void refuses(const std::vector<Migration>& migrations, const std::string& why) {
    try {
      migrate(db, migrations, now);
      ADD_FAILURE() << "not refused: " << why;
    } catch (const MigrationRefused& refused) {
      EXPECT_NE(std::string{refused.what()}.find(why), std::string::npos) << refused.what();
    }
  }
  std::int64_t recorded() {
    auto rows = db.prepare("SELECT count(*) FROM migrations");
    rows.step();
    return rows.integer(0);
  }
};

TEST_F(Migrating, RunsEachOnceAndInOrder) {
  EXPECT_EQ(numbers_of(migrate(db, std::vector{first}, now)), (std::vector{1}));
  db.script("INSERT INTO people VALUES('Kim')");
  EXPECT_EQ(numbers_of(migrate(db, std::vector{first, second}, now)), (std::vector{2}));
  EXPECT_EQ(numbers_of(migrate(db, std::vector{first, second}, now)), std::vector<int>{});
  auto rows = db.prepare("SELECT number, name, length(sha256), at FROM migrations");
  ASSERT_TRUE(rows.step());
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), 2);
  EXPECT_EQ(rows.text(1), "ages of people");
  EXPECT_EQ(rows.integer(2), 64);
  EXPECT_EQ(rows.integer(3), 1'784'073'600'000);
  EXPECT_FALSE(rows.step());
  db.script("SELECT age FROM people");
}

TEST_F(Migrating, TellsBeforehandWhatItWouldRunAndChangesNothing) {
  EXPECT_EQ(numbers_of(pending_migrations(db, std::vector{first, second})), (std::vector{1, 2}));
  EXPECT_THROW(recorded(), std::logic_error) << "no table yet";
  migrate(db, std::vector{first}, now);
  Database reader{folder / "a.db", Synchronous::full, Open::read_only};
  EXPECT_EQ(numbers_of(pending_migrations(reader, std::vector{first, second})), (std::vector{2}));
}

TEST_F(Migrating, IsRefusedWhenAMigrationChangedAfterItRan) {
  migrate(db, std::vector{first}, now);
  const Migration changed{1, "people", "CREATE TABLE people(name TEXT, age INTEGER)"};
  refuses({changed, second}, "migration 1 (people) has changed");
  EXPECT_EQ(recorded(), 1);
}

TEST_F(Migrating, IsRefusedByAProgramOlderThanTheDatabase) {
  migrate(db, std::vector{first, second}, now);
  refuses({first}, "newer than this program");
}

TEST_F(Migrating, LeavesNoTraceOfAMigrationThatFails) {
  migrate(db, std::vector{first}, now);
  const Migration fails{2, "fails", "CREATE TABLE more(v); SELECT nonsense"};
  EXPECT_THROW(migrate(db, std::vector{first, fails}, now), std::logic_error);
  EXPECT_THROW(db.script("SELECT v FROM more"), std::logic_error);
  EXPECT_EQ(recorded(), 1);
  EXPECT_EQ(numbers_of(migrate(db, std::vector{first, second}, now)), (std::vector{2}));
}

TEST_F(Migrating, RejectsWrongNumbersAndTransactionsOfItsOwn) {
  EXPECT_THROW(migrate(db, std::vector{second}, now), std::logic_error);
  EXPECT_THROW(migrate(db, std::vector{first, first}, now), std::logic_error);
  const Migration commits{1, "commits", "CREATE TABLE t(v); COMMIT"};
  EXPECT_THROW(migrate(db, std::vector{commits}, now), std::logic_error);
  EXPECT_EQ(recorded(), 0);
}

}  // namespace
}  // namespace madang::storage
