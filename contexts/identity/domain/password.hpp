#pragma once
// What a new password must be, after NIST SP 800-63B-4 section 3.1.1: long, because it is the only
// factor, and none that everybody tries first. No rules about its characters, no expiry, spaces and
// every script welcome.
#include <string_view>
#include <variant>

#include "identity/domain/email_address.hpp"
#include "identity/domain/words.hpp"

namespace madang::identity {

struct PasswordRule {
  int length_min =
      15;  // characters, as Unicode code points; the standard allows 8 beside another factor
};

using PasswordRefusal =
    std::variant<std::monostate, because::password_too_short, because::password_too_common>;

// `password` is UTF-8. Too common: in the list of what is tried first, one short piece or one word
// of that list over and over, a run of neighbours on keyboard or alphabet, or little else than the
// person's own address or the shop's name.
[[nodiscard]] PasswordRefusal refusal_of(std::string_view password, const EmailAddress& whose,
                                         PasswordRule = {});

}  // namespace madang::identity
