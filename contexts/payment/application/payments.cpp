#include "payment/application/payments.hpp"

#include "kernel/match.hpp"

namespace madang::payment {

PaymentNow::Result payment_now(const PaymentNow& asked, const chassis::Rows<Payments>& payments) {
  using enum PaymentNow::State;
  const auto row = payments.find(asked.payment);
  if (!row) return std::nullopt;
  PaymentNow::View view{.payment = asked.payment,
                        .state = pending,
                        .terms = row->terms,
                        .amount = row->terms ? std::optional{row->terms->amount} : std::nullopt,
                        .begun_at = row->begun_at,
                        .ended_at = {},
                        .charge = {},
                        .decline_reason = {},
                        .cancelled_how = {}};
  const auto ended = [&](PaymentNow::State state) {
    view.state = state;
    view.ended_at = row->changed_at;
  };
  kernel::match(
      row->stands.stands, [](const Either<NotBegun, Begun, Confirming, Voiding> auto&) {},
      [&](const Captured& it) {
        ended(captured);
        view.charge = it.charge;
      },
      [&](const Declined& it) {
        ended(declined);
        view.decline_reason = it.reason;
      },
      [&](const Cancelled& it) {
        ended(cancelled);
        view.cancelled_how = it.how;
      },
      [&](const Refunding& it) {
        view.state = refunding;
        view.amount = it.amount;
        view.cancelled_how = CancelledHow::refunded;
      },
      [&](const Refunded& it) {
        ended(refunded);
        view.amount = it.amount;
        view.cancelled_how = CancelledHow::refunded;
      });
  return view;
}

ErrandsOpen::Result errands_open(const ErrandsOpen&, const chassis::Rows<Payments>& payments) {
  using Row = Payments::Row;
  ErrandsOpen::Result open;
  for (const auto& row : payments.all(
           chassis::select<Row>().only<&Row::has_errand>(true).ordered_by<&Row::changed_at>()))
    open.push_back({row.payment.value(), errand(row.stands).value(), row.changed_at});
  return open;
}

}  // namespace madang::payment
