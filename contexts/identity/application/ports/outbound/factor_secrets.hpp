#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/domain/words.hpp"

namespace madang::identity {

struct RecoveryCode {
  std::string text;
  CodeHash hash;
};

// Makes the secret that a person's app is given and the codes that stand in for it, known by nobody else; and knows again what
// is shown of them. The same seed makes the same ones of the same `shown`, by which they earned them, and of nothing else: whoever has
// found out a request's key is not told by repeating it.
class FactorSecrets {
 public:
  virtual ~FactorSecrets() = default;
  [[nodiscard]] virtual std::string secret(const PersonId&, const SeedId&,
                                           std::string_view shown) = 0;  // bytes
  [[nodiscard]] virtual std::vector<RecoveryCode> recovery_codes(const PersonId&, const SeedId&,
                                                                 std::string_view shown) = 0;
  // Nothing for what has not the form of one.
  [[nodiscard]] virtual std::optional<CodeHash> recovery_code(std::string_view text) const = 0;
  // For which half minute an app with this secret shows this code; nothing when it is of none near `now`.
  [[nodiscard]] virtual std::optional<std::int64_t> step_of(std::string_view code,
                                                            std::string_view secret,
                                                            Instant now) const = 0;
};

}  // namespace madang::identity
