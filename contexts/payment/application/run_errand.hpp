#pragma once
// Asks the provider what a payment's errand is about: how a charge ended, to void it, to give it back.
// Asked again and again until it is settled; each time with a key of its own.
#include "payment/application/hear_provider.hpp"

namespace madang::payment {

struct RunErrand {
  using Answer = HearProvider::Answer;
  PaymentId payment;
  Errand errand;
  Instant deadline;
};

RunErrand::Answer run_errand(const RunErrand&, const chassis::RequestKey&, ProviderRecords,
                             Provider&);

}  // namespace madang::payment
