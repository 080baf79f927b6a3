#include "chassis/testing/golden.hpp"
#include "contracts/messages/rental_v1.hpp"
#include "rental/tests/shop.hpp"

namespace madang::rental {
namespace {

struct RentingABook : Shop {
  RentingABook() { lend(1); }
};

TEST_F(RentingABook, IsPaidForAndThenOnLoan) {
  const auto answer = rent(kim, "k");
  ASSERT_TRUE(answer.value());
  const auto& it = *answer.value();
  EXPECT_EQ(it.price, price);
  EXPECT_GT(it.until, it.starts + std::chrono::days{7});
  ASSERT_EQ(desk.asked.size(), 1U);
  EXPECT_EQ(desk.asked[0].payment, it.payment);
  EXPECT_EQ(desk.asked[0].amount, price);
  EXPECT_EQ(desk.asked[0].pay_by, it.starts + 8min);
  const auto seen = see(it.rental);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->rental.until, it.until);
  EXPECT_EQ(seen->rental.state, RentalState::on_loan);
  EXPECT_EQ(seen->cancellable_until, it.starts + std::chrono::days{7});
  EXPECT_EQ(told("madang.rental.v1.RentalStarted"), 1U);
}
TEST_F(RentingABook, AgainUnderTheSameKeyAfterALostAnswerAnswersTheSame) {
  const auto first = rent(kim, "k");
  town.pass(1h);
  const auto again = rent(kim, "k");
  ASSERT_TRUE(first.value() && again.value());
  EXPECT_EQ(chassis::encode(*first.value()), chassis::encode(*again.value()));
  EXPECT_EQ(count("RentalStarted"), 1U);
  EXPECT_EQ(at_payment("Charged"), 1U);
}
TEST_F(RentingABook, AgainUnderTheSameKeyAnswersTheSameThoughItWasPaidBackSince) {
  const auto first = rent(kim, "k");
  town.pass(1h);
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  const auto again = rent(kim, "k");
  ASSERT_TRUE(first.value() && again.value());
  EXPECT_EQ(chassis::encode(*first.value()), chassis::encode(*again.value()));
}
TEST_F(RentingABook, AHundredTimesAtOnceHasOneEffectAndOneAnswer) {
  std::set<std::string> answers;
  std::vector<std::function<void()>> clients;
  for (int i = 0; i < 100; ++i)
    clients.emplace_back([&] {
      const auto answer = rent_here(kim, "k");
      ASSERT_TRUE(answer.value()) << told_customer(answer);
      answers.insert(chassis::encode(*answer.value()));
    });
  town.run_all(clients);
  EXPECT_EQ(answers.size(), 1U);
  EXPECT_EQ(count("LicenceHeld"), 1U);
  EXPECT_EQ(count("RentalStarted"), 1U);
  EXPECT_EQ(at_payment("Charged"), 1U);
}
TEST_F(RentingABook, OfFiftyCustomersAtOnceGoesToOne) {
  std::map<std::string, int> answers;
  std::vector<std::function<void()>> clients;
  for (int i = 0; i < 50; ++i)
    clients.emplace_back([&, customer = named<PersonId>("customer " + std::to_string(i))] {
      ++answers[told_customer(rent_here(customer, "k"))];
    });
  town.run_all(clients);
  EXPECT_EQ(answers, (std::map<std::string, int>{{"rented", 1}, {"no-licence-free", 49}}));
  EXPECT_EQ(count("RentalStarted"), 1U);
  EXPECT_EQ(at_payment("Charged"), 1U);
}
TEST_F(RentingABook, ForAPriceThatHasChangedHoldsNothing) {
  EXPECT_EQ(told_customer(rent(kim, "k", higher)), "price-changed");
  EXPECT_EQ(count("LicenceHeld"), 0U);
  EXPECT_TRUE(desk.asked.empty());
}

// ---- declined, closed, cancelled

TEST_F(RentingABook, ThatIsDeclinedFreesTheLicenceAtOnce) {
  desk.answer = [this](const PaymentDesk::Asked& it) {
    say_here("payment", till::Refuse{it.payment});
    return Declined{};
  };
  EXPECT_EQ(renting(kim, "k"), "payment-declined");
  EXPECT_EQ(count("HoldReleased"), 1U);
  town.pass(15min);
  EXPECT_EQ(renting(kim, "k"), "payment-declined");  // also after the hold would have ended
  EXPECT_EQ(cancellations(), 0U);
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(renting(lee, "l"), "rented");
}
TEST_F(RentingABook, GoesOnUnderTheSameKeyWhenTheDeskOpensAgain) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{5}; };
  const auto closed = rent(kim, "k");
  ASSERT_TRUE(closed.refused_because<because::desk_closed>());
  EXPECT_EQ(closed.refused_because<because::desk_closed>()->retry_after_seconds, 5);
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(renting(kim, "k"), "rented");
  EXPECT_EQ(count("LicenceHeld"), 1U);
}
TEST_F(RentingABook, IsNotSaidToHaveLapsedOnceDeclinedThoughTheDeskIsClosed) {
  desk.answer = [](const PaymentDesk::Asked&) { return Declined{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-declined");
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{5}; };
  town.pass(10min);
  EXPECT_EQ(renting(kim, "k"), "desk-closed");
  desk.answer = [](const PaymentDesk::Asked&) { return Declined{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-declined");
}
TEST_F(RentingABook, ThatIsTooLateToPayFreesTheLicenceAndSaysTheSameOnceThePaymentIsUndone) {
  desk.answer = [](const PaymentDesk::Asked&) { return TooLateToPay{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-cancelled");
  EXPECT_EQ(count("HoldReleased"), 1U);
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-cancelled");
}
TEST_F(RentingABook, HasLapsedWhenItIsTooLateToPayForWhatIsNotHeldAnyMore) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  town.pass(11min);
  desk.answer = [](const PaymentDesk::Asked&) { return TooLateToPay{}; };
  EXPECT_EQ(renting(kim, "k"), "hold-lapsed");
}
TEST_F(RentingABook, SaysThatThePaymentWasCancelledAndSaysSoAgain) {
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-cancelled");
  town.pass(15min);
  EXPECT_EQ(renting(kim, "k"), "payment-cancelled");
}
TEST_F(RentingABook, HasLapsedWhenItsPaymentWasCancelledForThat) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  town.pass(11min);
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(renting(kim, "k"), "hold-lapsed");
}

// ---- unknown is a state

TEST_F(RentingABook, GoesOnUnderTheSameKeyWhereAnUnknownPaymentLeftIt) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  const auto unknown = rent(kim, "k");
  ASSERT_TRUE(unknown.refused_because<because::payment_unsettled>());
  EXPECT_EQ(renting(kim, "another"), "payment-pending");
  EXPECT_EQ(renting(lee, "l"), "no-licence-free");
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(renting(kim, "k"), "rented");
}
TEST_F(RentingABook, IsFinishedWithoutTheCustomerWhenPaymentSaysLaterThatItIsCaptured) {
  desk.answer = [](const PaymentDesk::Asked&) { return NoAnswerFromDesk{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  town.pass(5min);
  charge(payment_of(kim, "k"));
  EXPECT_EQ(count("RentalStarted"), 1U);
  desk.answer = [](const PaymentDesk::Asked&) { return Paid{}; };
  EXPECT_EQ(renting(kim, "k"), "rented");  // the customer, back again, gets that same rental
  EXPECT_EQ(count("RentalStarted"), 1U);
  town.pass(1h);
  EXPECT_EQ(cancellations(), 0U);
}
TEST_F(RentingABook, IsStartedOnceThoughTheMessageIsThereBeforeTheCaller) {
  desk.answer = [this](const PaymentDesk::Asked& it) {
    charge_here(it.payment);
    town.process().sleep(30s);  // the process has long started it
    return Paid{};
  };
  const auto answer = rent(kim, "k");
  ASSERT_TRUE(answer.value());
  EXPECT_EQ(see(answer.value()->rental)->rental.until, answer.value()->until);
  EXPECT_EQ(count("RentalStarted"), 1U);
}
TEST_F(RentingABook, IsStartedOnceThoughTheMessageComesAfterTheCaller) {
  desk.answer = [](const PaymentDesk::Asked&) { return Paid{}; };
  EXPECT_EQ(renting(kim, "k"), "rented");
  charge(payment_of(kim, "k"));
  EXPECT_EQ(count("RentalStarted"), 1U);
  EXPECT_EQ(cancellations(), 0U);
}
TEST_F(RentingABook, IsCancelledAtPaymentWhenTheHoldIsOverAndALateChargeGoesBackOnce) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  town.pass(11min);
  EXPECT_EQ(count("HoldLapsed"), 1U);
  EXPECT_EQ(cancellations(), 1U);
  charge(payment_of(kim, "k"));
  town.pass(3h);
  EXPECT_EQ(at_payment("LateChargeReturned"), 1U);
  EXPECT_EQ(count("RentalStarted"), 0U);
  EXPECT_EQ(cancellations(), 1U);
  desk.answer = [](const PaymentDesk::Asked&) { return PaymentUndone{}; };
  EXPECT_EQ(renting(kim, "k"), "hold-lapsed");
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(renting(kim, "new key"), "rented");
}
TEST_F(RentingABook, IsPaidBackOnceWhenPaymentSaysPaidAfterTheHoldIsOver) {
  desk.answer = [this](const PaymentDesk::Asked& it) {
    town.process().sleep(11min);
    return charged(it);
  };
  EXPECT_EQ(renting(kim, "k"), "hold-lapsed");
  town.pass(3h);
  EXPECT_EQ(count("RentalStarted"), 0U);
  EXPECT_EQ(at_payment("Charged"), 0U);
  EXPECT_EQ(at_payment("LateChargeReturned"), 1U);
}
TEST_F(RentingABook, WasThereAllTheTimeThoughNobodyCouldTellTheCustomer) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  charge(payment_of(kim, "k"));
  town.pass(11min);
  EXPECT_EQ(renting(kim, "k"), "rented");
}
TEST_F(RentingABook, CannotBeSaidToHaveLapsedWhilePaymentDoesNotAnswer) {
  desk.answer = [](const PaymentDesk::Asked&) { return NoAnswerFromDesk{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  town.pass(11min);
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
}
TEST_F(RentingABook, CannotBeSaidToHaveLapsedWhileItsPaymentIsNotKnown) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  town.pass(11min);
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  desk.answer = [](const PaymentDesk::Asked&) { return Declined{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-declined");
}
TEST_F(RentingABook, IsPaidBackWhenTheHoldWasReleasedMeanwhile) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  EXPECT_EQ(renting(kim, "k"), "payment-unsettled");
  const auto request = key(kim, "rent_book", "k");
  town.run([&] {
    static_cast<void>(engine().run(ReleaseHold{book, kim, request.id<HoldId>("hold")},
                                   key(lee, "operator", "1").step("release")));
  });
  charge(payment_of(kim, "k"));
  EXPECT_EQ(cancellations(), 1U);
  EXPECT_EQ(at_payment("Undone"), 1U);
  EXPECT_EQ(count("RentalStarted"), 0U);
}
TEST_F(RentingABook, IsFinishedAfterThePowerWasLostBetweenChargeAndStart) {
  desk.answer = [this](const PaymentDesk::Asked& it) -> PaymentResult {
    charge_here(it.payment);
    town.process().sleep_until(runtime::never);
    return Paid{};
  };
  town.process().spawn("customer", [this] { static_cast<void>(rent_here(kim, "k")); });
  town.simulator.run([this] { return !desk.asked.empty(); });
  town.simulator.run_for(50ms);
  town.lose_power();
  town.start();
  town.settle();
  EXPECT_EQ(count("RentalStarted"), at_payment("Charged"));
  desk.answer = [this](const PaymentDesk::Asked& it) { return charged(it); };
  EXPECT_EQ(renting(kim, "k"), "rented");
  EXPECT_EQ(count("RentalStarted"), 1U);
  EXPECT_EQ(at_payment("Charged"), 1U);
}

// ---- while it is on loan

struct ALoan : Shop {
  ALoan() { lend(1); }
};

TEST_F(ALoan, EndsByItselfAndItsLicenceIsFreeInThatMoment) {
  const auto mine = rented(kim);
  EXPECT_EQ(renting(lee, "early"), "no-licence-free");
  town.pass(std::chrono::days{8});
  EXPECT_EQ(count("RentalExpired"), 1U);
  EXPECT_EQ(see(mine.rental)->rental.state, RentalState::expired);
  EXPECT_TRUE(return_it(mine).refused_because<because::not_on_loan>());
  EXPECT_TRUE(open_it(mine).refused_because<because::not_on_loan>());
  EXPECT_EQ(renting(lee, "late"), "rented");
}
TEST_F(ALoan, ThatIsReturnedFreesItsLicenceAtOnce) {
  const auto mine = rented(kim);
  EXPECT_FALSE(return_it(mine).refused());
  EXPECT_FALSE(return_it(mine).refused());  // the same request again
  EXPECT_TRUE(return_it(mine, "another").refused_because<because::not_on_loan>());
  EXPECT_EQ(see(mine.rental)->rental.state, RentalState::returned);
  EXPECT_EQ(renting(lee, "l"), "rented");
  town.pass(std::chrono::days{9});
  EXPECT_EQ(count("RentalExpired"), 1U);  // lee's
  EXPECT_EQ(cancellations(), 0U);
}
TEST_F(ALoan, ThatIsCancelledIsPaidBackOnce) {
  const auto mine = rented(kim);
  EXPECT_FALSE(cancel_it(mine).refused());
  const auto again = cancel_it(mine);
  ASSERT_TRUE(again.find<RentalCancelled>());
  town.pass(3h);
  EXPECT_EQ(cancellations(), 1U);
  EXPECT_EQ(at_payment("Undone"), 1U);
  EXPECT_EQ(see(mine.rental)->rental.state, RentalState::cancelled);
}
TEST_F(ALoan, TellsWhenItWasReturnedOrCancelled) {
  const auto returned = rented(kim);
  town.pass(5h);
  const auto noon = town.now();
  EXPECT_FALSE(return_it(returned).refused());
  const auto cancelled = rented(lee);
  town.pass(3h);
  const auto evening = town.now();
  EXPECT_FALSE(cancel_it(cancelled).refused());
  town.pass(24h);
  const auto back = town.messages("rental", "madang.rental.v1.BookReturned");
  const auto off = town.messages("rental", "madang.rental.v1.RentalCancelled");
  ASSERT_EQ(back.size(), 1U);
  ASSERT_EQ(off.size(), 1U);
  const auto back_at = chassis::decode<v1::BookReturned>(back[0].payload).at;
  const auto off_at = chassis::decode<v1::RentalCancelled>(off[0].payload).at;
  EXPECT_TRUE(back_at >= noon && back_at < noon + 1min);
  EXPECT_TRUE(off_at >= evening && off_at < evening + 1min);
}
TEST_F(ALoan, ThatWasOpenedCannotBeCancelled) {
  const auto mine = rented(kim);
  const auto opened_at = town.now();
  const auto first = open_it(mine);
  ASSERT_TRUE(first.find<LinkGiven>());
  EXPECT_EQ(first.find<LinkGiven>()->sha256, sha256);
  EXPECT_GE(first.find<LinkGiven>()->until, opened_at + rules.link_lasts);
  town.pass(1min);
  EXPECT_EQ(open_it(mine).find<LinkGiven>()->until, first.find<LinkGiven>()->until);
  EXPECT_GT(open_it(mine, "another").find<LinkGiven>()->until, first.find<LinkGiven>()->until);
  EXPECT_EQ(count("BookOpened"), 1U);
  EXPECT_TRUE(cancel_it(mine).refused_because<because::already_opened>());
  EXPECT_TRUE(see(mine.rental)->rental.opened_at);
  EXPECT_FALSE(see(mine.rental)->cancellable_until);
}
TEST_F(ALoan, IsNobodyElses) {
  auto mine = rented(kim);
  mine.customer = lee;
  EXPECT_TRUE(open_it(mine).refused_because<because::rental_unknown>());
  EXPECT_TRUE(return_it(mine).refused_because<because::rental_unknown>());
  EXPECT_TRUE(cancel_it(mine).refused_because<because::rental_unknown>());
}
TEST_F(ALoan, OfATenthBookIsTheLast) {
  for (int i = 0; i < 11; ++i) {
    const auto edition = named<EditionId>("edition " + std::to_string(i));
    lend(1, edition);
    const auto answer = told_customer(rent(kim, "k" + std::to_string(i), price, edition));
    EXPECT_EQ(answer, i < 10 ? "rented" : "too-many-borrowed");
  }
}

// ---- the catalog

using AnEdition = Shop;

TEST_F(AnEdition, CanBeRentedOnceItsFileIsHere) {
  catalog_says(registry::TermsGiven{book, price, 7, 1, 0, std::nullopt});
  EXPECT_EQ(renting(kim, "before"), "edition-not-rentable");
  files.unavailable = 3;
  catalog_says(registry::FileGiven{book, sha256, 250'000});
  town.pass(1min);
  EXPECT_EQ(files.fetched, std::set{sha256});
  EXPECT_EQ(renting(kim, "after"), "rented");
}
TEST_F(AnEdition, WithAFileThatIsNotAsSaidStaysAsItIsAndShowsUp) {
  files.corrupt = true;
  lend(1);
  EXPECT_EQ(renting(kim, "k"), "edition-not-rentable");
  EXPECT_EQ(town.run([&] { return engine().parked(); }).size(), 1U);
}
TEST_F(AnEdition, ThatIsWithdrawnIsLentNoMoreAndItsLoansGoOn) {
  lend(2);
  const auto mine = rented(kim);
  catalog_says(registry::Withdrawn{book});
  EXPECT_EQ(renting(lee, "l"), "edition-withdrawn");
  EXPECT_TRUE(open_it(mine).find<LinkGiven>());
}
TEST_F(AnEdition, IsUnknownBeforeTheCatalogHasSpokenOfIt) {
  EXPECT_EQ(renting(kim, "k"), "edition-unknown");
}
TEST_F(AnEdition, TellsHowManyOfItCanBeRented) {
  lend(1);
  EXPECT_EQ(told("madang.rental.v1.AvailabilityChanged"), 1U);
  rented(kim);  // held: none is free; lent: when the next is expected
  EXPECT_EQ(told("madang.rental.v1.AvailabilityChanged"), 3U);
}

TEST(StoredForms, AreThoseThatWereShipped) {
  testing::expect_golden(*rental_context(), "contexts/rental/tests/golden_forms.txt");
}

}  // namespace
}  // namespace madang::rental
