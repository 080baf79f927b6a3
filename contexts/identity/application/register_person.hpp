#pragma once
// Someone makes an account with their e-mail address and a password. The answer is the same whether
// or not the address has an account already, and so is the work: who owns the address keeps it, and
// whoever asked learns nothing from the shop (docs/adr/0010-registering-tells-nothing.md).
#include "chassis/ports/commands.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/application/new_password.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/domain/person.hpp"

namespace madang::identity {

struct Registration {
  EmailAddress email;
  std::string password, name;
  Language language;
  std::string from;  // network address
};
struct Taken {};  // whoever owns the address can sign in

using RegistrationAnswer =
    kernel::Answer<Taken, OneOf<because::too_many_attempts, because::password_too_short,
                                because::password_too_common, because::password_breached>>;

RegistrationAnswer register_person(const Registration&, const chassis::RequestKey&,
                                   chassis::Gives<RegisterPerson>, Accounts&, Attempts&,
                                   PasswordHasher&, BreachedPasswords&, chassis::KeyMaker&,
                                   chassis::Vault&);

}  // namespace madang::identity
