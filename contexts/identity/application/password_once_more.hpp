#pragma once
// Someone who is signed in is asked for their password once more, before what cannot be undone or would shut
// them out: whoever has found an open browser must not be able to do it. Throttled as signing in is.
#include <variant>

#include "chassis/ports/vault.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"

namespace madang::identity {

// Nothing: it is them. Guesses are counted against the person by their id: who asks is signed in as them. An account that is gone
// has no password to be asked for.
std::variant<std::monostate, because::password_wrong, because::too_many_attempts> doubt_about(
    const PersonId&, const std::optional<Account>&, const std::string& password,
    const std::string& from, Attempts&, PasswordHasher&, chassis::Vault&);

[[nodiscard]] bool is_password_of(const Account&, const std::string& password, PasswordHasher&,
                                  chassis::Vault&);

// Nothing: its key is destroyed.
std::optional<std::string> opened(const Personal<std::string>&, std::string_view field,
                                  chassis::Vault&);

}  // namespace madang::identity
