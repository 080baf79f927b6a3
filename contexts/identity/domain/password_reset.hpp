#pragma once
// Someone has forgotten their password. An operator begins a reset: there is a code now, good once and for a while, of
// which the shop keeps a digest alone. Whoever has it chooses the next password, and every session ends. The operator
// neither chooses nor learns a password (OWASP ASVS 5.0, 6.4.6), and no second factor is left out by it: the
// code signs nobody in.
#include "identity/domain/person.hpp"

namespace madang::identity {

using namespace std::chrono_literals;
inline constexpr std::chrono::milliseconds reset_code_lasts = 1h;

// Whether this code is the one that is out, and still good.
[[nodiscard]] bool is_good(const std::optional<PendingReset>&, const CodeHash&, Instant now);

// `by`: an operator, for somebody else; nobody known when it is done on the shop's own machine.
struct BeginPasswordReset {
  PersonId person;
  CodeHash code;
  std::optional<PersonId> by;
  std::chrono::milliseconds lasts = reset_code_lasts;
  using Decision =
      Then<PasswordResetBegun>::Unless<because::person_unknown, because::own_password_reset>;
  static Decision decide(const BeginPasswordReset&, const Person&, Instant now);
};
struct ResetPassword {
  PersonId person;
  CodeHash code;
  Personal<std::string> password_hash;
  using Decision = Then<PasswordReset>::Unless<because::reset_code_invalid>;
  static Decision decide(const ResetPassword&, const Person&, Instant now);
};

}  // namespace madang::identity
