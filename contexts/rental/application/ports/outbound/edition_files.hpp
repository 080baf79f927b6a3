#pragma once
// The catalog's files, and rental's own copies of them, which it lends from though the catalog is down.
#include <cstdint>
#include <string>

#include "rental/domain/words.hpp"

namespace madang::rental {

class EditionFiles {
 public:
  virtual ~EditionFiles() = default;
  // Our copy is there, whole and durable, when it returns, and has exactly this digest and size. Asked
  // again, it does nothing. Throws Unavailable; Corrupt when the catalog gives something else.
  virtual void fetch(const EditionId&, const std::string& sha256, std::int64_t size) = 0;
};

}  // namespace madang::rental
