#include "apps/madang/commands/data_folder.hpp"

#include <filesystem>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/contexts.hpp"
#include "chassis/journal/sqlite_store.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/sqlite.hpp"

namespace madang::app {
namespace {

namespace fs = std::filesystem;

void make_durable(const std::string& data) {
  for (const auto& context : fs::directory_iterator{data}) {
    if (!context.is_directory()) continue;
    for (const auto& file : fs::directory_iterator{context.path()})
      if (file.path().extension() == ".db") storage::make_wal_durable(file.path().string());
  }
}

}  // namespace

std::unique_ptr<chassis::JournalReader> Place::read_journal() const {
  return chassis::read_sqlite_journal(journal_path());
}

DataFolder::DataFolder(std::string path, Use use)
    : path_{std::move(path)}, contexts_{all_contexts()} {
  if (!fs::is_directory(path_)) throw Cannot{"there is no data folder " + path_};
  auto lock = storage::FolderLock::take(path_, runtime::Threads{}.now());
  if (!lock && use == Use::change)
    throw Cannot{"the folder " + path_ + " is in use by process " + lock.error().pid + " (since " +
                 lock.error().since + "); stop the shop first"};
  if (lock) make_durable(path_);
  if (use == Use::change) lock_.emplace(std::move(*lock));
  for (const auto& context : contexts_) {
    Place place{context.get(), path_ + "/" + context->name()};
    if (fs::exists(place.journal_path())) places_.push_back(std::move(place));
  }
}

std::vector<Place> DataFolder::places(const std::string& context) const {
  std::vector<Place> named;
  for (const auto& place : places_)
    if (context.empty() || place.name() == context) named.push_back(place);
  if (named.empty() && !context.empty())
    throw Refused{"the folder " + path_ + " has no context " + context};
  return named;
}

Place DataFolder::make_place(const std::string& context) const {
  for (const auto& it : contexts_) {
    if (it->name() != context) continue;
    Place place{it.get(), path_ + "/" + context};
    fs::create_directories(place.folder);
    fs::permissions(place.folder, fs::perms::owner_all);
    return place;
  }
  throw Refused{"there is no context " + context};
}

}  // namespace madang::app
