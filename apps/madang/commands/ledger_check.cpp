#include "apps/madang/commands/ledger_check.hpp"

#include <map>

#include "chassis/forms/form.hpp"
#include "chassis/storage/sqlite.hpp"
#include "payment/application/ledger_book.hpp"

namespace madang::app {
namespace {

using payment::Account, payment::Balances, payment::LedgerBook;
using Sums = std::map<std::string, std::map<Account, std::int64_t>>;  // by currency

// Adds the lines of an entry. False: its debits are not its credits.
bool add_up(const LedgerBook::Row& entry, Sums& sums) {
  std::map<std::string, std::int64_t> over;
  for (const auto& [account, side, amount] : entry.lines) {
    const std::string currency{amount.currency().text()};
    const auto signed_amount = (side == payment::Side::debit ? 1 : -1) * amount.in_minor_units();
    over[currency] += signed_amount;
    sums[currency][account] += signed_amount;
  }
  for (const auto& [currency, rest] : over)
    if (rest != 0) return false;
  return true;
}

}  // namespace

void check_ledger(storage::Database& views, Findings& findings) {
  Sums sums;
  std::int64_t entries = 0;
  auto rows = views.prepare("SELECT row FROM rows_ledger_book_1");
  for (rows.bind(); rows.step(); ++entries) {
    const auto entry = chassis::decode<LedgerBook::Row>(rows.text(0));
    if (!add_up(entry, sums))
      findings.problem("ledger entry " + std::to_string(entry.entry) + " does not balance");
  }
  findings.count("ledger entries", entries);
  Sums kept;
  auto balances = views.prepare("SELECT key, row FROM rows_balances_1");
  for (balances.bind(); balances.step();)
    kept[std::string{balances.text(0)}] =
        chassis::decode<Balances::Row>(balances.text(1)).minor_units;
  if (kept != sums) findings.problem("the balances are not the sums of the ledger's entries");
}

}  // namespace madang::app
