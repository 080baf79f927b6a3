#pragma once
// The shop's books of payments, in double entry: what each event debits equals what it credits, so
// the books balance after any history. What the provider owes us is the balance of
// provider_clearing, and must be what the provider's own books say.
#include "payment/domain/payment.hpp"

namespace madang::payment {

enum class Account {
  provider_clearing,  // charged and not given back; the provider owes it to us
  rental_revenue,
  order_revenue,
  counseling_revenue,
  refunds_due  // we owe it to payers
};
enum class Side { debit, credit };

struct LedgerEntry {
  Account account;
  Side side;
  Money amount;  // never negative
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

// The entries of one event: none where no money moved or became owed.
std::vector<LedgerEntry> ledger_entries(const Payment::Event&);

}  // namespace madang::payment
