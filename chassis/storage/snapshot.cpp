#include "chassis/storage/snapshot.hpp"

#include <sqlite3.h>

#include "chassis/ports/failures.hpp"

namespace madang::storage {
namespace {

[[noreturn]] void fail(sqlite3* db, const std::string& what) {
  throw chassis::Unavailable{what + ": " + (db ? sqlite3_errmsg(db) : "no memory")};
}

}  // namespace

void Snapshot::Close::operator()(sqlite3* db) const { sqlite3_close(db); }

Snapshot::Snapshot(const std::string& path) : path_{path} {
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail(db, "cannot open " + path);
}

void Snapshot::hold() {
  // A transaction that reads begins with its first read.
  if (sqlite3_exec(db_.get(), "BEGIN; SELECT count(*) FROM sqlite_schema", nullptr, nullptr,
                   nullptr) != SQLITE_OK)
    fail(db_.get(), "cannot hold " + path_);
}

void Snapshot::copy_to(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, Close> copy{opened};
  if (code != SQLITE_OK) fail(opened, "cannot make " + path);
  auto* backup = sqlite3_backup_init(copy.get(), "main", db_.get(), "main");
  if (!backup) fail(copy.get(), "cannot copy to " + path);
  sqlite3_backup_step(backup, -1);
  // Its commit syncs the copy; the last connection that closes leaves no WAL.
  if (sqlite3_backup_finish(backup) != SQLITE_OK) fail(copy.get(), "cannot copy to " + path);
}

}  // namespace madang::storage
