#include "apps/madang/commands/dry_run.hpp"

#include <cstdio>
#include <filesystem>
#include <span>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "chassis/journal/sqlite_schema.hpp"
#include "chassis/storage/migrations.hpp"
#include "chassis/subscriptions/views.hpp"

namespace madang::app {
namespace {

using Migrations = std::span<const storage::Migration>;

std::size_t show_pending(const std::string& path, Migrations migrations) {
  if (!std::filesystem::exists(path)) return 0;  // it is made in the form of the day
  try {
    storage::Database db{path, storage::Synchronous::normal, storage::Open::read_only};
    const auto pending = storage::pending_migrations(db, migrations);
    for (const auto& it : pending)
      std::printf("%s: would run %d, %s\n", path.c_str(), it.number, std::string{it.name}.c_str());
    return pending.size();
  } catch (const storage::MigrationRefused& refusal) {
    throw Refused{path + ": " + refusal.what()};
  }
}

}  // namespace

int show_pending_migrations(const std::string& data) {
  if (!std::filesystem::is_directory(data)) {
    std::printf("%s is not there; a start makes it\n", data.c_str());
    return done;
  }
  const DataFolder folder{data, Use::look};
  std::size_t pending = 0;
  for (const auto& place : folder.places()) {
    pending += show_pending(place.journal_path(), chassis::journal_migrations());
    pending += show_pending(place.views_path(), chassis::views_migrations());
  }
  if (pending == 0) std::puts("no migration is pending");
  return done;
}

}  // namespace madang::app
