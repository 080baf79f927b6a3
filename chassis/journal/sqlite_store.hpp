#pragma once
// The journal in one SQLite file. Open it only under the lock of the data folder, and after
// storage::make_wal_durable: then everything that can be read is durable.
#include "chassis/journal/store.hpp"
#include "chassis/runtime/runtime.hpp"
#include <memory>
#include <string>

namespace madang::chassis {

// Runs the migrations that are pending; throws storage::MigrationRefused when the file is newer than
// this program.
std::unique_ptr<JournalStore> open_sqlite_journal(const std::string& path, runtime::Time now);
// Beside a running writer or not; never writes, never checkpoints.
std::unique_ptr<JournalReader> read_sqlite_journal(const std::string& path);

}  // namespace madang::chassis
