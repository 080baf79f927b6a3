#pragma once
// What this context holds about one customer, for them to take along. A hold stands in payment's part, with the
// payment that it waits for; here are those for which no payment could be begun, the desk being closed.
#include <algorithm>

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
  const auto theirs = [&]<class Of>(const chassis::Rows<Of>& rows, auto in_order_of) {
    using Row = Of::Row;
    auto found = rows.every(chassis::select<Row>().template only<&Row::customer>(asked.customer));
    std::ranges::sort(found, {}, in_order_of);
    return found;
  };
  return {theirs(rentals, &Rentals::Row::starts), theirs(holds, &HoldsNotBegun::Row::hold),
          theirs(places, &Places::Row::since)};
}

}  // namespace madang::rental
