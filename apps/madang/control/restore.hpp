#pragma once
// A data folder made of a backup and the one copy of people's keys. Who was erased since the backup was made does not
// come back by it. Money that moved since is known to the payment provider alone (restored.hpp).
#include <cstdint>
#include <string>

#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/files.hpp"

namespace madang::app {

struct Restoring {
  std::string data = "data";  // to be made; it must not be there, or be empty
  std::string backup;         // what Desk::backup made
  std::string keys;           // what KeysCopier made last
};

// Gives the number of events. Throws Refused when one of them is not what it ought to be, and what files throw; then
// there is no folder.
std::int64_t restore(runtime::Runtime&, storage::FileSystem&, const Restoring&);

}  // namespace madang::app
