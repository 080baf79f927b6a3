#pragma once
// A customer changes their mind in time about a book that they never opened. What they have paid comes
// back: refund_cancelled_rental sees to that.
#include "chassis/ports/commands.hpp"
#include "rental/application/lending_rules.hpp"
#include "rental/application/own_rental.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

chassis::Later<CancelRental::Decision> cancel_rental(const OwnRental&, const chassis::RequestKey&,
                                                     chassis::Gives<CancelRental>,
                                                     const LendingRules&);

}  // namespace madang::rental
