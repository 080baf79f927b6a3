#include "rental/application/cancel_rental.hpp"

namespace madang::rental {

chassis::Later<CancelRental::Decision> cancel_rental(const OwnRental& asked,
                                                     const chassis::RequestKey& request,
                                                     chassis::Gives<CancelRental> rental,
                                                     const LendingRules& rules) {
  return rental.submit(
      CancelRental{asked.rental, asked.edition, asked.customer, rules.cancel_within}, request,
      "cancel");
}

}  // namespace madang::rental
