#pragma once
#include <algorithm>
#include <optional>
#include <string>

#include "identity/domain/throttle.hpp"
#include "identity/domain/words.hpp"

namespace madang::identity {

// Counts who tries what how often, by network address and by e-mail address. Each of the first two
// takes an attempt, or says how long to wait for one.
class Attempts {
 public:
  virtual ~Attempts() = default;
  [[nodiscard]] virtual std::optional<Wait> to_register(const std::string& from) = 0;
  [[nodiscard]] virtual std::optional<Wait> to_sign_in(const std::string& from,
                                                       const EmailFingerprint&) = 0;
  virtual void signed_in(const EmailFingerprint&) = 0;
  virtual void sign_in_failed() = 0;
  virtual void refresh_token_stolen(const PersonId& whose) = 0;
};

// Whole seconds, and never less than one: what Retry-After can say.
inline because::too_many_attempts too_many(Wait wait) {
  return {std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count())};
}

}  // namespace madang::identity
