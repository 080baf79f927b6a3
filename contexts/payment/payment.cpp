// The payment context on one page: whatever it takes, tells, hears and shows is named here.
#include "payment/payment.hpp"

#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "payment/application/about_payer.hpp"
#include "payment/application/accounts.hpp"
#include "payment/application/ledger_book.hpp"
#include "payment/application/pay.hpp"
#include "payment/application/payments.hpp"
#include "payment/application/reconcile.hpp"
#include "payment/application/refund_for_customer.hpp"
#include "payment/application/run_errand.hpp"

namespace madang::payment {

using namespace chassis;

namespace {

// Ours and the contract's enumerators have the same names in the same order.
constexpr auto cancel_it = [](const v1::CancelPayment& it) {
  return CancelPayment{it.payment, static_cast<UndoReason>(it.reason)};
};
constexpr auto refund_it = [](const v1::RefundPayment& it) {
  return RefundPayment{it.payment, static_cast<UndoReason>(it.reason), std::nullopt};
};
constexpr auto say_declined = [](const PaymentDeclined& it) {
  return v1::PaymentDeclined{it.payment, static_cast<v1::DeclineReason>(it.reason)};
};
constexpr auto say_cancelled = [](const PaymentCancelled& it) {
  return v1::PaymentCancelled{it.payment, static_cast<v1::CancelledHow>(it.how), it.amount};
};

}  // namespace

std::unique_ptr<Context> payment_context() {
  return context("payment")
      .aggregates<Payment, Payer>()
      .takes<v1::CancelPayment, v1::RefundPayment, v1::SettleAccount>(From{{"rental"}})
      .commands<BeginPayment, ConfirmPayment, CancelPayment, RefundPayment>()
      .commands<RecordCaptured, RecordDeclined, RecordVoided, RecordRefunded>()
      .commands<AskSettlement, NoteSettled>()

      .use_case<pay>()
      .use_case<refund_for_customer>()
      .use_case<hear_provider>()
      .use_case<run_errand>()
      .use_case<settle_account>()
      .use_case<settle_difference>()

      .policy("cancel_payment_when_asked", whenever<v1::CancelPayment>, cancel_it)
      .policy("refund_payment_when_asked", whenever<v1::RefundPayment>, refund_it,
              park<because::payment_unknown, because::nothing_to_refund>)

      .policy("settle_account_when_asked", whenever<v1::SettleAccount>, give<AskSettlement>)

      .projection<Payments>()
      .projection<AccountsAwaited>()
      .projection<LedgerBook>()
      .projection<Balances>()
      .query(payment_now)
      .query(errands_open)
      .query(ledger_page)
      .query(balances_in)
      .query(whose_accounts_are_awaited)
      .query(is_anything_open)
      .personal_data(about_payer)

      .publishes(as<v1::PaymentCaptured, PaymentCaptured>, say_declined, say_cancelled,
                 as<v1::PaymentRefunded, PaymentRefunded>, as<v1::AccountSettled, AccountSettled>,
                 keeps_private<PaymentBegun, ConfirmingBegun, GivenUp, CancellationAsked,
                               LateChargeCaptured, RefundDue, RefundAsked, ChargeReturned,
                               SettlementAsked>)
      .done();
}

}  // namespace madang::payment
