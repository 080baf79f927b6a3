#pragma once
// A folder of its own for as long as it is needed, gone with its owner.
#include "chassis/ports/failures.hpp"

#include <filesystem>
#include <stdlib.h>
#include <string>

namespace madang::storage {

class TemporaryFolder {
 public:
  /// Throws Unavailable where none can be made.
  TemporaryFolder() : path_{std::filesystem::temp_directory_path() / "madang-XXXXXX"} {
    if (!::mkdtemp(path_.data())) throw chassis::Unavailable{"cannot make a temporary folder"};
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace madang::storage
