#pragma once
// Brings each extension that was begun to its end, though the customer is gone and the program was killed:
// captured, or free, extends the loan; declined gives it up; too late is cancelled until payment says how
// that ended. Whoever is first, this process or the caller, the loan is extended once.
//
//   AwaitingPayment --captured--> Extending --extended-------> Settled
//      |   |                        |   ^ free                 ^  ^
//      |   `--extended, declined, cancelled--------------------'  |
//      |                            | lapsed                     |
//      `--time is up--> Cancelling <' --cancelled, declined-------'
#include "chassis/ports/parts.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "rental/application/ask_again.hpp"
#include "rental/application/loan_end.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

using chassis::TimeIsUp;
using payment::v1::CancelPayment, payment::v1::PaymentCancelled, payment::v1::PaymentCaptured,
    payment::v1::PaymentDeclined, payment::v1::UndoReason;

struct SettleExtension {
  struct AwaitingPayment {
    using Ignores = OneOf<ExtensionBegun, because::extension_lapsed>;
    ExtensionBegun begun;
    [[nodiscard]] Instant deadline() const { return begun.lapses; }
  };
  struct Extending {
    // An operator may give the money back at any time; what it paid for is not undone by that.
    using Ignores = OneOf<ExtensionBegun, PaymentCaptured, PaymentDeclined, PaymentCancelled>;
    ExtensionBegun begun;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  struct Cancelling {
    // Captured all the same: payment has heard that it is to be given back.
    using Ignores =
        OneOf<ExtensionBegun, RentalExtended, PaymentCaptured, because::extension_lapsed>;
    PaymentId payment;
    std::int32_t times_asked;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  struct Settled {};

  using Key = PaymentId;
  using Step =
      chassis::Step<std::variant<AwaitingPayment, Extending, Cancelling, Settled>,
                    chassis::Asks<ExtendRental, GiveUpExtension>, chassis::Tells<CancelPayment>>;
  using Done = Settled;
  using Inputs = OneOf<ExtensionBegun, RentalExtended, PaymentCaptured, PaymentDeclined,
                       PaymentCancelled, because::extension_lapsed>;
  // Other payments are none of ours.
  using IgnoredWhenMissing = OneOf<RentalExtended, PaymentCaptured, PaymentDeclined,
                                   PaymentCancelled, because::extension_lapsed>;

  static Step start(const ExtensionBegun& begun, Instant now) {
    if (begun.price.in_minor_units() == 0) return extending(begun, now);
    return AwaitingPayment{begun};
  }

  static Step on(const AwaitingPayment& it, const PaymentCaptured&, Instant now) {
    return extending(it.begun, now);
  }
  static Step on(const AwaitingPayment&, const RentalExtended&) { return Settled{}; }
  static Step on(const AwaitingPayment& it, const PaymentDeclined&) { return give_up(it.begun); }
  static Step on(const AwaitingPayment& it, const PaymentCancelled&) { return give_up(it.begun); }
  static Step on(const AwaitingPayment& it, const TimeIsUp&, Instant now) {
    return cancelling(it.begun.payment, 0, now);
  }

  static Step on(const Extending&, const RentalExtended&) { return Settled{}; }
  static Step on(const Extending& it, const because::extension_lapsed&, Instant now) {
    if (it.begun.price.in_minor_units() == 0) return Settled{};
    return cancelling(it.begun.payment, 0, now);
  }
  static Step on(const Extending& it, const TimeIsUp&, Instant now) {
    return extending(it.begun, now);
  }

  static Step on(const Cancelling&, const PaymentDeclined&) { return Settled{}; }
  static Step on(const Cancelling&, const PaymentCancelled&) { return Settled{}; }
  static Step on(const Cancelling& it, const TimeIsUp&, Instant now) {
    return cancelling(it.payment, it.times_asked, now);
  }

 private:
  static Step extending(const ExtensionBegun& begun, Instant now) {
    return Step{Extending{begun, ask_again_at(now, 0, begun.payment)}}.ask(
        ExtendRental{begun.rental, begun.edition, begun.customer, begun.payment, loan_end(begun)});
  }
  static Step give_up(const ExtensionBegun& begun) {
    return Step{Settled{}}.ask(GiveUpExtension{begun.rental, begun.payment});
  }
  static Step cancelling(const PaymentId& payment, std::int32_t times_asked, Instant now) {
    return Step{Cancelling{payment, times_asked + 1, ask_again_at(now, times_asked, payment)}}.tell(
        CancelPayment{payment, UndoReason::too_late});
  }
};

}  // namespace madang::rental
