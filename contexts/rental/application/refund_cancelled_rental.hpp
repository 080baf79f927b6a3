#pragma once
// Sees to it that who cancelled a rental has their money back, of the loan and of each extension: asks
// payment, again and again, until it says that the payment was undone. Payment undoes it once, however
// often it is asked.
//
//   Refunding --cancelled, declined--> Refunded
#include "chassis/ports/parts.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "rental/application/ask_again.hpp"
#include "rental/domain/rental.hpp"

namespace madang::rental {

struct RefundCancelledRental {
  struct Refunding {
    using Ignores = OneOf<RentalCancelled, ExtensionCancelled>;
    PaymentId payment;
    std::int32_t times_asked;
    Instant ask_again;
    [[nodiscard]] Instant deadline() const { return ask_again; }
  };
  struct Refunded {};

  using Key = PaymentId;
  using Step = chassis::Step<std::variant<Refunding, Refunded>, chassis::Asks<>,
                             chassis::Tells<payment::v1::CancelPayment>>;
  using Done = Refunded;
  using Inputs = OneOf<RentalCancelled, ExtensionCancelled, payment::v1::PaymentCancelled,
                       payment::v1::PaymentDeclined>;
  using IgnoredWhenMissing = OneOf<payment::v1::PaymentCancelled, payment::v1::PaymentDeclined>;

  static Step start(const RentalCancelled& cancelled, Instant now) {
    return asking(cancelled.payment, 0, now);
  }
  static Step start(const ExtensionCancelled& cancelled, Instant now) {
    return asking(cancelled.payment, 0, now);
  }
  static Step on(const Refunding&, const payment::v1::PaymentCancelled&) { return Refunded{}; }
  static Step on(const Refunding&, const payment::v1::PaymentDeclined&) { return Refunded{}; }
  static Step on(const Refunding& it, const chassis::TimeIsUp&, Instant now) {
    return asking(it.payment, it.times_asked, now);
  }

 private:
  static Step asking(const PaymentId& payment, std::int32_t times_asked, Instant now) {
    return Step{Refunding{payment, times_asked + 1, ask_again_at(now, times_asked, payment)}}.tell(
        payment::v1::CancelPayment{payment, payment::v1::UndoReason::customer_cancelled});
  }
};

}  // namespace madang::rental
