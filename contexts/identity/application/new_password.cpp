#include "identity/application/new_password.hpp"

namespace madang::identity {

PasswordWeakness weakness_of(std::string_view password, const EmailAddress& whose,
                             BreachedPasswords& breached) {
  const auto refusal = refusal_of(password, whose);
  if (const auto* too_short = std::get_if<because::password_too_short>(&refusal)) return *too_short;
  if (std::holds_alternative<because::password_too_common>(refusal))
    return because::password_too_common{};
  if (breached.has(password)) return because::password_breached{};
  return {};
}

}  // namespace madang::identity
