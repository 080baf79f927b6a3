// Payment and the sandbox on the provider's bad days: each test card by itself, then many payments at
// once while the shop is killed and customers cancel.
#include "tests/payment/with_sandbox.hpp"

namespace madang::payment {
namespace {

using testing::named;

struct ABadDay : ::testing::Test {
  WithSandbox both{5};
  const PaymentId payment = named<PaymentId>("payment-1");
  const Instant pay_by = both.town().now() + 8min;

  auto pay(const char* card) {
    return both.town().run([&] { return both.pay(payment, card, pay_by).result; });
  }
  std::int64_t held() { return both.held()[payment.text()]; }
  void expect_captured_once() {
    EXPECT_EQ(both.view(payment)->state, PaymentNow::State::captured);
    EXPECT_EQ(both.told("PaymentCaptured"), 1U);
    EXPECT_EQ(held(), 3000);
    EXPECT_EQ(both.confirmations(payment), 1);
    EXPECT_EQ(both.balances()[Account::provider_clearing], 3000);
    EXPECT_EQ(both.warnings, std::vector<std::string>{});
  }
};

TEST_F(ABadDay, IsNotOneWhereTheCardIsAccepted) {
  EXPECT_TRUE(std::holds_alternative<api_v1::Paid>(pay("tok_accepted")));
  both.town().pass(1min);
  expect_captured_once();
}
TEST_F(ABadDay, MayEndByWebhookWhenTheAnswerIsSlow) {
  EXPECT_TRUE(std::holds_alternative<api_v1::NotKnownYet>(pay("tok_slow")));
  both.town().pass(3s);
  expect_captured_once();
}
TEST_F(ABadDay, MayEndByLookingUpWhenNoAnswerAndNoWebhookComes) {
  EXPECT_TRUE(std::holds_alternative<api_v1::NotKnownYet>(pay("tok_charged_no_answer")));
  EXPECT_EQ(held(), 3000);
  EXPECT_EQ(both.told("PaymentCaptured"), 0U);
  both.town().pass(10s);
  expect_captured_once();
}
TEST_F(ABadDay, MayLetAChargeLandAfterALookUpFoundNothing) {
  EXPECT_TRUE(std::holds_alternative<api_v1::NotKnownYet>(pay("tok_charged_after_not_found")));
  EXPECT_TRUE(std::holds_alternative<api_v1::NotKnownYet>(pay("tok_charged_after_not_found")));
  EXPECT_EQ(both.told("PaymentDeclined"), 0U);
  both.town().pass(30s);
  expect_captured_once();
}
TEST_F(ABadDay, MayLetAChargeLandAfterItWasCancelledAndGivesItBack) {
  EXPECT_TRUE(std::holds_alternative<api_v1::NotKnownYet>(pay("tok_charged_after_not_found")));
  both.town().run([&] { both.give(CancelPayment{payment, UndoReason::too_late}); });
  both.town().pass(5min);
  EXPECT_EQ(held(), 0);
  EXPECT_EQ(both.told("PaymentCaptured"), 0U);
  EXPECT_EQ(both.told("PaymentCancelled"), 1U);
  EXPECT_EQ(both.view(payment)->state, PaymentNow::State::refunded);
}
TEST_F(ABadDay, MayKeepTheProviderAway) {
  EXPECT_TRUE(std::holds_alternative<api_v1::NotBegun>(pay("tok_unavailable")));
  both.town().pass(9min);
  EXPECT_EQ(both.view(payment)->state, PaymentNow::State::cancelled);
  EXPECT_EQ(held(), 0);
}
TEST_F(ABadDay, MaySendWebhooksLateTwiceEarlyOrNever) {
  for (const auto* card : {"tok_webhook_late", "tok_webhook_twice", "tok_webhook_before_answer",
                           "tok_webhook_never"}) {
    WithSandbox another{9};
    another.town().run([&] {
      try {
        another.pay(payment, card, pay_by);
      } catch (const chassis::Unavailable&) {
        // The answer came at the very end of the time for it.
      }
    });
    another.town().pass(2min);
    EXPECT_EQ(another.view(payment)->state, PaymentNow::State::captured) << card;
    EXPECT_EQ(another.told("PaymentCaptured"), 1U) << card;
    EXPECT_EQ(another.held()[payment.text()], 3000) << card;
  }
}
TEST_F(ABadDay, MayLoseTheAnswerToARefund) {
  EXPECT_TRUE(std::holds_alternative<api_v1::Paid>(pay("tok_refund_no_answer")));
  both.town().run([&] { both.give(CancelPayment{payment, UndoReason::customer_cancelled}); });
  both.town().pass(1min);
  EXPECT_EQ(held(), 0);
  EXPECT_EQ(both.told("PaymentCancelled"), 1U);
  EXPECT_EQ(both.balances()[Account::refunds_due], 0);
}
TEST_F(ABadDay, DeclinesACard) {
  EXPECT_TRUE(std::holds_alternative<api_v1::Declined>(pay("tok_insufficient_funds")));
  EXPECT_EQ(held(), 0);
}

TEST_F(ABadDay, MayChargeWhatWasDeclinedAndGivesItBack) {
  EXPECT_TRUE(std::holds_alternative<api_v1::Declined>(pay("tok_charged_after_declined")));
  both.town().pass(1min);
  EXPECT_EQ(held(), 0);
  EXPECT_EQ(both.told("PaymentCaptured"), 0U);
  EXPECT_EQ(both.view(payment)->state, PaymentNow::State::refunded);
  EXPECT_TRUE(std::holds_alternative<api_v1::Declined>(pay("tok_charged_after_declined")));
}

// ---- many at once

struct Customer {
  PaymentId payment;
  const char* card;
  Instant begins;
  std::optional<Instant> cancels;
  bool finished = false;
};

class ABusyDay {
 public:
  explicit ABusyDay(std::uint64_t seed) : both_{seed} {
    both_.delays = true;
    constexpr std::array cards{"tok_accepted",
                               "tok_declined",
                               "tok_slow",
                               "tok_charged_no_answer",
                               "tok_charged_after_not_found",
                               "tok_unavailable",
                               "tok_webhook_late",
                               "tok_webhook_twice",
                               "tok_webhook_before_answer",
                               "tok_refund_no_answer"};
    auto& chance = both_.town().simulator;
    const auto within = [&](std::chrono::milliseconds span) {
      return std::chrono::milliseconds{chance.random() % static_cast<std::uint64_t>(span.count())};
    };
    for (int i = 0; i < 12; ++i) {
      const auto begins = both_.town().now() + within(60s);
      customers_.push_back({named<PaymentId>("payment " + std::to_string(i)),
                            cards[chance.random() % cards.size()], begins,
                            chance.one_in(2) ? std::optional{begins + within(60s)} : std::nullopt});
    }
  }

