#include "payment/adapters/inbound/sandbox_webhook.hpp"

#include "chassis/ports/ids.hpp"
#include "payment/adapters/inbound/fresh_key.hpp"
#include "payment/application/hear_provider.hpp"

namespace madang::payment {
namespace {

constexpr std::size_t remembered_max = 100'000;

}  // namespace

SandboxWebhook::SandboxWebhook(runtime::Runtime& runtime, chassis::Commands& payment,
                               const Provider& provider, std::vector<std::string> keys,
                               std::function<void(std::string_view, const PaymentId&)> warn)
    : runtime_{runtime},
      payment_{payment},
      provider_{provider},
      keys_{std::move(keys)},
      warn_{std::move(warn)},
      seen_{runtime, 2 * security::webhook_tolerance, remembered_max} {}

SandboxWebhook::Taken SandboxWebhook::take(std::string_view signature, std::string_view raw_body) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
  if (!security::verify_webhook(signature, raw_body, keys_, now)) return Taken::signature_invalid;
  const auto notice = provider_.read_notice(raw_body);
  if (!notice) return Taken::malformed;
  if (!seen_.is_first(signature)) return Taken::signature_invalid;
  try {
    const auto key = chassis::RequestKey::of_event("payment", "sandbox_webhook",
                                                   chassis::digest128({notice->id}),
                                                   home_of(notice->payment), {});
    const auto answer = hear_provider({notice->payment, notice->said}, key, payment_);
    if (answer == HearProvider::Answer::contradicts)
      warn_("the provider's notice of a payment does not fit with ours", notice->payment);
    return Taken::heard;
  } catch (...) {
    seen_.forget(signature);
    throw;
  }
}

}  // namespace madang::payment
