#pragma once
// What this context holds about one customer, for them to take along.
#include "tests/points/application/points_of.hpp"

namespace madang::points {

struct AboutCustomer {
  struct Result {
    std::int64_t points;
  };
  PersonId customer;
};
inline AboutCustomer::Result about_customer(const AboutCustomer& asked,
                                            const chassis::Rows<PointsHeld>& held) {
  return {points_of({asked.customer}, held)};
}

}  // namespace madang::points
