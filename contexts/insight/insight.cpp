// The insight context on one page: whatever it hears and shows is named here.
#include "insight/insight.hpp"

#include "chassis/assembly/assembly.hpp"
#include "insight/application/about_customer.hpp"
#include "insight/application/notices.hpp"
#include "insight/application/rental_board.hpp"

namespace madang::insight {

using namespace chassis;

namespace {

// These messages said not when it happened once.
void lift_without_time(JsonDocument& message) { message.set("at", "null"); }

}  // namespace

std::unique_ptr<Context> insight_context() {
  return context("insight")
      .hears<rental::v1::RentalStarted, rental::v1::RentalExtended, rental::v1::BookReturned,
             rental::v1::RentalExpired, rental::v1::RentalCancelled>()
      .hears<rental::v1::LicenceOffered, rental::v1::OfferLapsed, rental::v1::OfferTakenBack,
             rental::v1::WaitingEnded, rental::v1::LineLeft>()
      .hears<catalog::v1::EditionRegistered, catalog::v1::EditionDescribed>()

      .records<rental::v1::RentalStarted, rental::v1::RentalExtended, rental::v1::BookReturned,
               rental::v1::RentalExpired, rental::v1::RentalCancelled>()
      .records<rental::v1::LicenceOffered, rental::v1::OfferLapsed, rental::v1::OfferTakenBack,
               rental::v1::WaitingEnded, rental::v1::LineLeft>()
      .records<catalog::v1::EditionRegistered, catalog::v1::EditionDescribed>()
      .upcast<rental::v1::BookReturned>(1, lift_without_time)
      .upcast<rental::v1::RentalCancelled>(1, lift_without_time)

      .projection<Rentals>()
      .projection<Titles>()
      .query(shelf_of)
      .query(rental_board)
      .projection<Notices>()
      .query(notices_for)
      .personal_data(about_customer)
      .done();
}

}  // namespace madang::insight
