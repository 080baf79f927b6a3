#include "rental/adapters/outbound/guarded_payment_desk.hpp"

#include <algorithm>
#include <mutex>

namespace madang::rental {
namespace {

constexpr std::size_t unknown_max = 1024;

template <class... Is>
bool is_one_of(const PaymentResult& result) {
  return (std::holds_alternative<Is>(result) || ...);
}

// Rounded up: who comes back at that second finds the rest over.
std::int32_t seconds_of(runtime::Duration wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return static_cast<std::int32_t>(std::max<std::int64_t>(seconds, 1));
}

}  // namespace

std::optional<NotBegun> GuardedPaymentDesk::closed() {
  if (breaker_.state() != chassis::Breaker::State::open) return std::nullopt;
  const auto pass = breaker_.ask();  // which counts who is turned away
  return pass ? std::nullopt : std::optional{NotBegun{seconds_of(pass.error())}};
}
PaymentResult GuardedPaymentDesk::pay(const Asked& asked) {
  auto pass = breaker_.ask();
  if (!pass) return NotBegun{seconds_of(pass.error())};
  auto result = desk_.pay(asked);
  const bool failed = is_one_of<NotKnownYet, NoAnswerFromDesk, NotBegun>(result);
  if (failed && is_known_as_unknown(asked.payment)) return result;
  pass->tell(failed ? chassis::Breaker::Outcome::failed : chassis::Breaker::Outcome::answered);
  if (is_one_of<NotKnownYet>(result)) note_unknown(asked.payment);
  return result;
}

bool GuardedPaymentDesk::is_known_as_unknown(const PaymentId& payment) {
  const std::unique_lock section{*lock_};
  return std::ranges::find(unknown_, payment) != unknown_.end();
}

void GuardedPaymentDesk::note_unknown(const PaymentId& payment) {
  const std::unique_lock section{*lock_};
  unknown_.push_back(payment);
  if (unknown_.size() > unknown_max) unknown_.pop_front();
}

}  // namespace madang::rental
