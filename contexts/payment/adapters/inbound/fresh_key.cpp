#include "payment/adapters/inbound/fresh_key.hpp"

namespace madang::payment {
namespace {

chassis::RequestKey key_at(runtime::Runtime& runtime, std::string_view handler, std::string home) {
  chassis::Digest128 chance{};
  runtime.fill_random(std::as_writable_bytes(std::span{chance}));
  return chassis::RequestKey::of_event("payment", handler, chance, std::move(home), {});
}

}  // namespace

chassis::RequestKey fresh_key(runtime::Runtime& runtime, std::string_view handler,
                              const kernel::PaymentId& payment) {
  return key_at(runtime, handler, home_of(payment));
}
chassis::RequestKey fresh_key(runtime::Runtime& runtime, std::string_view handler,
                              const kernel::PersonId& payer) {
  return key_at(runtime, handler, "Payer/" + payer.text());
}

std::string home_of(const kernel::PaymentId& payment) { return "Payment/" + payment.text(); }

}  // namespace madang::payment
