#pragma once
// The payment desk behind a breaker: while payment or its provider is away or slow, customers are told at
// once when to come back, and nothing is begun. What that means for holds and lines, desk_closed.hpp says.
#include <deque>
#include <memory>

#include "chassis/calls/breaker.hpp"
#include "rental/application/ports/outbound/payment_desk.hpp"

namespace madang::rental {

// Any task.
class GuardedPaymentDesk final : public PaymentDesk {
 public:
  GuardedPaymentDesk(PaymentDesk& desk, chassis::Breaker& breaker, runtime::Runtime& runtime)
      : desk_{desk}, breaker_{breaker}, lock_{runtime.monitor()} {}
  std::optional<NotBegun> closed() override;
  PaymentResult pay(const Asked&) override;

 private:
  // A payment that stays unknown says so once: however often its customer asks again, nobody else's
  // way to the desk is closed by it.
  bool is_known_as_unknown(const PaymentId&);
  void note_unknown(const PaymentId&);

  PaymentDesk& desk_;
  chassis::Breaker& breaker_;
  std::unique_ptr<runtime::Monitor> lock_;
  std::deque<PaymentId> unknown_;  // the last of them
};

}  // namespace madang::rental
