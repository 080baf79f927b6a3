// The points context on one page: whatever it takes, hears and shows is named here.
#include "tests/points/points.hpp"

#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "tests/points/application/about_customer.hpp"

namespace madang::points {

using namespace chassis;
using rental::v1::RentalCancelled, rental::v1::RentalStarted;

std::unique_ptr<Context> points_context() {
  return context("points")
      .aggregates<PointsAccount>()
      .hears<RentalStarted, RentalCancelled>()
      .commands<GivePoints, TakePointsBack>()
      .policy("give_points_when_a_rental_starts", whenever<RentalStarted>, give<GivePoints>)
      .policy("take_points_back_when_it_is_cancelled", whenever<RentalCancelled>,
              give<TakePointsBack>, ignore<because::no_points_given>)
      .projection<PointsHeld>()
      .query(points_of)
      .personal_data(about_customer)
      .publishes(keeps_private<PointsGiven, PointsTakenBack>)
      .done();
}

}  // namespace madang::points
