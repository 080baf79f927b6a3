#include "payment/adapters/inbound/payment_desk.hpp"

#include "chassis/ports/failures.hpp"
#include "kernel/match.hpp"
#include "payment/adapters/inbound/fresh_key.hpp"
#include "payment/application/pay.hpp"
#include "payment/application/payments.hpp"

namespace madang::payment {
namespace {

constexpr int retry_after_seconds = 5;

// Ours and the contract's have the same names in the same order.
template <class To>
constexpr To as(auto from) {
  return static_cast<To>(from);
}
static_assert(as<v1::DeclineReason>(DeclineReason::too_late) == v1::DeclineReason::too_late);
static_assert(as<v1::CancelledHow>(CancelledHow::never_charged) == v1::CancelledHow::never_charged);
static_assert(as<Purpose>(api_v1::Purpose::counseling) == Purpose::counseling);

}  // namespace

api_v1::PayResponse PaymentDesk::pay(const api_v1::PayRequest& asked, const api_v1::Call& call) {
  telemetry::Stretch stretch{tracer_, telemetry::TraceContext::of(call.traceparent),
                             telemetry::SpanKind::server, "PaymentDesk/Pay"};
  try {
    const auto answer = payment::pay(
        {.payment = asked.payment,
         .amount = asked.amount,
         .pay_by = asked.pay_by,
         .payer = asked.customer,
         .purpose = as<Purpose>(asked.purpose),
         .card = {asked.card_token},
         .deadline = call.deadline},
        fresh_key(runtime_, "pay", asked.payment, cause_in(stretch.trace())), payment_, provider_);
    using Result = decltype(api_v1::PayResponse::result);
    return {kernel::match(
        answer,
        [](const Pay::Paid& it) -> Result { return api_v1::Paid{it.amount, it.captured_at}; },
        [](const Pay::Declined& it) -> Result {
          return api_v1::Declined{as<v1::DeclineReason>(it.reason)};
        },
        [](const Pay::Cancelled& it) -> Result {
          return api_v1::Cancelled{as<v1::CancelledHow>(it.how)};
        },
        [](const Pay::NotKnownYet&) -> Result { return api_v1::NotKnownYet{}; },
        [](const Pay::NotConfirmed&) -> Result { return api_v1::NotBegun{retry_after_seconds}; },
        [](const Pay::NotTheSame&) -> Result { return api_v1::NotTheSame{}; })};
  } catch (const chassis::Unavailable& failure) {
    stretch.fail(failure.what());
    throw;  // what is on record, which may be the answer, could not be read; or not be written
  }
}

api_v1::LookUpPaymentResponse PaymentDesk::look_up_payment(
    const api_v1::LookUpPaymentRequest& asked, const api_v1::Call&) {
  const auto view = payment_.ask(PaymentNow{asked.payment});
  if (!view) return {api_v1::NeverSeen{}};
  if (view->charge) return {api_v1::Paid{view->charge->amount, view->charge->captured_at}};
  if (view->decline_reason) return {api_v1::Declined{as<v1::DeclineReason>(*view->decline_reason)}};
  if (view->cancelled_how) return {api_v1::Cancelled{as<v1::CancelledHow>(*view->cancelled_how)}};
  return {api_v1::NotKnownYet{}};
}

}  // namespace madang::payment
