#include "payment/application/accounts.hpp"

#include <algorithm>

namespace madang::payment {

WhoseAccountsAreAwaited::Result whose_accounts_are_awaited(
    const WhoseAccountsAreAwaited&, const chassis::Rows<AccountsAwaited>& accounts) {
  WhoseAccountsAreAwaited::Result payers;
  for (const auto& row : accounts.all(chassis::select<AccountsAwaited::Row>()))
    payers.push_back(row.payer);
  return payers;
}

bool is_anything_open(const IsAnythingOpen& asked, const chassis::Rows<Payments>& payments) {
  using Row = Payments::Row;
  const auto is_theirs = [&](const Row& row) {
    return row.terms && row.terms->payer == asked.payer;
  };
  for (chassis::PageRequest wanted{1000, {}};;) {
    auto page = payments.page(chassis::select<Row>().only<&Row::has_errand>(true), wanted);
    if (std::ranges::any_of(page.rows, is_theirs)) return true;
    if (!page.next) return false;
    wanted.after = std::move(page.next);
  }
}

NothingOpen settle_account(const SettleAccount& asked, const chassis::RequestKey& request,
                           chassis::Gives<NoteSettled> payment) {
  payment.give(NoteSettled{asked.payer}, request, "note");
  return {};
}

}  // namespace madang::payment
