#include "payment/adapters/outbound/provider_json.hpp"

#include <cmath>

#include "chassis/ports/failures.hpp"

namespace madang::payment {
namespace {

// JSON knows one kind of number: 3000.0 is as whole as 3000, up to where a double names every one.
std::int64_t whole(chassis::JsonView it) {
  if (it.is_integer()) return it.integer();
  constexpr double exact = 9007199254740992.0;
  const double number = it.number();
  if (number != std::trunc(number) || std::abs(number) > exact)
    throw chassis::Corrupt{"the provider's number is not a whole one"};
  return static_cast<std::int64_t>(number);
}

Money money_in(chassis::JsonView it) {
  const auto currency = kernel::Currency::parse(it["currency"].text());
  if (!currency) throw chassis::Corrupt{"the provider names no currency"};
  return Money::minor_units(whole(it["amount"]), *currency);
}

Instant instant(chassis::JsonView ms) { return Instant{std::chrono::milliseconds{whole(ms)}}; }

IntentId intent_id(chassis::JsonView text) { return {std::string{text.text()}}; }

PaymentId payment_id(chassis::JsonView text) {
  const auto payment = PaymentId::parse(text.text());
  if (!payment) throw chassis::Corrupt{"the provider's books speak of no payment of a shop"};
  return *payment;
}

DeclineReason reason_of(std::string_view code) {
  if (code == "insufficient_funds") return DeclineReason::insufficient_funds;
  if (code == "expired_card") return DeclineReason::card_expired;
  return DeclineReason::card_declined;
}

}  // namespace

Ending ending_of(chassis::JsonView intent) {
  const auto status = intent["status"].text();
  if (status == "succeeded")
    return Charged{intent_id(intent["id"]), money_in(intent), instant(intent["charged_at"])};
  if (status == "declined") return NotCharged{reason_of(intent["decline_code"].text())};
  if (status == "canceled") return Voided{};
  return Unknown{};  // requires_confirmation too: the confirmation may still be on its way
}

GivenBack given_back(chassis::JsonView refund) {
  return {{std::string{refund["id"].text()}}, money_in(refund), instant(refund["created"])};
}

Movement movement_of(chassis::JsonView it) {
  return {.number = whole(it["number"]),
          .is_refund = it["kind"].text() == "refund",
          .payment = payment_id(it["payment"]),
          .intent = intent_id(it["payment_intent"]),
          .amount = money_in(it),
          .at = instant(it["at"])};
}

}  // namespace madang::payment
