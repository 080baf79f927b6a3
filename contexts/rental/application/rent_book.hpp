#pragma once
// A customer rents a book: a licence is held, they pay, the rental starts. Asked again under the same
// key it goes on from where it stands; what it does is done once. While the payment's result is
// unknown, settle_rental_payment goes on without the customer; once the hold's time is over, they
// either have the book or get back what they paid. While the payment desk is closed nobody is asked for
// money: a hold stands still, and who has none takes a place in line (desk_closed.hpp).
#include "chassis/ports/commands.hpp"
#include "chassis/ports/outcomes.hpp"
#include "rental/application/lending_rules.hpp"
#include "rental/application/ports/outbound/payment_desk.hpp"
#include "rental/domain/desk_closed.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

namespace because {
struct payment_declined {};
struct payment_cancelled {};
struct payment_unsettled {
  PaymentId payment;
};
struct desk_closed {
  std::int32_t retry_after_seconds;
};
}  // namespace because

struct RentBook {
  struct Rented {
    RentalId rental;
    EditionId edition;
    PaymentId payment;
    Money price;
    Instant starts;
    Instant until;
  };
  using Refusals = kernel::Merged<
      kernel::RefusalsOf<HoldLicence>,
      OneOf<because::hold_lapsed, because::payment_declined, because::payment_cancelled,
            because::payment_unsettled, because::desk_closed>>;
  using Answer = kernel::Answer<Rented, Refusals>;

  EditionId edition;
  PersonId customer;
  Money price_shown;
  CardToken card;
  Instant asked_at;
  Instant answer_by;
};

RentBook::Answer rent_book(
    const RentBook&, const chassis::RequestKey&,
    chassis::Gives<HoldLicence, StartRental, ConfirmRental, ReleaseHold, WaitForDesk,
                   NotePaymentNotBegun, TryPaymentAgain, StandStill>,
    chassis::Outcomes&, PaymentDesk&, const LendingRules&);

}  // namespace madang::rental
