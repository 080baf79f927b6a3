#include "payment/application/about_payer.hpp"

#include <algorithm>

namespace madang::payment {
namespace {

// A charge that went back is told by the books alone.
std::optional<Instant> captured_in(const PaymentNow::View& view) {
  return view.charge ? std::optional{view.charge->captured_at} : std::nullopt;
}

}  // namespace

AboutPayer::Result about_payer(const AboutPayer& asked, const chassis::Rows<Payments>& payments,
                               const chassis::Rows<LedgerBook>& books) {
  using Row = Payments::Row;
  AboutPayer::Result held;
  for (const auto& row :
       payments.every(chassis::select<Row>().only<&Row::payer>(std::optional{asked.payer}))) {
    const auto view = payment_now({*row.payment}, payments);
    if (!view || !view->terms || !view->begun_at) continue;
    held.payments.push_back(
        {*row.payment, view->terms->purpose, view->amount.value_or(view->terms->amount),
         view->state, *view->begun_at, view->terms->pay_by, captured_in(*view), view->ended_at,
         view->decline_reason, view->cancelled_how,
         books.every(
             chassis::select<LedgerBook::Row>().only<&LedgerBook::Row::payment>(*row.payment))});
  }
  std::ranges::sort(held.payments, {}, &AboutPayer::Paid::begun_at);
  return held;
}

}  // namespace madang::payment
