#pragma once
// All payments of one person seen as one, for whoever must know when none of them is unknown and nothing is
// owed back: before a person can be erased, that is.
#include "payment/domain/words.hpp"

namespace madang::payment {

struct SettlementAsked {
  PersonId payer;
};
struct AccountSettled {
  PersonId payer;
};

struct Payer {
  using Id = PersonId;
  using Events = OneOf<SettlementAsked, AccountSettled>;

  bool awaited = false;  // somebody waits to hear that it is settled

  static Payer evolve(Payer, const SettlementAsked&) { return {true}; }
  static Payer evolve(Payer, const AccountSettled&) { return {false}; }
};

// Who asks again while it is awaited is answered once; who asks afterwards, once more.
struct AskSettlement {
  PersonId payer;
  using Decision = Then<SettlementAsked>::Always;
  static Decision decide(const AskSettlement& asked, const Payer& payer) {
    if (payer.awaited) return then();
    return then(SettlementAsked{asked.payer});
  }
};
struct NoteSettled {
  PersonId payer;
  using Decision = Then<AccountSettled>::Always;
  static Decision decide(const NoteSettled& asked, const Payer& payer) {
    if (!payer.awaited) return then();
    return then(AccountSettled{asked.payer});
  }
};

}  // namespace madang::payment
