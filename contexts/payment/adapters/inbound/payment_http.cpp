#include "payment/adapters/inbound/payment_http.hpp"

#include "contracts/support/refusals.hpp"
#include "payment/application/ledger_book.hpp"
#include "payment/application/payments.hpp"
#include "payment/application/refund_for_customer.hpp"
#include <algorithm>

namespace madang::payment {

using contracts::Caller, contracts::Later, contracts::Result;

namespace {

// Ours and the contract's have the same names in the same order.
template <class To>
constexpr To as(auto from) {
  return static_cast<To>(from);
}
static_assert(as<http_v1::PaymentState>(PaymentNow::State::refunded) ==
              http_v1::PaymentState::refunded);
static_assert(as<http_v1::Purpose>(Purpose::counseling) == http_v1::Purpose::counseling);
static_assert(as<http_v1::Account>(Account::refunds_due) == http_v1::Account::refunds_due);
static_assert(as<http_v1::Side>(Side::credit) == http_v1::Side::credit);

constexpr int lines_of_entry = 2;

std::string name_of(DeclineReason reason) {
  return std::string{chassis::Form<DeclineReason>::names.at(static_cast<std::size_t>(reason))};
}

auto refused(std::string slug) { return std::unexpected{http::Problem{std::move(slug)}}; }

}  // namespace

// A payment void from birth has no payer, and is for operators alone.
Result<http_v1::GetPaymentResponse> PaymentHttp::get_payment(
    const Caller& caller, const http_v1::GetPaymentRequest& asked) {
  const auto view = payment_.ask(PaymentNow{asked.payment_id}, asked.after);
  const auto is_payer = [&] { return view->terms && view->terms->payer == caller.who.person; };
  if (!view || !(is_payer() || caller.who.has("operator"))) return refused("payment-unknown");
  http_v1::Payment body{.payment_id = view->payment,
                        .state = as<http_v1::PaymentState>(view->state),
                        .amount = view->amount,
                        .purpose = {},
                        .begun_at = view->begun_at,
                        .ended_at = view->ended_at,
                        .decline_reason = {}};
  if (view->terms) body.purpose = as<http_v1::Purpose>(view->terms->purpose);
  if (view->decline_reason) body.decline_reason = name_of(*view->decline_reason);
  return http_v1::GetPaymentResponse{std::move(body)};
}

Later<http_v1::RefundPaymentResponse> PaymentHttp::refund_payment(
    const Caller& caller, const http_v1::RefundPaymentRequest& asked,
    const chassis::RequestKey& key) {
  const auto answer = refund_for_customer({asked.payment_id, caller.person()}, key, payment_);
  return contracts::answered(answer, [&](const RefundForCustomer::Accepted& it) {
    // All of it goes back, and the amount of a payment never changes.
    const auto view = payment_.ask(PaymentNow{it.payment}, key.written());
    return http_v1::RefundPaymentResponse{{it.payment, view.value().amount.value()}};
  });
}

Result<http_v1::ListLedgerResponse> PaymentHttp::list_ledger(
    const Caller&, const http_v1::ListLedgerRequest& asked) {
  const auto entries = static_cast<std::size_t>(std::max(asked.limit / lines_of_entry, 1));
  const auto page =
      payment_.ask(LedgerPage{asked.payment_id, {entries, asked.cursor}}, asked.after);
  http_v1::ListLedgerResponse response{{{}, page.next}};
  for (const auto& entry : page.rows)
    for (const auto& [account, side, amount] : entry.lines)
      response.body.items.push_back({entry.entry, entry.at, entry.payment,
                                     as<http_v1::Account>(account), as<http_v1::Side>(side),
                                     amount});
  return response;
}

Result<http_v1::TakeSandboxWebhookResponse> PaymentHttp::take_sandbox_webhook(
    const Caller& caller, const http_v1::TakeSandboxWebhookRequest& asked) {
  switch (webhook_.take(asked.webhook_signature, asked.raw_body)) {
    case SandboxWebhook::Taken::heard: return http_v1::TakeSandboxWebhookResponse{};
    case SandboxWebhook::Taken::signature_invalid: return refused("webhook-signature-invalid");
    case SandboxWebhook::Taken::malformed: break;
  }
  contracts::Faults faults;
  faults.add(contracts::Place::body(), "wrong-type", "SandboxWebhook");
  return std::unexpected{faults.as_problem(caller.language)};
}

}  // namespace madang::payment
