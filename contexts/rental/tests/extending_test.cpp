// Extending a loan as it goes with the journal, payment and time, whatever they do.
#include "contracts/messages/rental_v1.hpp"
#include "rental/tests/shop.hpp"

namespace madang::rental {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

struct ExtendingALoan : Shop {
  const OwnRental mine = rented_one();
  const Instant ends = end_now();

  OwnRental rented_one() {
    lend(1);
    return rented(kim);
  }
  Instant end_now() { return see(mine.rental)->rental.until; }
  void stay_unknown() {
    desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  }
};

TEST_F(ExtendingALoan, IsPaidForAndThenTheLoanLastsLonger) {
  const auto extension = payment_of_extension(kim);
  desk.answer = [&](const PaymentDesk::Asked& it) {
    EXPECT_EQ(it.payment, extension);
    // On record before anyone is asked for money.
    const auto log = engine().read_journal()->after(0, 1000);
    EXPECT_TRUE(
        std::ranges::any_of(log, [](const auto& event) { return event.type == "ExtensionBegun"; }));
    return charged(it);
  };
  EXPECT_EQ(extending(mine), "extended");
  EXPECT_EQ(end_now(), ends + days{7});
  EXPECT_EQ(see(mine.rental)->rental.extensions, 1);
  const auto told_ = town.messages("rental", "madang.rental.v1.RentalExtended");
  ASSERT_EQ(told_.size(), 1U);
  const auto message = chassis::decode<v1::RentalExtended>(told_[0].payload);
  EXPECT_EQ(message,
            (v1::RentalExtended{mine.rental, book, kim, extension, price, ends + days{7}}));
  town.pass(days{8});
  EXPECT_EQ(count("RentalExpired"), 0U);
  EXPECT_TRUE(open_it(mine).find<LinkGiven>());
  town.pass(days{7});
  EXPECT_EQ(count("RentalExpired"), 1U);
  EXPECT_EQ(cancellations(), 0U);
}
TEST_F(ExtendingALoan, IsDoneOnceHoweverOftenTheSameRequestComes) {
  for (int times = 0; times < 3; ++times) EXPECT_EQ(extending(mine), "extended");
  EXPECT_EQ(end_now(), ends + days{7});
  EXPECT_EQ(extending(mine, "another"), "extended");
  EXPECT_EQ(extending(mine, "a third"), "extensions-used-up");
  EXPECT_EQ(at_payment("Charged"), 3U);  // of the loan and two extensions
}
TEST_F(ExtendingALoan, AsksNobodyForMoneyWhenItIsFree) {
  set_terms(1, book, Money::won(0));
  EXPECT_EQ(extending(mine), "price-changed");
  desk.asked.clear();
  EXPECT_EQ(extending(mine, "free", Money::won(0)), "extended");
  EXPECT_TRUE(desk.asked.empty());
  EXPECT_EQ(end_now(), ends + days{7});
  const auto message = town.messages("rental", "madang.rental.v1.RentalExtended").at(0);
  EXPECT_FALSE(chassis::decode<v1::RentalExtended>(message.payload).payment);
}
TEST_F(ExtendingALoan, LeavesItAsItIsWhenTheCardIsDeclined) {
  desk.answer = [this](const PaymentDesk::Asked& it) -> PaymentResult {
    say_here("payment", till::Refuse{it.payment});
    return Declined{};
  };
  EXPECT_EQ(extending(mine), "payment-declined");
  EXPECT_EQ(end_now(), ends);
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(extending(mine, "another card"), "extended");
}
TEST_F(ExtendingALoan, IsNotSaidToHaveLapsedOnceDeclinedWhateverPaymentSaysMeanwhile) {
  const auto declined = [](const PaymentDesk::Asked&) { return Declined{}; };
  desk.answer = declined;
  EXPECT_EQ(extending(mine), "payment-declined");
  town.pass(11min);
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{5}; };
  EXPECT_EQ(extending(mine), "desk-closed");
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(extending(mine), "payment-unsettled");
  desk.answer = declined;
  EXPECT_EQ(extending(mine), "payment-declined");
}
TEST_F(ExtendingALoan, GoesOnUnderTheSameKeyWhenTheDeskOpensAgain) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{5}; };
  EXPECT_EQ(extending(mine), "desk-closed");
  EXPECT_EQ(extending(mine, "another"), "payment-pending");
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(extending(mine), "extended");
}
TEST_F(ExtendingALoan, IsFinishedWithoutTheCustomerWhenPaymentSaysLaterThatItIsCaptured) {
  stay_unknown();
  EXPECT_EQ(extending(mine), "payment-unsettled");
  town.pass(5min);
  charge(payment_of_extension(kim));
  EXPECT_EQ(count("RentalExtended"), 1U);
  EXPECT_EQ(extending(mine), "payment-unsettled");  // until payment says so to who asks
  desk.answer = [](const PaymentDesk::Asked&) { return Paid{}; };
  EXPECT_EQ(extending(mine), "extended");
  EXPECT_EQ(count("RentalExtended"), 1U);
}
TEST_F(ExtendingALoan, IsDoneOnceThoughTheMessageIsThereBeforeTheCaller) {
  desk.answer = [this](const PaymentDesk::Asked& it) {
    charge_here(it.payment);
    town.process().sleep(30s);  // the process has long extended it
    return Paid{};
  };
  EXPECT_EQ(extending(mine), "extended");
  EXPECT_EQ(count("RentalExtended"), 1U);
  EXPECT_EQ(end_now(), ends + days{7});
}
TEST_F(ExtendingALoan, IsHonouredOncePaymentWasBegunThoughSomeoneJoinsTheLine) {
  stay_unknown();
  EXPECT_EQ(extending(mine), "payment-unsettled");
  town.run([&] {
    EXPECT_FALSE(engine().run(JoinLine{book, lee}, key(lee, "join", "1").step("join")).refused());
  });
  charge(payment_of_extension(kim));
  EXPECT_EQ(end_now(), ends + days{7});
  EXPECT_EQ(extending(mine, "another"), "someone-waits");
}
TEST_F(ExtendingALoan, ThatLapsedIsPaidBackOnce) {
  stay_unknown();
  EXPECT_EQ(extending(mine), "payment-unsettled");
  town.pass(11min);
  EXPECT_EQ(count("ExtensionLapsed"), 1U);
  EXPECT_EQ(cancellations(), 1U);
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(extending(mine), "extension-lapsed");
  charge(payment_of_extension(kim));
  town.pass(3h);
  EXPECT_EQ(at_payment("LateChargeReturned"), 1U);
  EXPECT_EQ(cancellations(), 1U);
  EXPECT_EQ(end_now(), ends);
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(extending(mine, "new key"), "extended");
}
TEST_F(ExtendingALoan, IsPaidBackWhenTheBookWasReturnedMeanwhile) {
  stay_unknown();
  EXPECT_EQ(extending(mine), "payment-unsettled");
  EXPECT_FALSE(return_it(mine).refused());
  charge(payment_of_extension(kim));
  EXPECT_EQ(at_payment("Undone"), 1U);
  EXPECT_EQ(count("RentalExtended"), 0U);
}
TEST_F(ExtendingALoan, IsPaidBackWithTheLoanWhenThatIsCancelled) {
  EXPECT_EQ(extending(mine), "extended");
  EXPECT_FALSE(cancel_it(mine).refused());
  town.pass(3h);
  EXPECT_EQ(paid_back(), 2U);
  EXPECT_EQ(cancellations(), 2U);
}
TEST_F(ExtendingALoan, AnswersTheSameAgainThoughItWasPaidBackSince) {
  EXPECT_EQ(extending(mine), "extended");
  EXPECT_FALSE(cancel_it(mine).refused());
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(extending(mine), "extended");
}
TEST_F(ExtendingALoan, ThatIsTooLateToPaySaysTheSameOnceThePaymentIsUndone) {
  desk.answer = [](const PaymentDesk::Asked&) { return TooLateToPay{}; };
  EXPECT_EQ(extending(mine), "payment-cancelled");
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(extending(mine), "payment-cancelled");
}
TEST_F(ExtendingALoan, IsFinishedAfterThePowerWasLostBetweenChargeAndExtension) {
  desk.answer = [this](const PaymentDesk::Asked& it) -> PaymentResult {
    charge_here(it.payment);
    town.process().sleep_until(runtime::never);
    return Paid{};
  };
  desk.asked.clear();
  town.process().spawn("customer", [this] { static_cast<void>(extend_here(mine, "e")); });
  town.simulator.run([this] { return !desk.asked.empty(); });
  town.simulator.run_for(50ms);
  town.lose_power();
  town.start();
  town.settle();
  EXPECT_EQ(count("RentalExtended") + 1, at_payment("Charged"));
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(extending(mine), "extended");
  EXPECT_EQ(count("RentalExtended"), 1U);
  EXPECT_EQ(at_payment("Charged"), 2U);
}
TEST_F(ExtendingALoan, ThatIsFreeIsFinishedThoughItsCustomerIsGone) {
  set_terms(1, book, Money::won(0));
  town.run([&] {
    static_cast<void>(engine().run(
        BeginExtension{mine.rental, book, kim, payment_of_extension(kim), Money::won(0), seoul, {}},
        key(kim, "extend_rental", "e").step("begin")));
  });
  EXPECT_EQ(count("RentalExtended"), 1U);
  EXPECT_EQ(end_now(), ends + days{7});
}

}  // namespace
}  // namespace madang::rental
