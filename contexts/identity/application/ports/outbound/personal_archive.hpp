#pragma once
#include <string>

#include "identity/domain/words.hpp"

namespace madang::identity {

// Everything that the shop holds about one person, as a ZIP archive: of every context, since each knows its own.
class PersonalArchive {
 public:
  virtual ~PersonalArchive() = default;
  // Throws Unavailable while a context cannot say what it holds.
  [[nodiscard]] virtual std::string of(const PersonId&) = 0;
};

}  // namespace madang::identity
