#pragma once
// The shop's books of payments: every entry in the order in which it was made, and what stands on each
// account.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "payment/domain/ledger.hpp"
#include <map>
#include <vector>

namespace madang::payment {

using EntryNumber = std::int64_t;  // ascending; not without gaps

struct LedgerBook {
  using Key = EntryNumber;
  struct Row {
    EntryNumber entry;
    Instant at;
    PaymentId payment;
    std::vector<LedgerEntry> lines;
  };
  using Indexed = chassis::Columns<&Row::entry, &Row::payment>;
  using Reads = chassis::OneOf<Payment>;
  using Ignores = chassis::OneOf<PaymentBegun, ConfirmingBegun, PaymentDeclined, GivenUp,
                                 CancellationAsked, PaymentCancelled, RefundAsked, PaymentRefunded>;

  static Key key(const auto&, const chassis::Happened& happened) { return happened.position; }
  template <Either<PaymentCaptured, LateChargeCaptured, RefundDue, ChargeReturned> Event>
  static Row start(const Event& event, const chassis::Happened& happened) {
    return {happened.position, happened.at, event.payment, ledger_entries(event)};
  }
};

struct LedgerPage {
  using Result = chassis::Page<LedgerBook::Row>;
  std::optional<PaymentId> payment;
  chassis::PageRequest page;
};
LedgerPage::Result ledger_page(const LedgerPage&, const chassis::Rows<LedgerBook>&);

// Debits less credits of each account, one row per currency.
struct Balances {
  using Key = std::string;  // the currency
  struct Row {
    std::map<Account, std::int64_t> minor_units;
  };
  using Reads = chassis::OneOf<Payment>;
  using Ignores = LedgerBook::Ignores;

  static Key key(const auto& event, const chassis::Happened&) {
    return event.amount.currency().text();
  }
  template <Either<PaymentCaptured, LateChargeCaptured, RefundDue, ChargeReturned> Event>
  static Row evolve(Row row, const Event& event) {
    for (const auto& [account, side, amount] : ledger_entries(event))
      row.minor_units[account] += (side == Side::debit ? 1 : -1) * amount.in_minor_units();
    return row;
  }
};

struct BalancesIn {
  using Result = std::map<Account, std::int64_t>;
  kernel::Currency currency;
};
BalancesIn::Result balances_in(const BalancesIn&, const chassis::Rows<Balances>&);

}  // namespace madang::payment
