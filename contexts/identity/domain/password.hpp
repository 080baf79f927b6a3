#pragma once
// What a new password must be, after NIST SP 800-63B-4 section 3.1.1: long, because it may be the only
// factor, and not one that others come upon soon. No rules about its characters, no expiry, spaces and
// every script welcome.
#include <string_view>
#include <variant>

#include "identity/domain/email_address.hpp"
#include "identity/domain/words.hpp"

namespace madang::identity {

struct PasswordRule {
  int length_min =
      15;  // characters, as Unicode code points; the standard allows 8 beside another factor
  int worth_min = 8;  // in characters of its own
};

using PasswordRefusal =
    std::variant<std::monostate, because::password_too_short, because::password_too_common>;

// `password` is UTF-8. Too common: worth fewer characters of its own than the rule asks for.
[[nodiscard]] PasswordRefusal refusal_of(std::string_view password, const EmailAddress& whose,
                                         PasswordRule = {});

// How many characters that nobody can foresee it is worth: each counts as one, but a common word or
// password (common_passwords.hpp) as two however long, and as one
//   a run of neighbours on keyboard or alphabet,
//   what stands in it already, so that twice the same is worth little more than once,
//   a year, the person's own address or the shop's name, a little word between others.
// Upper and lower case are alike, and so are "p@ssw0rd" and "password". The least of all ways to read it.
[[nodiscard]] int worth_of(std::string_view password, const EmailAddress& whose);

}  // namespace madang::identity
