#pragma once
// What this context holds about one person, for them to take along: what they paid, how each payment ended, and what
// the shop's books say of it.
#include "payment/application/ledger_book.hpp"
#include "payment/application/payments.hpp"

namespace madang::payment {

struct AboutPayer {
  struct Paid {
    PaymentId payment;
    Purpose purpose;
    Money amount;
    PaymentNow::State state;
    Instant begun_at, pay_by;
    std::optional<Instant> captured_at, ended_at;
    std::optional<DeclineReason> decline_reason;
    std::optional<CancelledHow> cancelled_how;
    std::vector<LedgerBook::Row> entries;
  };
  struct Result {
    std::vector<Paid> payments;
  };
  PersonId payer;
};
AboutPayer::Result about_payer(const AboutPayer&, const chassis::Rows<Payments>&,
                               const chassis::Rows<LedgerBook>&);

}  // namespace madang::payment
