#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "identity/domain/words.hpp"

namespace madang::identity {

struct ResetCode {
  std::string text;
  PersonId person;
  CodeHash hash;
};

// Makes the codes by which a person may choose another password, one for each reset; nobody guesses one.
class ResetCodes {
 public:
  virtual ~ResetCodes() = default;
  [[nodiscard]] virtual ResetCode make(const PersonId&, const ResetId&) = 0;
  // Nothing for what has not the form of one.
  [[nodiscard]] virtual std::optional<ResetCode> read(std::string_view text) const = 0;
};

}  // namespace madang::identity
