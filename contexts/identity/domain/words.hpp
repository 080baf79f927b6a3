#pragma once
// The words of identity: what it names, and every reason for which it may say no.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/ids.hpp"
#include "kernel/personal.hpp"

namespace madang::identity {

using kernel::AnyOf, kernel::Instant, kernel::OneOf, kernel::PersonId, kernel::Personal,
    kernel::Then, kernel::then;
using SessionId = kernel::Id<struct SessionTag>;

// What someone may do in the shop. Everyone who registers is a customer.
enum class Role { customer, book_manager, shop_operator };
std::string_view text_of(Role);  // as contracts and tokens call it: "operator" is a word of C++

// As in BCP 47: the language someone wishes to be written to.
enum class Language { ko, en };

// What an e-mail address is recognised by: a digest that only the shop can make. Whoever holds the
// shop's key could try addresses against it, so it stands in a claim, which can be deleted, and in
// no event.
struct EmailFingerprint {
  std::string text;
  friend auto operator<=>(const EmailFingerprint&, const EmailFingerprint&) = default;
};

// All that is kept of a refresh token: its SHA-256. The token is random, so that is enough.
struct TokenHash {
  std::string text;
  friend auto operator<=>(const TokenHash&, const TokenHash&) = default;
};

// All that is kept of a code by which someone may choose another password, or which stands in for that of
// their app: its SHA-256, likewise.
struct CodeHash {
  std::string text;
  friend auto operator<=>(const CodeHash&, const CodeHash&) = default;
};

// Which program someone signs in with, as it calls itself: "web", "cli".
struct ClientName {
  std::string text;
  friend auto operator<=>(const ClientName&, const ClientName&) = default;
};

// Why an operator ends a person's sessions: of a closed list, so that nothing about anybody gets into it.
enum class EndingReason { asked_by_person, account_at_risk, misuse };

// Who must have a second factor, and has fewer roles until then: nobody, who is more than a customer, or everybody.
enum class SecondFactorFor { nobody, staff, everyone };
// Why an operator removes somebody's second factor: they have neither the app nor a recovery code.
enum class FactorLoss { device_lost, device_stolen, app_removed };
using FactorId = kernel::Id<struct FactorTag>;  // one secret that a person's app is given
// Of one request, which keeps it to itself: what secrets are made of.
using SeedId = kernel::Id<struct SeedTag>;

using ResetId = kernel::Id<struct ResetTag>;  // one beginning of a new password
using ExportId = kernel::Id<struct ExportTag>;
// Who wanted a person's data: they themselves, or an operator on the shop's own machine.
enum class ExportedFor { themselves, the_shop };

// There is one shop; what concerns it as a whole has a stream of its own.
using ShopId = kernel::Id<struct ShopTag>;
inline constexpr ShopId the_shop{kernel::IdBytes{}};

namespace because {
struct email_taken {};
struct password_too_short {
  int at_least;  // characters
};
struct password_too_common {};
struct password_breached {};  // known to be stolen, from whomever
struct sign_in_failed {};     // deliberately silent about what was wrong
struct too_many_attempts {
  std::int64_t retry_after_seconds;
};
struct session_ended {};
struct session_unknown {};  // of nobody, or of somebody else
struct person_unknown {};
struct last_operator {};
struct password_wrong {};        // of someone who is signed in and is asked for it once more
struct reset_code_invalid {};    // deliberately silent about what was wrong
struct own_password_reset {};    // begun by an operator for themselves
struct second_factor_needed {};  // told only to who has the password
struct second_factor_wrong {};   // of who signs in
struct one_time_code_wrong {};   // of someone who is signed in and is asked for it
struct second_factor_on {};
struct second_factor_off {};
struct second_factor_not_begun {};  // or too long ago
struct own_second_factor {};        // removed by an operator for themselves
struct erasure_unknown {};
struct export_too_soon {
  std::int64_t retry_after_seconds;
};
struct export_link_invalid {};
}  // namespace because

}  // namespace madang::identity
