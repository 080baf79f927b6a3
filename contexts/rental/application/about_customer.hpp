#pragma once
// What this context holds about one customer, for them to take along. A hold stands in payment's part, with the
// payment that it waits for; here are those for which no payment could be begun, the desk being closed.
#include "rental/application/keep_desk.hpp"
#include "rental/application/places.hpp"
#include "rental/application/rentals.hpp"

namespace madang::rental {

struct AboutCustomer {
  struct Result {
    std::vector<Rentals::Row> rentals;
    std::vector<HoldsNotBegun::Row> holds;
    std::vector<Places::Row> places_in_line;  // and offers
  };
  PersonId customer;
};
inline AboutCustomer::Result about_customer(const AboutCustomer& asked,
                                            const chassis::Rows<Rentals>& rentals,
                                            const chassis::Rows<HoldsNotBegun>& holds,
                                            const chassis::Rows<Places>& places) {
  const auto& whose = asked.customer;
  return {
      rentals.every_of<&Rentals::Row::customer>(whose, &Rentals::Row::starts),
      holds.every_of<&HoldsNotBegun::Row::customer>(whose, &HoldsNotBegun::Row::hold),
      places.every_of<&Places::Row::customer>(whose, &Places::Row::since),
  };
}

}  // namespace madang::rental
