#pragma once
// What the provider said about a payment, whoever asked it or was told, is put on record.
#include "chassis/ports/commands.hpp"
#include "payment/application/ports/outbound/provider.hpp"
#include "payment/domain/payment.hpp"

namespace madang::payment {

using ProviderRecords =
    chassis::Gives<RecordCaptured, RecordDeclined, RecordVoided, RecordRefunded>;

struct HearProvider {
  // Settled: known now, or known before. Contradicts: it does not fit with what is on record, nothing
  // is changed, and a person must look.
  enum class Answer { settled, not_known_yet, contradicts };

  PaymentId payment;
  decltype(Notice::said) said;
};

HearProvider::Answer hear_provider(const HearProvider&, const chassis::RequestKey&,
                                   ProviderRecords);

}  // namespace madang::payment
