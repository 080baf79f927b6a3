#include "chassis/storage/migrations.hpp"

#include <fmt/format.h>

#include "chassis/security/sha256.hpp"

namespace madang::storage {
namespace {

std::string checksum_of(const Migration& migration) {
  return security::hex(security::as_text(security::sha256(migration.sql)));
}

void check_numbers(std::span<const Migration> migrations) {
  int expected = 0;
  for (const auto& migration : migrations)
    if (migration.number != ++expected)
      throw std::logic_error{
          fmt::format("migration {} stands where {} belongs", migration.number, expected)};
}

bool has_records(Database& db) {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'")
      .step();
}

}  // namespace

std::vector<Migration> pending_migrations(Database& db, std::span<const Migration> migrations) {
  check_numbers(migrations);
  std::size_t done = 0;
  if (has_records(db)) {
    auto rows = db.prepare("SELECT number, name, sha256 FROM migrations ORDER BY number");
    for (; rows.step(); ++done) {
      if (done >= migrations.size())
        throw MigrationRefused{fmt::format(
            "the database is newer than this program: it has migration {} ({}), the program {}",
            rows.integer(0), rows.text(1), migrations.size())};
      const auto& migration = migrations[done];
      if (rows.integer(0) != migration.number || rows.text(2) != checksum_of(migration))
        throw MigrationRefused{
            fmt::format("migration {} ({}) has changed since it ran; a new form needs a new number",
                        rows.integer(0), rows.text(1))};
    }
  }
  const auto left = migrations.subspan(done);
  return {left.begin(), left.end()};
}

std::vector<Migration> migrate(Database& db, std::span<const Migration> migrations,
                               runtime::Time now) {
  auto pending = pending_migrations(db, migrations);
  const auto at = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  for (const auto& migration : pending)
    db.transaction([&] {
      db.script(
          "CREATE TABLE IF NOT EXISTS migrations("
          "number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, at INTEGER NOT "
          "NULL)");
      db.script(std::string{migration.sql});
      if (!db.in_transaction())
        throw std::logic_error{
            fmt::format("migration {} ends the transaction that it runs in", migration.number)};
      db.prepare("INSERT INTO migrations VALUES(?, ?, ?, ?)")
          .run(migration.number, migration.name, checksum_of(migration), at);
    });
  return pending;
}

}  // namespace madang::storage
