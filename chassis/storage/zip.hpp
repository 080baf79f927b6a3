#pragma once
// A ZIP archive made in memory, always the same for the same entries: in their order, with no time but the
// first that the format can say.
#include <string>
#include <utility>
#include <vector>

namespace madang::storage {

// Names with their contents. Throws std::runtime_error when the library is out of memory.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries);

}  // namespace madang::storage
