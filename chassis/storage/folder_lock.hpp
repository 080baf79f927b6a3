#pragma once
// One process to a data folder: whoever holds FOLDER/lock may write there. The lock is the kernel's,
// so it ends with its process, however that ends, and is handed to no program that it starts. The
// file stays; it says who held it last:
//
//   <process id> " since " <RFC 3339 time, UTC, in seconds> "\n"
#include <expected>
#include <string>

#include "chassis/runtime/runtime.hpp"

namespace madang::storage {

class FolderLock {
 public:
  struct Holder {
    std::string pid;    // "" when it took the lock this very moment
    std::string since;  // likewise
  };

  // Or who holds it: that process is to be told of, or read beside, never waited for. The folder
  // must be there. Throws chassis::Unavailable.
  [[nodiscard]] static std::expected<FolderLock, Holder> take(const std::string& folder,
                                                              runtime::Time now);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;
};

}  // namespace madang::storage
