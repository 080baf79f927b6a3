#pragma once
// Someone who forgot their password gets a code from an operator, and chooses another with it. Whatever is wrong with a
// code gets one answer, and attempts are throttled as those to sign in are.
#include "chassis/ports/outcomes.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/application/new_password.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/application/ports/outbound/reset_codes.hpp"
#include "identity/domain/password_reset.hpp"

namespace madang::identity {

struct ForgottenPassword {
  EmailAddress email;
  std::optional<PersonId> by;  // nobody known: on the shop's own machine
  std::chrono::milliseconds lasts = reset_code_lasts;
};
struct ResetIsBegun {
  PersonId person;
  std::string code;
  Instant until;
};

using BeginResetAnswer = kernel::Answer<ResetIsBegun, kernel::RefusalsOf<BeginPasswordReset>>;

BeginResetAnswer begin_password_reset(const ForgottenPassword&, const chassis::RequestKey&,
                                      chassis::Gives<BeginPasswordReset>, chassis::Outcomes&,
                                      Accounts&, ResetCodes&);

struct NewPasswordByCode {
  std::string code, new_password;
  std::string from;  // network address
  Instant now;
};
struct PasswordIsReset {
  PersonId person;
};

using ResetAnswer =
    kernel::Answer<PasswordIsReset, OneOf<because::reset_code_invalid, because::too_many_attempts,
                                          because::password_too_short, because::password_too_common,
                                          because::password_breached>>;

ResetAnswer reset_password(const NewPasswordByCode&, const chassis::RequestKey&,
                           chassis::Gives<ResetPassword>, chassis::Outcomes&, Accounts&, Attempts&,
                           ResetCodes&, PasswordHasher&, BreachedPasswords&, chassis::Vault&);

}  // namespace madang::identity