  void run() {
    auto& chance = both_.town().simulator;
    for (int kills = 0; kills < 4; ++kills) {
      come_in();
      both_.town().simulator.run_for(std::chrono::milliseconds{chance.random() % 30'000});
      both_.kill();
      both_.open();
    }
    come_in();
    both_.town().pass(15min);
    for (int waits = 0; waits < 20 && both_.errands_open() > 0; ++waits) both_.town().pass(5min);
  }

  void check() {
    EXPECT_EQ(both_.errands_open(), 0U);
    EXPECT_EQ(both_.warnings, std::vector<std::string>{});
    auto held = both_.held();
    std::int64_t all = 0;
    for (const auto& customer : customers_) {
      const auto view = both_.view(customer.payment);
      ASSERT_TRUE(view) << customer.card;
      const auto sum = held[customer.payment.text()];
      all += sum;
      EXPECT_NE(view->state, PaymentNow::State::pending) << customer.card;
      EXPECT_EQ(sum, view->state == PaymentNow::State::captured ? 3000 : 0) << customer.card;
      EXPECT_FALSE(customer.cancels && view->state == PaymentNow::State::captured) << customer.card;
      EXPECT_LE(both_.confirmations(customer.payment), 1) << customer.card;
    }
    auto books = both_.balances();
    EXPECT_EQ(books[Account::provider_clearing], all);
    EXPECT_EQ(-books[Account::rental_revenue], all);
    EXPECT_EQ(books[Account::refunds_due], 0);
  }

 private:
  void try_to_pay(const Customer& customer) {
    try {
      static_cast<void>(both_.pay(customer.payment, customer.card, customer.begins + 8min));
    } catch (const chassis::Unavailable&) {
      return;  // their time was over before anything was known
    }
  }
  // Those who have not finished try (again), as people do who have lost their connection.
  void come_in() {
    for (auto& customer : customers_) {
      if (customer.finished) continue;
      both_.shop().spawn("customer", [this, &customer] {
        both_.shop().sleep_until(customer.begins);
        for (int tries = 0; tries < 3; ++tries) {
          try_to_pay(customer);
          both_.shop().sleep(1s);
        }
        if (customer.cancels) {
          both_.shop().sleep_until(*customer.cancels);
          both_.give(CancelPayment{customer.payment, UndoReason::customer_cancelled});
        }
        customer.finished = true;
      });
    }
  }

  WithSandbox both_;
  std::vector<Customer> customers_;
};

TEST(ABusyDay, EndsWithEveryPaymentSettledAndTheBooksOfBothAgreeing) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ABusyDay day{seed};
    day.run();
    day.check();
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace madang::payment
