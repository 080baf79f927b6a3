#include "payment/tests/shop.hpp"

namespace madang::payment {
namespace {

using Paying = Shop;
using AnUnknownPayment = Shop;
using ACancelledPayment = Shop;
using ARefundedPayment = Shop;

template <class Wanted>
bool is(const auto& result) {
  return std::holds_alternative<Wanted>(result);
}

TEST_F(Paying, MovesTheMoneyOnceAndTellsOfIt) {
  const auto paid = std::get<api_v1::Paid>(pay());
  EXPECT_EQ(paid.amount, price);
  EXPECT_EQ(told("PaymentCaptured"), 1U);
  EXPECT_EQ(view()->state, PaymentNow::State::captured);
  expect_books_agree();
}
TEST_F(Paying, AgainAnswersTheSameAndMovesNothing) {
  const auto first = std::get<api_v1::Paid>(pay());
  town.pass(1h);
  EXPECT_EQ(std::get<api_v1::Paid>(pay()), first);
  EXPECT_EQ(provider.count(), 1U);
  expect_books_agree();
}
TEST_F(Paying, ManyTimesAtOnceChargesOnce) {
  std::vector<std::function<void()>> tries;
  tries.reserve(16);
  std::size_t paid = 0, not_known = 0;
  for (int i = 0; i < 16; ++i)
    tries.emplace_back([&] {
      const auto result = pay_here(asked).result;
      paid += is<api_v1::Paid>(result);
      not_known += is<api_v1::NotKnownYet>(result);
    });
  town.run_all(tries);
  EXPECT_GE(paid, 1U);
  EXPECT_EQ(paid + not_known, 16U);
  EXPECT_EQ(provider.confirmations(), 1);
  EXPECT_EQ(provider.count(), 1U);
  expect_books_agree();
}
TEST_F(Paying, BeginsNothingForACallerWhoHasGone) {
  EXPECT_THROW(town.run([&] { return desk->pay(asked, town.now() - 1ms).result; }),
               chassis::Unavailable);
  EXPECT_EQ(count("PaymentBegun"), 0U);
  EXPECT_TRUE(is<api_v1::Paid>(pay()));
}
TEST_F(Paying, ChargesNothingOnceTheTimeOfItsCallerIsOver) {
  provider.while_creating = [this] { town.process().sleep(6s); };  // its caller waits for five
  EXPECT_THROW(pay(), chassis::Unavailable);
  EXPECT_EQ(provider.confirmations(), 0);
  provider.while_creating = [] {};
  EXPECT_TRUE(is<api_v1::Paid>(pay()));
  expect_books_agree();
}
TEST_F(Paying, KeepsOnRecordWhatWasChargedThoughItsCallerHasGone) {
  provider.while_confirming = [this](const IntentId&) { town.process().sleep(20ms); };
  const auto paid = town.run([&] { return desk->pay(asked, town.now() + 10ms).result; });
  EXPECT_TRUE(is<api_v1::Paid>(paid));
  EXPECT_EQ(told("PaymentCaptured"), 1U);
  expect_books_agree();
}
TEST_F(Paying, SaysNothingOfAPaymentWhoseStateItCannotRead) {
  auto request = asked;
  request.card_token = "tok_declined";
  const api_v1::Declined declined{v1::DeclineReason::card_declined};
  EXPECT_EQ(std::get<api_v1::Declined>(pay(request)), declined);
  EXPECT_THROW(town.run([&] { return desk->pay(request, town.now() - 1ms).result; }),
               chassis::Unavailable);
  EXPECT_EQ(std::get<api_v1::Declined>(pay(request)), declined);
}
TEST_F(Paying, WithADeclinedCardMovesNothing) {
  auto request = asked;
  request.card_token = "tok_declined";
  const api_v1::Declined declined{v1::DeclineReason::card_declined};
  EXPECT_EQ(std::get<api_v1::Declined>(pay(request)), declined);
  EXPECT_EQ(std::get<api_v1::Declined>(pay()), declined);
  provider.away = true;  // nor need it be asked for that
  town.pass(1min);
  EXPECT_EQ(std::get<api_v1::Declined>(pay()), declined);
  EXPECT_EQ(told("PaymentDeclined"), 1U);
  EXPECT_EQ(view()->state, PaymentNow::State::declined);
  EXPECT_EQ(provider.count(), 0U);
}
TEST_F(Paying, WithATokenThatIsNoneIsDeclined) {
  auto request = asked;
  request.card_token = "4242 4242 4242 4242";
  EXPECT_TRUE(is<api_v1::Declined>(pay(request)));
  EXPECT_EQ(provider.confirmations(), 0);
}
TEST_F(Paying, KeepsNoCardToken) {
  auto request = asked;
  request.card_token = "tok_that_nobody_may_keep";
  EXPECT_TRUE(is<api_v1::Paid>(pay(request)));
  town.run([&] {
    const auto reader = engine().read_journal();
    for (const auto& event : reader->after(0, 1000))
      EXPECT_EQ(event.payload.find("tok_"), std::string::npos);
  });
}
TEST_F(Paying, OtherTermsForTheSamePaymentIsRefused) {
  EXPECT_TRUE(is<api_v1::Paid>(pay()));
  auto request = asked;
  request.amount = less;
  EXPECT_TRUE(is<api_v1::NotTheSame>(pay(request)));
}
TEST_F(Paying, IsTooLateFromPayByOn) {
  town.pass(8min);
  EXPECT_EQ(std::get<api_v1::Declined>(pay()).reason, v1::DeclineReason::too_late);
  EXPECT_EQ(provider.confirmations(), 0);
}
TEST_F(Paying, GoesOnWhenTheProviderIsBack) {
  provider.away = true;
  EXPECT_TRUE(is<api_v1::NotBegun>(pay()));
  provider.away = false;
  EXPECT_TRUE(is<api_v1::Paid>(pay()));
  expect_books_agree();
}
TEST_F(Paying, IsOverAtPayByWhenTheProviderStaysAway) {
  provider.away = true;
  EXPECT_TRUE(is<api_v1::NotBegun>(pay()));
  town.pass(8min);
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  provider.away = false;
  EXPECT_EQ(std::get<api_v1::Cancelled>(pay()).how, v1::CancelledHow::never_charged);
  EXPECT_EQ(provider.count(), 0U);
}
TEST_F(Paying, OfNothingIsADefectOfTheCaller) {
  auto request = asked;
  request.amount = nothing;
  EXPECT_THROW(pay(request), std::invalid_argument);
}
TEST_F(Paying, IsSeenByWhoLooksItUp) {
  const auto look = [&] {
    town.settle();
    return town.run([&] { return desk->look_up_payment({payment}, town.now()).result; });
  };
  EXPECT_TRUE(is<api_v1::NeverSeen>(look()));
  provider.answers_lost = true;
  pay();
  EXPECT_TRUE(is<api_v1::NotKnownYet>(look()));
  provider.answers_lost = false;
  pay();
  EXPECT_TRUE(is<api_v1::Paid>(look()));
  give(cancel, "c");
  EXPECT_EQ(std::get<api_v1::Cancelled>(look()).how, v1::CancelledHow::refunded);
}

// ---- unknown

TEST_F(AnUnknownPayment, IsLookedUpUntilTheProviderAnswers) {
  provider.answers_lost = true;
  // The intent's answer is lost too: whoever pays again gets on.
  EXPECT_TRUE(is<api_v1::NotBegun>(pay()));
  provider.answers_lost = false;
  provider.while_confirming = [&](const IntentId&) { provider.answers_lost = true; };
  EXPECT_TRUE(is<api_v1::NotKnownYet>(pay()));
  town.pass(3min);
  EXPECT_EQ(told("PaymentCaptured"), 0U);
  provider.answers_lost = false;
  town.pass(3min);
  EXPECT_EQ(told("PaymentCaptured"), 1U);
  expect_books_agree();
}
TEST_F(AnUnknownPayment, IsSettledByTheCallerWhoComesBack) {
  provider.while_confirming = [&](const IntentId&) { provider.answers_lost = true; };
  EXPECT_TRUE(is<api_v1::NotKnownYet>(pay()));
  provider.answers_lost = false;
  EXPECT_TRUE(is<api_v1::Paid>(pay()));
  expect_books_agree();
}
TEST_F(AnUnknownPayment, ThatALookUpDoesNotFindIsNotDeclined) {
  provider.while_confirming = [&](const IntentId&) {
    provider.answers_lost = provider.hides_charges = true;
  };
  EXPECT_TRUE(is<api_v1::NotKnownYet>(pay()));
  provider.answers_lost = false;
  town.pass(2h);  // long after it was given up
  EXPECT_EQ(count("GivenUp"), 1U);
  EXPECT_EQ(told("PaymentDeclined") + told("PaymentCancelled") + told("PaymentCaptured"), 0U);
  provider.hides_charges = false;
  town.pass(10min);
  EXPECT_EQ(told("PaymentCaptured"), 1U);  // and whoever was to be paid decides what to do with it
  expect_books_agree();
}
TEST_F(AnUnknownPayment, ThatWasNeverConfirmedIsVoidedAtPayBy) {
  // Killed after leave to charge was recorded, before the provider was told.
  town.run([&] {
    const auto key = chassis::RequestKey::of_event("test", "t", {}, "Payment/test", {});
    const auto created = provider.create_intent(payment, price, {"tok_accepted"}, Instant{});
    static_cast<void>(engine().run(BeginPayment{payment, price, asked.pay_by, kim, Purpose::rental},
                                   key.step("begin")));
    static_cast<void>(engine().run(ConfirmPayment{payment, std::get<IntentCreated>(created).intent},
                                   key.step("confirm")));
  });
  kill_and_open();
  EXPECT_TRUE(is<api_v1::NotKnownYet>(pay()));
  town.pass(7min);
  EXPECT_EQ(told("PaymentCancelled"), 0U);
  town.pass(2min);
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  EXPECT_EQ(std::get<api_v1::Cancelled>(pay()).how, v1::CancelledHow::voided);
  EXPECT_EQ(provider.count(), 0U);
  EXPECT_EQ(provider.confirmations(), 0);
}
TEST_F(AnUnknownPayment, IsFoundThoughTheShopWasKilledBetweenChargeAndRecord) {
  provider.while_confirming = [&](const IntentId&) {
    town.simulator.kill(town.name, "killed after the charge");
    town.process().sleep(1s);  // it never gets the answer
  };
  town.process().spawn("customer", [&] { static_cast<void>(pay_here(asked)); });
  town.simulator.run_for(1s);
  kill_and_open();
  EXPECT_EQ(provider.count(), 1U);
  EXPECT_EQ(told("PaymentCaptured"), 0U);
  town.pass(10s);
  EXPECT_EQ(told("PaymentCaptured"), 1U);
  expect_books_agree();
}
TEST_F(AnUnknownPayment, LeavesOthersAlone) {
  provider.while_confirming = [&](const IntentId&) {
    provider.answers_lost = provider.hides_charges = true;
  };
  EXPECT_TRUE(is<api_v1::NotKnownYet>(pay()));
  provider.answers_lost = provider.hides_charges = false;
  provider.while_confirming = [](const IntentId&) {};
  auto another = asked;
  another.payment = named<PaymentId>("payment-2");
  EXPECT_TRUE(is<api_v1::Paid>(pay(another)));
}

// ---- cancelled and refunded

TEST_F(ACancelledPayment, NeverBegins) {
  give(cancel, "c");
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  EXPECT_EQ(std::get<api_v1::Cancelled>(pay()).how, v1::CancelledHow::never_charged);
  EXPECT_EQ(view()->state, PaymentNow::State::cancelled);
  EXPECT_EQ(provider.confirmations(), 0);
}
TEST_F(ACancelledPayment, IsPaidBackOnceWhenItWasCaptured) {
  pay();
  give(cancel, "c1");
  give(cancel, "c2");
  town.pass(10s);
  EXPECT_EQ(provider.held(), 0);
  EXPECT_EQ(provider.count(), 2U);
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  EXPECT_EQ(told("PaymentRefunded"), 0U);
  expect_books_agree();
}
TEST_F(ACancelledPayment, WhoseChargeLandsLateIsPaidBackOnce) {
  provider.while_confirming = [&](const IntentId&) {
    provider.answers_lost = provider.hides_charges = true;
  };
  EXPECT_TRUE(is<api_v1::NotKnownYet>(pay()));
  provider.answers_lost = false;
  give(cancel, "c");
  town.pass(1min);
  EXPECT_EQ(told("PaymentCancelled"), 0U);
  provider.hides_charges = false;
  town.pass(10min);
  EXPECT_EQ(told("PaymentCaptured"), 0U);
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  EXPECT_EQ(count("LateChargeCaptured"), 1U);
  EXPECT_EQ(provider.held(), 0);
  expect_books_agree();
}
TEST_F(ACancelledPayment, IsPaidBackOnceThoughTheAnswersAreLostAndTheShopIsKilled) {
  pay();
  provider.answers_lost = true;
  give(cancel, "c");
  town.pass(5s);
  EXPECT_EQ(provider.count(), 2U);
  EXPECT_EQ(told("PaymentCancelled"), 0U);
  kill_and_open();
  provider.answers_lost = false;
  town.pass(10s);
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  EXPECT_EQ(provider.count(), 2U);
  expect_books_agree();
}
TEST_F(ARefundedPayment, IsPaidBackOnceAndShownInTheBooks) {
  pay();
  give(give_back, "r");
  EXPECT_EQ(view()->state, PaymentNow::State::refunding);
  town.pass(10s);
  EXPECT_EQ(view()->state, PaymentNow::State::refunded);
  EXPECT_EQ(told("PaymentRefunded"), 1U);
  const auto page = town.run([&] { return engine().ask(LedgerPage{payment, {}}); });
  ASSERT_EQ(page.rows.size(), 3U);
  EXPECT_EQ(page.rows[0].lines,
            ledger_entries(PaymentCaptured{payment, intent, price, at, kim, Purpose::rental}));
  EXPECT_LT(page.rows[0].entry, page.rows[1].entry);
  expect_books_agree();
}
TEST_F(ARefundedPayment, WaitsUntilTheProviderIsBack) {
  pay();
  provider.away = true;
  give(give_back, "r");
  town.pass(1h);
  EXPECT_EQ(view()->state, PaymentNow::State::refunding);
  provider.away = false;
  town.pass(10min);
  EXPECT_EQ(view()->state, PaymentNow::State::refunded);
  expect_books_agree();
}

}  // namespace
}  // namespace madang::payment
