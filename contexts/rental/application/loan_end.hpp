#pragma once
// When a loan ends: at the end of its last day in the shop's zone. The day on which it was asked for is
// not counted (Civil Act of Korea, articles 157 and 159), so a loan of 7 days lasts 7 days and what is
// left of the first.
#include "chassis/ports/zones.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

// Of the loan that this hold becomes, whoever starts it and when.
[[nodiscard]] inline Instant loan_end(const LicenceHeld& held) {
  return chassis::end_of_day(held.since, held.days, held.zone);
}
[[nodiscard]] inline StartRental starting_of(const LicenceHeld& held) {
  return {held.rental,  held.edition,   held.customer, held.hold,
          held.payment, loan_end(held), held.since};
}
// Of the loan once it is extended: so many days after the day that was its last.
[[nodiscard]] inline Instant loan_end(const ExtensionBegun& begun) {
  return chassis::end_of_day(begun.from - std::chrono::milliseconds{1}, begun.days, begun.zone);
}

}  // namespace madang::rental
