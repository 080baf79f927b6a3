#include "payment/application/reconcile.hpp"
#include "payment/adapters/inbound/fresh_key.hpp"
#include "payment/tests/shop.hpp"

namespace madang::payment {
namespace {

// The shop, and a payment whose charge only the provider's books know of.
struct Reconciling : Shop {
  BothBooks books{{}, nothing, {}};

  PaymentNow::Result known() {
    return town.run([&] { return engine().ask(PaymentNow{payment}, engine().head()); });
  }
  void charge_at_the_provider() {
    town.run([&] {
      const auto created = provider.create_intent(payment, price, {"tok_accepted"}, Instant{});
      static_cast<void>(provider.confirm(std::get<IntentCreated>(created).intent, Instant{}));
    });
  }
  std::optional<Difference> look() {
    return town.run([&] {
      BooksByPayment all;
      add_up(*provider.movements(0, 100, Instant{}), all);
      add_up(engine().ask(LedgerPage{std::nullopt, {100, {}}}, engine().head()).rows, all);
      books = all.at(payment);
      return difference_of(books, engine().ask(PaymentNow{payment}, engine().head()));
    });
  }
  SettleDifference::Answer settle(Difference it) {
    return town.run([&] {
      return settle_difference({payment, books, it, town.now() + 5s},
                               fresh_key(town.process(), "reconcile", payment), engine(), provider);
    });
  }
  void expect_given_back() {
    EXPECT_EQ(known()->state, PaymentNow::State::refunded);
    EXPECT_EQ(look(), std::nullopt);
    EXPECT_EQ(provider.count(), 2U);
    expect_books_agree();
  }
};
using enum Difference;
using Settled = SettleDifference::Answer;

TEST_F(Reconciling, FindsNothingWhereBothBooksSayTheSame) {
  pay();
  EXPECT_EQ(look(), std::nullopt);
}
TEST_F(Reconciling, GivesBackOnceWhatWasChargedForAPaymentNobodyKnowsAndMakesItVoid) {
  charge_at_the_provider();
  ASSERT_EQ(look(), charged_unknown);
  EXPECT_EQ(settle(charged_unknown), Settled::settled);
  EXPECT_EQ(settle(charged_unknown), Settled::settled);
  expect_given_back();
  EXPECT_FALSE(std::holds_alternative<api_v1::Paid>(pay()));
}
TEST_F(Reconciling, GivesBackWhatWasChargedForAPaymentThatEndedUnpaid) {
  give(BeginPayment{payment, price, asked.pay_by, kim, Purpose::rental}, "begin");
  town.pass(1h);
  ASSERT_EQ(known()->state, PaymentNow::State::cancelled);
  charge_at_the_provider();
  ASSERT_EQ(look(), held_after_all);
  EXPECT_EQ(settle(held_after_all), Settled::settled);
  expect_given_back();
}
TEST_F(Reconciling, PutsOnRecordWhatWentBackWithoutSendingItAgain) {
  pay();
  town.run([&] {
    static_cast<void>(provider.refund(payment, {"pi_" + payment.text()}, price, Instant{}));
  });
  ASSERT_EQ(look(), given_back_unknown);
  EXPECT_EQ(settle(given_back_unknown), Settled::settled);
  expect_given_back();
}
TEST_F(Reconciling, LeavesAlonePaymentsThatAreUnderWay) {
  give(begin, "begin");
  charge_at_the_provider();
  EXPECT_EQ(look(), std::nullopt);
  EXPECT_TRUE(is_under_way(books, known()));
}
TEST_F(Reconciling, GoesOnByItselfThoughTheProviderDoesNotAnswer) {
  charge_at_the_provider();
  ASSERT_EQ(look(), charged_unknown);
  provider.away = true;
  EXPECT_EQ(settle(charged_unknown), Settled::begun);
  provider.away = false;
  town.pass(1min);
  expect_given_back();
}
TEST_F(Reconciling, LeavesToAPersonWhatOnlyTheLedgerKnows) {
  pay();
  BooksByPayment all;
  town.run([&] {
    add_up(engine().ask(LedgerPage{std::nullopt, {100, {}}}, engine().head()).rows, all);
  });
  books = all.at(payment);
  EXPECT_EQ(difference_of(books, known()), unexplained);
  EXPECT_EQ(settle(unexplained), Settled::left_to_a_person);
  EXPECT_EQ(known()->state, PaymentNow::State::captured);
}

}  // namespace
}  // namespace madang::payment
