#pragma once
// Someone pays while they wait. Asked again for the same payment it goes on from where that stands,
// and never tells the provider twice to charge; what it cannot find out in time, errands will.
//
// The key must be a new one at each try (see ConfirmPayment).
#include "chassis/ports/commands.hpp"
#include "payment/application/ports/outbound/provider.hpp"
#include "payment/domain/payment.hpp"

namespace madang::payment {

struct Pay {
  struct Paid {
    Money amount;
    Instant captured_at;
  };
  struct Declined {
    DeclineReason reason;
  };
  struct Cancelled {
    CancelledHow how;
  };
  struct NotKnownYet {};   // the charge may be on its way
  struct NotConfirmed {};  // the provider is away; no money can move until someone asks again
  struct NotTheSame {};    // the payment exists with other terms
  using Answer = std::variant<Paid, Declined, Cancelled, NotKnownYet, NotConfirmed, NotTheSame>;

  PaymentId payment;
  Money amount;
  Instant pay_by;
  PersonId payer;
  Purpose purpose;
  CardToken card;
  Instant deadline;  // until then the caller waits
};

// Throws std::invalid_argument for an amount that is not positive.
Pay::Answer pay(
    const Pay&, const chassis::RequestKey&,
    chassis::Gives<BeginPayment, ConfirmPayment, RecordCaptured, RecordDeclined, RecordVoided>,
    Provider&);

}  // namespace madang::payment
