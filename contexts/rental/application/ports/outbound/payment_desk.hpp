#pragma once
// Where a customer pays while they wait. Asking again for the same payment never charges twice.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "rental/domain/words.hpp"

namespace madang::rental {

// Stands for a card at the payment provider. It is handed through and never kept.
struct CardToken {
  std::string text;
};

struct Paid {};
struct Declined {};
struct TooLateToPay {};      // it did not begin before pay_by, and now never will
struct PaymentUndone {};     // cancelled; nothing is charged, or it is paid back
struct NotKnownYet {};       // the charge may be on its way, says payment
struct NoAnswerFromDesk {};  // what payment knows, we do not
struct NotBegun {            // payment cannot take it now and has recorded nothing
  std::int32_t retry_after_seconds;
};
using PaymentResult = std::variant<Paid, Declined, TooLateToPay, PaymentUndone, NotKnownYet,
                                   NoAnswerFromDesk, NotBegun>;

class PaymentDesk {
 public:
  struct Asked {
    PaymentId payment;
    PersonId customer;
    Money amount;
    Instant pay_by;
    CardToken card;
    Instant answer_by;          // then the customer waits no longer
    std::string traceparent{};  // of the request that asks (W3C trace context); empty: none
  };
  virtual ~PaymentDesk() = default;
  // Nothing: it is worth asking.
  virtual std::optional<NotBegun> closed() { return std::nullopt; }
  // Throws nothing for what payment or the way there does.
  virtual PaymentResult pay(const Asked&) = 0;
};

}  // namespace madang::rental
