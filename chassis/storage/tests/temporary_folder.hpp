#pragma once
// A folder of its own for one test, gone with it.
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "kernel/check.hpp"

namespace madang::storage {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_{std::filesystem::temp_directory_path() / "madang-XXXXXX"} {
    CHECK(::mkdtemp(path_.data()), "a temporary folder can be made");
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
