#include "payment/application/ledger_book.hpp"

namespace madang::payment {

LedgerPage::Result ledger_page(const LedgerPage& asked, const chassis::Rows<LedgerBook>& book) {
  using Row = LedgerBook::Row;
  return book.page(
      chassis::select<Row>().only_if<&Row::payment>(asked.payment).ordered_by<&Row::entry>(),
      asked.page);
}

BalancesIn::Result balances_in(const BalancesIn& asked, const chassis::Rows<Balances>& balances) {
  const auto row = balances.find(asked.currency.text());
  return row ? row->minor_units : BalancesIn::Result{};
}

}  // namespace madang::payment
