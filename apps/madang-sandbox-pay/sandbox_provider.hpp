#pragma once
// A payment provider to develop and test against: it has the manners of a real one (intents that are
// created, then confirmed; idempotency keys; refunds; signed webhooks, late, doubled or missing), and
// its cards do on purpose what real ones do on bad days (cards.hpp). No money moves.
//
//   POST /v1/payment_intents               {"payment", "amount", "currency", "card"}   Idempotency-Key
//   GET  /v1/payment_intents?payment=ID    {"data": [intent, ...]}
//   GET  /v1/payment_intents/ID            intent
//   POST /v1/payment_intents/ID/confirm    intent; 402 card_declined with the intent
//   POST /v1/payment_intents/ID/cancel     intent
//   POST /v1/refunds                       {"payment_intent", "amount", "currency"}    Idempotency-Key
//   GET  /v1/books?after=N&limit=N         {"data": [movement, ...], "has_more"}: every charge and refund
//
//   intent    {"id", "object": "payment_intent", "payment", "status", "amount", "currency", "created",
//              "confirmations", "amount_refunded", "charged_at"?, "decline_code"?}
//   refund    {"id", "object": "refund", "payment_intent", "payment", "status", "amount", "currency", "created"}
//   movement  {"number", "kind": "charge" | "refund", "payment_intent", "payment", "amount", "currency", "at"}
//   error     {"error": {"type", "code", "message", "decline_code"?, "payment_intent"?: intent}}
//   status    requires_confirmation | processing | succeeded | declined | canceled
//
// Times are milliseconds since 1970, amounts minor units. A webhook is a POST of
// {"id", "type", "created", "intent", "refund"?}, its type one of payment_intent.succeeded,
// payment_intent.payment_failed, payment_intent.canceled and charge.refunded, with the field
// Webhook-Signature: t=<seconds since 1970>,v1=<HMAC-SHA-256 of "<t>.<body>" in hexadecimal>;
// what is not answered with 2xx is sent again, later and later.
#include "apps/madang-sandbox-pay/books.hpp"
#include "apps/madang-sandbox-pay/cards.hpp"
#include "chassis/http/message.hpp"
#include "chassis/runtime/runtime.hpp"
#include <string>
#include <type_traits>

namespace madang::sandbox {

class SandboxProvider {
 public:
  // Opens or creates its file, of which it must be the only user. Throws what storage throws.
  SandboxProvider(runtime::Runtime&, const std::string& database_path, Pace = {});

  // From any task, several at once; a slow card keeps its caller waiting and nobody else.
  http::Response handle(const http::Request&);

  // A task's whole life: sends webhooks to `shop` as they become due, signed with `secret`. Ends only
  // with its process.
  void send_webhooks(const std::string& target, const std::string& secret, const http::Calls& shop);

 private:
  http::Response routed(const http::Request&);
  http::Response create(const http::Request&);
  http::Response of_payment(const http::Request&);
  http::Response on_intent(const std::string& id, std::string_view action, runtime::Time deadline);
  http::Response confirm(const Intent&, const Card&, runtime::Time deadline);
  http::Response refund(const http::Request&);
  http::Response books(const http::Request&);

  // One at a time, and never behind what has become due.
  template <class Action>
  std::invoke_result_t<Action&, Books&> with_books(Action&& action) {
    const std::unique_lock section{books_lock_};
    books_.land_due(now(), pace_);
    return action(books_);
  }
  void tidy(Books&);
  Instant now();
  std::string fresh_id(std::string_view prefix);

  runtime::Runtime& runtime_;
  Pace pace_;
  runtime::Mutex books_lock_;
  Books books_;
  runtime::Signal news_;  // something was confirmed, cancelled or refunded
};

}  // namespace madang::sandbox
