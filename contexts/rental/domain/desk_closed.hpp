#pragma once
// The payment desk is closed: nobody can pay, since payment is away or slow. A hold for which nobody was
// asked for money stands still, so that its customer loses neither it nor time, for a day at most; then
// they are first in line. Who comes meanwhile joins the line, instead of locking a licence up. What is on
// loan, returned or free of charge goes on as ever.
//
// That it is closed is seen at the breaker before payment and is no fact of this context. What that does
// to holds and lines is, and is decided here, edition by edition.
#include "rental/domain/rental.hpp"

namespace madang::rental {

// ---- as a customer meets it

// Instead of HoldLicence: who could have held a licence takes a place in line.
struct WaitForDesk {
  EditionId edition;
  PersonId customer;
  Money price_shown;
  std::int32_t borrowed_max;
  using Decision = Then<DeskClosed, LineJoined, LineEntered>::Unless<
      because::account_closing, because::payment_pending, because::already_on_loan,
      because::edition_unknown, because::edition_withdrawn, because::edition_not_rentable,
      because::price_changed, because::too_many_borrowed, because::no_licence_free>;
  static Decision decide(const WaitForDesk&, const LicencePool&, const Borrowing&);
};
struct NotePaymentNotBegun {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  using Decision = Then<PaymentNotBegun>::Always;
  static Decision decide(const NotePaymentNotBegun&, const LicencePool&);
};
// The customer is back, and from now on their payment counts as begun. Tells of their hold's times when
// they are others than those they know.
struct TryPaymentAgain {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  Instant until_known;
  using Decision = Then<HoldWentOn, HoldKept, PaymentTriedAgain>::Always;
  static Decision decide(const TryPaymentAgain&, const LicencePool&, const Borrowing&, Instant now);
};

// ---- as the desk closes and opens

struct StandStill {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  using Decision = Then<HoldStoodStill, HoldKept>::Always;
  static Decision decide(const StandStill&, const LicencePool&, const Borrowing&, Instant now);
};
struct GoOn {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  using Decision = Then<HoldWentOn, HoldKept>::Always;
  static Decision decide(const GoOn&, const LicencePool&, const Borrowing&, Instant now);
};
// What is free goes to those who wait, in their order.
struct OpenDesk {
  EditionId edition;
  using Decision = Then<DeskOpened, LicenceOffered, AvailabilityChanged>::Always;
  static Decision decide(const OpenDesk&, const LicencePool&, Instant now);
};

}  // namespace madang::rental
