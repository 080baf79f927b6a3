#pragma once
// Whose account is awaited to be settled, and whether it is.
#include "chassis/ports/commands.hpp"
#include "payment/application/payments.hpp"
#include "payment/domain/payer.hpp"

namespace madang::payment {

struct AccountsAwaited {
  using Key = PersonId;
  struct Row {
    PersonId payer;
  };
  using Reads = chassis::OneOf<Payer>;
  using Ends = chassis::OneOf<AccountSettled>;
  static Row start(const SettlementAsked& it) { return {it.payer}; }
};

struct WhoseAccountsAreAwaited {
  using Result = std::vector<PersonId>;  // at most 1,000
};
WhoseAccountsAreAwaited::Result whose_accounts_are_awaited(const WhoseAccountsAreAwaited&,
                                                           const chassis::Rows<AccountsAwaited>&);

// Whether a payment of theirs is unknown, or something is owed back to them. One that is begun and not confirmed is
// neither: no money can have moved, and by itself it is over at pay_by.
struct IsAnythingOpen {
  using Result = bool;
  PersonId payer;
};
bool is_anything_open(const IsAnythingOpen&, const chassis::Rows<Payments>&);

// For whoever has looked, and has seen nothing open.
struct SettleAccount {
  PersonId payer;
};
struct NothingOpen {};
NothingOpen settle_account(const SettleAccount&, const chassis::RequestKey&,
                           chassis::Gives<NoteSettled>);

}  // namespace madang::payment
