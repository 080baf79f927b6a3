#include "payment/adapters/inbound/fresh_key.hpp"

namespace madang::payment {
namespace {

chassis::RequestKey key_at(runtime::Runtime& runtime, std::string_view handler, std::string home,
                           chassis::Cause cause) {
  chassis::Digest128 chance{};
  runtime.fill_random(std::as_writable_bytes(std::span{chance}));
  return chassis::RequestKey::of_event("payment", handler, chance, std::move(home),
                                       std::move(cause));
}

}  // namespace

chassis::RequestKey fresh_key(runtime::Runtime& runtime, std::string_view handler,
                              const kernel::PaymentId& payment, chassis::Cause cause) {
  return key_at(runtime, handler, home_of(payment), std::move(cause));
}
chassis::RequestKey fresh_key(runtime::Runtime& runtime, std::string_view handler,
                              const kernel::PersonId& payer) {
  return key_at(runtime, handler, "Payer/" + payer.text(), {});
}

chassis::Cause cause_in(const telemetry::TraceContext& trace) {
  if (!trace.is_set()) return {};
  return {
      .causation = {}, .correlation = trace.trace_id_text(), .traceparent = trace.traceparent()};
}

std::string home_of(const kernel::PaymentId& payment) { return "Payment/" + payment.text(); }

}  // namespace madang::payment
