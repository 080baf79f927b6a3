#pragma once
// The forms that a database has had, one after the other. Each migration is numbered from 1 without
// gaps and kept for ever as it first ran: its checksum is recorded with it, in
//
//   migrations(number INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, at INTEGER)   at: Unix time, ms
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/sqlite.hpp"

namespace madang::storage {

struct Migration {
  int number;
  std::string_view name;  // what it does, for people
  std::string_view sql;   // statements, none of which begins or ends a transaction
};

// The database is not what this program can work with: newer than it, or changed under its hands.
// It is untouched, and a person must look.
struct MigrationRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Those that migrate() would run, in order. Changes nothing, so a read-only connection will do.
[[nodiscard]] std::vector<Migration> pending_migrations(Database& db,
                                                        std::span<const Migration> migrations);

// Runs what is pending, each with its record in one transaction, and says what ran.
std::vector<Migration> migrate(Database& db, std::span<const Migration> migrations,
                               runtime::Time now);

}  // namespace madang::storage
