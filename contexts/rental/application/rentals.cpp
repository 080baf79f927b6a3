#include "rental/application/rentals.hpp"

namespace madang::rental {

RentalAt::Result rental_at(const RentalAt& asked, const chassis::Rows<Rentals>& rentals) {
  auto rental = rentals.find(asked.rental);
  if (!rental) return std::nullopt;
  if (rental->state == RentalState::on_loan && rental->until <= asked.now)
    rental->state = RentalState::expired;

  RentalAt::View view{*rental, std::nullopt};
  const auto until = std::min(rental->starts + asked.cancel_within, rental->until);
  if (rental->state == RentalState::on_loan && !rental->opened_at && asked.now < until)
    view.cancellable_until = until;
  return view;
}

}  // namespace madang::rental
