#pragma once
// The words of rental. A licence is the right to lend one copy of an edition's file. It is held
// while its customer pays, offered to who is next in line, and out while it is on loan.
#include <compare>

#include "kernel/aggregate.hpp"
#include "kernel/decision.hpp"
#include "kernel/ids.hpp"
#include "kernel/money.hpp"

namespace madang::rental {

using kernel::AnyOf, kernel::EditionId, kernel::Instant, kernel::Money, kernel::OneOf,
    kernel::PaymentId, kernel::PersonId, kernel::RentalId, kernel::Then, kernel::then;
using HoldId = kernel::Id<struct HoldTag>;

// How long a licence stays held for who pays. The payment must have begun some time before the hold ends,
// so that its result is known by then.
struct HoldTimes {
  std::chrono::milliseconds pay_within = std::chrono::minutes{8};
  std::chrono::milliseconds lasts = std::chrono::minutes{10};
};
inline constexpr auto offer_lasts = std::chrono::hours{48};
inline constexpr auto stands_still_at_most =
    std::chrono::hours{24};  // a hold, while the payment desk is closed

}  // namespace madang::rental
