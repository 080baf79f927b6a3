#include "payment/application/hear_provider.hpp"

#include "kernel/match.hpp"

namespace madang::payment {

HearProvider::Answer hear_provider(const HearProvider& heard, const chassis::RequestKey& key,
                                   ProviderRecords payment) {
  using enum HearProvider::Answer;
  const auto put_on_record = [&](const auto& command) {
    return payment.execute(command, key, "hear").refused() ? contradicts : settled;
  };
  return kernel::match(
      heard.said,
      [&](const Charged& it) {
        return put_on_record(RecordCaptured{heard.payment, it.intent, it.amount, it.at});
      },
      [&](const NotCharged& it) { return put_on_record(RecordDeclined{heard.payment, it.reason}); },
      [&](const Voided&) { return put_on_record(RecordVoided{heard.payment}); },
      [&](const GivenBack& it) {
        return put_on_record(RecordRefunded{heard.payment, it.refund, it.amount, it.at});
      },
      [](const Unknown&) { return not_known_yet; });
}

}  // namespace madang::payment
