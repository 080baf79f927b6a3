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
                                                                 const Asking&) override;
  Ending confirm(const IntentId&, const Asking&) override;
  Ending look_up(const IntentId&, const Asking&) override;
  Ending cancel(const IntentId&, const Asking&) override;
  std::variant<GivenBack, Unknown> refund(const PaymentId&, const IntentId&, Money,
                                          const Asking&) override;
  std::optional<Notice> read_notice(std::string_view bytes) const override;
  std::optional<std::vector<Movement>> movements(std::int64_t after, std::int64_t limit,
                                                 const Asking&) override;

 private:
  http::Calls calls_;
};

}  // namespace madang::payment
