// The laws of money, for any commands in any order at any times.
#include "payment/domain/ledger.hpp"
#include "payment/tests/given.hpp"
#include <rapidcheck.h>

namespace madang::payment {
namespace {

using namespace examples;

TEST(TheLedger, OwesUsWhatIsCapturedAndPaysItBackThroughRefundsDue) {
  using enum Account;
  using enum Side;
  EXPECT_EQ(ledger_entries(captured), (std::vector<LedgerEntry>{{provider_clearing, debit, price},
                                                                {rental_revenue, credit, price}}));
  EXPECT_EQ(ledger_entries(late), (std::vector<LedgerEntry>{{provider_clearing, debit, price},
                                                            {refunds_due, credit, price}}));
  EXPECT_EQ(ledger_entries(refund_due), (std::vector<LedgerEntry>{{rental_revenue, debit, price},
                                                                  {refunds_due, credit, price}}));
  EXPECT_EQ(
      ledger_entries(returned),
      (std::vector<LedgerEntry>{{refunds_due, debit, price}, {provider_clearing, credit, price}}));
}
TEST(TheLedger, CreditsThePartOfTheShopThatEarnedIt) {
  auto charge = captured;
  charge.purpose = Purpose::order;
  EXPECT_EQ(ledger_entries(charge)[1].account, Account::order_revenue);
  charge.purpose = Purpose::counseling;
  EXPECT_EQ(ledger_entries(charge)[1].account, Account::counseling_revenue);
}
TEST(TheLedger, HasNoEntryWhereNoMoneyMovedOrBecameOwed) {
  for (const auto& event :
       std::initializer_list<Payment::Event>{begun, confirming, declined, given_up,
                                             cancellation_asked, paid_back, refund_asked, refunded})
    EXPECT_TRUE(ledger_entries(event).empty());
}

using AnyCommand = AnyOf<OneOf<BeginPayment, ConfirmPayment, CancelPayment, RefundPayment,
                               RecordCaptured, RecordDeclined, RecordVoided, RecordRefunded>>;

// A payment's whole life, as the journal would have recorded it.
struct Life {
  Payment state;
  std::vector<Payment::Event> events;

  void append(const auto& event) {
    std::visit(
        [&](const auto& it) {
          state = Payment::evolve(std::move(state), it);
          events.emplace_back(it);
        },
        event);
  }
  void give(const AnyCommand& command, Instant now) {
    for (const auto& event : Payment::lapse_due(state, now)) append(event);
    std::visit(
        [&]<class C>(const C& it) {
          const auto decision =
              kernel::Rule<C>::decide(it, now, [&](auto) -> const Payment& { return state; });
          for (const auto& event : decision.events()) append(event);
        },
        command);
  }
  template <class Event>
  [[nodiscard]] std::int64_t count() const {
    return std::ranges::count_if(events,
                                 [](const auto& it) { return std::holds_alternative<Event>(it); });
  }
  [[nodiscard]] std::int64_t balance(Account account) const {
    std::int64_t sum = 0;
    for (const auto& event : events)
      for (const auto& entry : ledger_entries(event))
        if (entry.account == account)
          sum += (entry.side == Side::debit ? 1 : -1) * entry.amount.in_minor_units();
    return sum;
  }
};

Life any_life() {
  const auto commands = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::inRange(0, 5)));
  static const std::vector<AnyCommand> all{begin,           confirm,           cancel,
                                           give_back,       provider_captured, provider_declined,
                                           provider_voided, provider_refunded};
  Life life;
  auto now = noon;
  for (const auto& [which, minutes] : commands)
    life.give(all[static_cast<std::size_t>(which)], now += minutes * 1min);
  return life;
}

template <class Law>
void for_any_life(const Law& law) {
  EXPECT_TRUE(rc::check([&] { law(any_life()); }));
}

TEST(TheLedger, BalancesAfterEachEventOfAnyLife) {
  for_any_life([](const Life& life) {
    for (const auto& event : life.events) {
      std::int64_t sum = 0;
      for (const auto& entry : ledger_entries(event)) {
        RC_ASSERT(entry.amount.in_minor_units() > 0);
        sum += (entry.side == Side::debit ? 1 : -1) * entry.amount.in_minor_units();
      }
      RC_ASSERT(sum == 0);
    }
  });
}
TEST(TheLedger, NeverOwesBackMoreThanWasCharged) {
  for_any_life([](const Life& life) {
    const auto held = life.balance(Account::provider_clearing);
    RC_ASSERT(held >= 0);
    RC_ASSERT(held <= price.in_minor_units());
    RC_ASSERT(-life.balance(Account::refunds_due) >= 0);
    RC_ASSERT(-life.balance(Account::refunds_due) <= held);
    RC_ASSERT(-life.balance(Account::rental_revenue) == held + life.balance(Account::refunds_due));
  });
}
TEST(TheLedger, OwesARefundExactlyWhileOneIsBeingMade) {
  for_any_life([](const Life& life) {
    RC_ASSERT((life.balance(Account::refunds_due) != 0) ==
              std::holds_alternative<Refunding>(life.state.stands));
  });
}
TEST(APayment, IsConfirmedOnceAndSaysEachEndOnceInAnyLife) {
  for_any_life([](const Life& life) {
    RC_ASSERT(life.count<ConfirmingBegun>() <= 1);
    RC_ASSERT(life.count<PaymentCancelled>() <= 1);
    RC_ASSERT(life.count<PaymentDeclined>() <= 1);
    RC_ASSERT(life.count<PaymentRefunded>() <= 1);
    RC_ASSERT(life.count<PaymentCaptured>() + life.count<LateChargeCaptured>() <= 1);
    RC_ASSERT(life.count<ChargeReturned>() <= 1);
    RC_ASSERT(life.count<PaymentCancelled>() + life.count<PaymentDeclined>() <= 1);
  });
}

}  // namespace
}  // namespace madang::payment
