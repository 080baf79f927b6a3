#include "rental/adapters/outbound/direct_payment_desk.hpp"

#include <stdexcept>

#include "chassis/ports/failures.hpp"
#include "kernel/match.hpp"

namespace madang::rental {

namespace api = payment::api_v1;

PaymentResult DirectPaymentDesk::pay(const Asked& asked) {
  telemetry::Stretch stretch{tracer_, telemetry::TraceContext::of(asked.traceparent),
                             telemetry::SpanKind::client, "PaymentDesk/Pay"};
  try {
    const auto answer = desk_.pay({.payment = asked.payment,
                                   .customer = asked.customer,
                                   .amount = asked.amount,
                                   .pay_by = asked.pay_by,
                                   .card_token = asked.card.text,
                                   .purpose = api::Purpose::rental},
                                  {asked.answer_by, stretch.trace().traceparent()});
    return kernel::match(
        answer.result, [](const api::Paid&) -> PaymentResult { return Paid{}; },
        [](const api::Declined& it) -> PaymentResult {
          if (it.reason == payment::v1::DeclineReason::too_late) return TooLateToPay{};
          return Declined{};
        },
        [](const api::Cancelled&) -> PaymentResult { return PaymentUndone{}; },
        [](const api::NotKnownYet&) -> PaymentResult { return NotKnownYet{}; },
        [](const api::NotBegun& it) -> PaymentResult { return NotBegun{it.retry_after_seconds}; },
        [](const api::NotTheSame&) -> PaymentResult {
          throw std::logic_error{"payment knows this payment by other terms than its hold's"};
        });
  } catch (const chassis::Unavailable& failure) {
    stretch.fail(failure.what());
    return NoAnswerFromDesk{};
  }
}

}  // namespace madang::rental
