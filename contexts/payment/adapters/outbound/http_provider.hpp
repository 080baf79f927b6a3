#pragma once
// The provider over HTTP, in the manner of payment intents (apps/madang-sandbox-pay speaks it). The
// provider's own ids of payments are ours, and so are its idempotency keys, so a call that is made
// again, by whomever and after whatever, is the same call.
#include "chassis/http/message.hpp"
#include "payment/application/ports/outbound/provider.hpp"

namespace madang::payment {

class HttpProvider final : public Provider {
 public:
  // `calls` carries a request to the provider and throws chassis::Unavailable when no answer comes
  // until its deadline.
  explicit HttpProvider(http::Calls calls) : calls_{std::move(calls)} {}

  std::variant<IntentCreated, NotCharged, Unknown> create_intent(const PaymentId&, Money,
                                                                 const CardToken&,
                                                                 Instant deadline) override;
  Ending confirm(const IntentId&, Instant deadline) override;
  Ending look_up(const IntentId&, Instant deadline) override;
  Ending cancel(const IntentId&, Instant deadline) override;
  std::variant<GivenBack, Unknown> refund(const PaymentId&, const IntentId&, Money,
                                          Instant deadline) override;
  std::optional<Notice> read_notice(std::string_view bytes) const override;
  std::optional<std::vector<Movement>> movements(std::int64_t after, std::int64_t limit,
                                                 Instant deadline) override;

 private:
  http::Calls calls_;
};

}  // namespace madang::payment
