#pragma once
// Whatever makes somebody choose a password asks here whether it may be theirs: by the shop's own rules
// (domain/password.hpp), and by what is known to be stolen.
#include "identity/application/ports/outbound/breached_passwords.hpp"
#include "identity/domain/password.hpp"

namespace madang::identity {

using PasswordWeakness = std::variant<std::monostate, because::password_too_short,
                                      because::password_too_common, because::password_breached>;

// Nothing: it may be. Before the password is hashed, or anything else is done.
[[nodiscard]] PasswordWeakness weakness_of(std::string_view password, const EmailAddress& whose,
                                           BreachedPasswords&);

}  // namespace madang::identity
