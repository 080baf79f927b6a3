#include "payment/adapters/inbound/fresh_key.hpp"

namespace madang::payment {

chassis::RequestKey fresh_key(runtime::Runtime& runtime, std::string_view handler,
                              const kernel::PaymentId& payment) {
  chassis::Digest128 chance{};
  runtime.fill_random(std::as_writable_bytes(std::span{chance}));
  return chassis::RequestKey::of_event("payment", handler, chance, home_of(payment), {});
}

std::string home_of(const kernel::PaymentId& payment) { return "Payment/" + payment.text(); }

}  // namespace madang::payment
