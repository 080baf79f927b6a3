#include "payment/domain/ledger.hpp"

#include "kernel/match.hpp"

namespace madang::payment {
namespace {

using Entries = std::vector<LedgerEntry>;

Account revenue_from(Purpose purpose) {
  switch (purpose) {
    case Purpose::rental: return Account::rental_revenue;
    case Purpose::order: return Account::order_revenue;
    case Purpose::counseling: return Account::counseling_revenue;
  }
  throw std::logic_error{"a purpose without an account"};
}

Entries moved(Money amount, Account debit, Account credit) {
  return {{debit, Side::debit, amount}, {credit, Side::credit, amount}};
}

}  // namespace

std::vector<LedgerEntry> ledger_entries(const Payment::Event& event) {
  return kernel::match(
      event,
      [](const PaymentCaptured& it) {
        return moved(it.amount, Account::provider_clearing, revenue_from(it.purpose));
      },
      [](const LateChargeCaptured& it) {
        return moved(it.amount, Account::provider_clearing, Account::refunds_due);
      },
      [](const RefundDue& it) {
        return moved(it.amount, revenue_from(it.purpose), Account::refunds_due);
      },
      [](const ChargeReturned& it) {
        return moved(it.amount, Account::refunds_due, Account::provider_clearing);
      },
      [](const Either<PaymentBegun, ConfirmingBegun, PaymentDeclined, GivenUp, CancellationAsked,
                      PaymentCancelled, RefundAsked, PaymentRefunded> auto&) { return Entries{}; });
}

}  // namespace madang::payment
