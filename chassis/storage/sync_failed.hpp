#pragma once
#include <stdexcept>

namespace madang::storage {

// An fsync failed: what is in memory and in the page cache is no longer to be believed, and a second
// fsync would lie. The only answer is Runtime::stop_process, and recovery from disk.
struct SyncFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace madang::storage
