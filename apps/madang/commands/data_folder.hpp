#pragma once
// A data folder as a command finds it: beside a running shop, after one that was killed, or idle.
//
// Who looks takes the lock if it is free, only for as long as it takes to make what stands in the files
// durable (storage::make_wal_durable says why), and then reads; beside a running shop it just reads. It
// never writes and never checkpoints. Who changes holds the lock for life, so no shop can start meanwhile.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chassis/assembly/context.hpp"
#include "chassis/journal/store.hpp"
#include "chassis/storage/folder_lock.hpp"

namespace madang::app {

// A context that has a journal in the folder.
struct Place {
  chassis::Context* context;
  std::string folder;

  [[nodiscard]] const std::string& name() const { return context->name(); }
  [[nodiscard]] std::string journal_path() const { return folder + "/journal.db"; }
  [[nodiscard]] std::string views_path() const { return folder + "/views.db"; }
  [[nodiscard]] std::unique_ptr<chassis::JournalReader> read_journal() const;
};

enum class Use { look, change };

class DataFolder {
 public:
  // Throws Cannot when there is no such folder, and when it is to be changed and another has it.
  DataFolder(std::string path, Use);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  // Those of this name; of an empty name all. Throws Refused when there is none.
  [[nodiscard]] std::vector<Place> places(const std::string& context) const;
  // Of a context that may have no journal yet; its folder is made. Only to change.
  [[nodiscard]] Place make_place(const std::string& context) const;

 private:
  std::string path_;
  std::optional<storage::FolderLock> lock_;
  std::vector<std::unique_ptr<chassis::Context>> contexts_;
  std::vector<Place> places_;
};

}  // namespace madang::app
