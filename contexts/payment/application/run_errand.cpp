#include "payment/application/run_errand.hpp"

#include "kernel/match.hpp"

namespace madang::payment {
namespace {

using Said = decltype(HearProvider::said);

Said as_said(const auto& answer) {
  return std::visit([](const auto& it) { return Said{it}; }, answer);
}

}  // namespace

RunErrand::Answer run_errand(const RunErrand& it, const chassis::RequestKey& key,
                             ProviderRecords records, Provider& provider) {
  const Asking asking{it.deadline, key.cause().traceparent};
  const auto said = kernel::match(
      it.errand,
      [&](const LookUp& errand) { return as_said(provider.look_up(errand.intent, asking)); },
      [&](const VoidIntent& errand) { return as_said(provider.cancel(errand.intent, asking)); },
      [&](const ReturnCharge& errand) {
        return as_said(provider.refund(it.payment, errand.intent, errand.amount, asking));
      });
  return hear_provider({it.payment, said}, key, records);
}

}  // namespace madang::payment
