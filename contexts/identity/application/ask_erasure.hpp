#pragma once
// Someone wants to be forgotten. They are signed in, and are asked for the password once more: what
// follows cannot be undone, and whoever has found an open browser must not be able to begin it.
#include "chassis/ports/outcomes.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/domain/erasure.hpp"

namespace madang::identity {

struct ErasureWish {
  PersonId person;
  std::string password;
  std::string from;  // network address
};
struct BeingForgotten {
  PersonId person;
};

using ErasureAnswer =
    kernel::Answer<BeingForgotten, OneOf<because::password_wrong, because::too_many_attempts,
                                         because::person_unknown, because::last_operator>>;

ErasureAnswer ask_erasure(const ErasureWish&, const chassis::RequestKey&,
                          chassis::Gives<AskErasure>, chassis::Outcomes&, Accounts&, Attempts&,
                          PasswordHasher&, chassis::Vault&);

}  // namespace madang::identity
