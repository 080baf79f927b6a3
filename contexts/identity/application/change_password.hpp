#pragma once
// Someone chooses another password, and is asked for the present one (password_once_more.hpp). Every other
// session ends; the one in which they do it goes on.
#include "chassis/ports/outcomes.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/application/new_password.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {

struct PasswordWish {
  PersonId person;
  SessionId session;
  std::string password, new_password;
  std::string from;  // network address
};
struct PasswordIsChanged {};

using PasswordAnswer = kernel::Answer<
    PasswordIsChanged,
    OneOf<because::password_wrong, because::too_many_attempts, because::password_too_short,
          because::password_too_common, because::password_breached, because::person_unknown,
          because::session_ended>>;

PasswordAnswer change_password(const PasswordWish&, const chassis::RequestKey&,
                               chassis::Gives<ChangePassword>, chassis::Outcomes&, Accounts&,
                               Attempts&, PasswordHasher&, BreachedPasswords&, chassis::Vault&);

}  // namespace madang::identity
