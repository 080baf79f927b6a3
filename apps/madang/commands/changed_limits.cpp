#include "apps/madang/commands/changed_limits.hpp"

#include <filesystem>

#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/control/limits.hpp"

namespace madang::app {

Changes changes_in(const std::string& data) {
  if (!std::filesystem::exists(data + "/identity/journal.db")) return {};
  const DataFolder folder{data, Use::look};
  return limits_changed(folder.places("identity").front().read_journal()->acts());
}

}  // namespace madang::app
