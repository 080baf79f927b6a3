#pragma once
// Who moves the money: a provider of card payments. Each call is about one intent to charge and may
// be made again at any time, except that `confirm` is for whoever has leave to charge (ConfirmPayment).
//
// No answer is an answer here: `Unknown` says that nothing can be concluded, from a time-out, from an
// intent that is not to be found, from one that is still being worked on. Implementations throw nothing
// for what the provider or the network does.
#include "payment/domain/words.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace madang::payment {

// Stands for a card at the provider. It is handed through and never kept; card numbers never come here.
struct CardToken {
  std::string text;
};

struct IntentCreated {
  IntentId intent;
};
struct Charged {
  IntentId intent;
  Money amount;
  Instant at;
};
struct NotCharged {  // and never will be
  DeclineReason reason;
};
struct Voided {};
struct GivenBack {
  RefundId refund;
  Money amount;
  Instant at;
};
struct Unknown {};

using Ending = std::variant<Charged, NotCharged, Voided, Unknown>;

// What the provider tells by itself, perhaps late, twice or before its answer.
struct Notice {
  std::string id;  // the same when it is told again
  PaymentId payment;
  std::variant<Charged, NotCharged, Voided, GivenBack, Unknown> said;
};

// One line of the provider's own books.
struct Movement {
  std::int64_t number;  // from 1, without gaps
  bool is_refund;
  PaymentId payment;
  IntentId intent;
  Money amount;
  Instant at;
};

// What goes with every question: how long an answer is waited for, and the trace it belongs to.
struct Asking {
  Asking(Instant until, std::string in_trace = {})
      : deadline{until}, traceparent{std::move(in_trace)} {}

  Instant deadline;
  std::string traceparent;  // W3C trace context; empty: none
};

class Provider {
 public:
  virtual ~Provider() = default;

  // Moves no money. The same payment gets the same intent, however often it is asked.
  virtual std::variant<IntentCreated, NotCharged, Unknown> create_intent(const PaymentId&, Money,
                                                                         const CardToken&,
                                                                         const Asking&) = 0;
  virtual Ending confirm(const IntentId&, const Asking&) = 0;
  virtual Ending look_up(const IntentId&, const Asking&) = 0;
  // Voided only when the provider says that it never was and never will be charged.
  virtual Ending cancel(const IntentId&, const Asking&) = 0;
  // The whole charge of this payment, once.
  virtual std::variant<GivenBack, Unknown> refund(const PaymentId&, const IntentId&, Money,
                                                  const Asking&) = 0;
  // A notice from its bytes, which the caller knows to be the provider's own. nullopt: it cannot be read.
  [[nodiscard]] virtual std::optional<Notice> read_notice(std::string_view bytes) const = 0;
  // What was moved after line `after`, at most `limit` lines, for comparing the books; nullopt when the
  // provider cannot be asked.
  virtual std::optional<std::vector<Movement>> movements(std::int64_t after, std::int64_t limit,
                                                         const Asking&) = 0;
};

}  // namespace madang::payment
