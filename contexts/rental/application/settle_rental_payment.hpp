#pragma once
// Brings the payment of each hold to its end, though the customer is gone and the program was killed:
// captured starts the rental, declined frees the hold, too late is cancelled until payment says how
// that ended. Whoever is first, this process or the caller, the rental is started once. A hold that stands
// still has the time that its pool gives it; where it goes on before the rental starts, the loan's end is
// counted anew.
//
//   AwaitingPayment --captured--> Starting --started--------> Settled
//      |   |                        |                         ^  ^
//      |   `--started, declined, cancelled--------------------'  |
//      |                            | hold lapsed                |
//      `--time is up--> Cancelling <' --cancelled, declined------'
#include "chassis/ports/parts.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "rental/application/ask_again.hpp"
#include "rental/application/loan_end.hpp"
#include "rental/domain/desk_closed.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

using chassis::TimeIsUp;
using payment::v1::CancelPayment, payment::v1::PaymentCancelled, payment::v1::PaymentCaptured,
    payment::v1::PaymentDeclined, payment::v1::UndoReason;

struct SettleRentalPayment {
  struct AwaitingPayment {
    using Ignores = OneOf<LicenceHeld, because::hold_lapsed, because::hold_went_on>;
    LicenceHeld held;
    [[nodiscard]] Instant deadline() const { return held.until; }
  };
  struct Starting {
    // An operator may give the money back at any time; the rental that it paid for is not undone by that.
    using Ignores = OneOf<LicenceHeld, HoldStoodStill, HoldWentOn, PaymentCaptured, PaymentDeclined,
                          PaymentCancelled>;
    LicenceHeld held;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  struct Cancelling {
    // Captured all the same: payment has heard that it is to be given back.
    using Ignores = OneOf<LicenceHeld, HoldStoodStill, HoldWentOn, RentalStarted, PaymentCaptured,
                          because::hold_lapsed, because::hold_went_on>;
    PaymentId payment;
    std::int32_t times_asked;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  struct Settled {};

  using Key = PaymentId;
  using Step =
      chassis::Step<std::variant<AwaitingPayment, Starting, Cancelling, Settled>,
                    chassis::Asks<StartRental, ReleaseHold>, chassis::Tells<CancelPayment>>;
  using Done = Settled;
  using Inputs =
      OneOf<LicenceHeld, HoldStoodStill, HoldWentOn, RentalStarted, PaymentCaptured,
            PaymentDeclined, PaymentCancelled, because::hold_lapsed, because::hold_went_on>;
  // Payments of orders and counselings are none of ours.
  using IgnoredWhenMissing =
      OneOf<HoldStoodStill, HoldWentOn, RentalStarted, PaymentCaptured, PaymentDeclined,
            PaymentCancelled, because::hold_lapsed, because::hold_went_on>;

  static Step start(const LicenceHeld& held) { return AwaitingPayment{held}; }

  static Step on(AwaitingPayment awaiting, const HoldStoodStill& it) {
    awaiting.held.until = it.until;
    return awaiting;
  }
  static Step on(AwaitingPayment awaiting, const HoldWentOn& it) {
    awaiting.held.since = it.since;
    awaiting.held.pay_by = it.pay_by;
    awaiting.held.until = it.until;
    return awaiting;
  }
  static Step on(const AwaitingPayment& awaiting, const PaymentCaptured&, Instant now) {
    return starting(awaiting.held, now);
  }
  static Step on(const AwaitingPayment&, const RentalStarted&) { return Settled{}; }
  static Step on(const AwaitingPayment& awaiting, const PaymentDeclined&) {
    return give_back(awaiting.held);
  }
  static Step on(const AwaitingPayment& awaiting, const PaymentCancelled&) {
    return give_back(awaiting.held);
  }
  static Step on(const AwaitingPayment& awaiting, const TimeIsUp&, Instant now) {
    return cancelling(awaiting.held.payment, 0, now);
  }

  static Step on(const Starting&, const RentalStarted&) { return Settled{}; }
  static Step on(const Starting& it, const because::hold_lapsed&, Instant now) {
    return cancelling(it.held.payment, 0, now);
  }
  static Step on(Starting it, const because::hold_went_on& anew, Instant now) {
    it.held.since = anew.since;
    return starting(it.held, now);
  }
  static Step on(const Starting& it, const TimeIsUp&, Instant now) {
    return starting(it.held, now);
  }

  static Step on(const Cancelling&, const PaymentDeclined&) { return Settled{}; }
  static Step on(const Cancelling&, const PaymentCancelled&) { return Settled{}; }
  static Step on(const Cancelling& it, const TimeIsUp&, Instant now) {
    return cancelling(it.payment, it.times_asked, now);
  }

 private:
  static Step starting(const LicenceHeld& held, Instant now) {
    return Step{Starting{held, ask_again_at(now, 0, held.payment)}}.ask(starting_of(held));
  }
  static Step give_back(const LicenceHeld& held) {
    return Step{Settled{}}.ask(ReleaseHold{held.edition, held.customer, held.hold});
  }
  static Step cancelling(const PaymentId& payment, std::int32_t times_asked, Instant now) {
    return Step{Cancelling{payment, times_asked + 1, ask_again_at(now, times_asked, payment)}}.tell(
        CancelPayment{payment, UndoReason::too_late});
  }
};

}  // namespace madang::rental
