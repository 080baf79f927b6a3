// A person is forgotten while they have books, holds, places in line and money on its way: everything ends in
// its order, whatever is killed meanwhile, and nothing of them can be read afterwards.
#include "tests/erasure/shop.hpp"

#include <algorithm>

namespace madang::erasure {
namespace {

using identity::ErasureState;

struct BeingErased : ::testing::Test {
  Shop shop;

  BeingErased() { shop.registers(); }
  void time_passes(runtime::Duration time) { shop.town.pass(time); }
  ErasureState state() { return shop.erasure().value().state; }
};

TEST_F(BeingErased, TakesMomentsForWhoHasNothingOpen) {
  EXPECT_TRUE(shop.can_read_their_name());
  shop.asks_to_be_erased();
  time_passes(30s);
  EXPECT_EQ(state(), ErasureState::done);
  EXPECT_TRUE(shop.is_erased(*shop.owned));
  EXPECT_TRUE(shop.is_erased(*shop.pulled));
  EXPECT_FALSE(shop.can_read_their_name());
}
TEST_F(BeingErased, EndsLoansAtOnceAndPaysBackWhatWasNeverOpened) {
  shop.rents("opened");
  shop.opens("opened");
  shop.rents("unopened");
  shop.asks_to_be_erased();
  EXPECT_EQ(shop.ended("opened"), "returned");
  EXPECT_EQ(shop.ended("unopened"), "cancelled");

  time_passes(std::chrono::days{2});  // the provider has not given the money back yet
  EXPECT_EQ(state(), ErasureState::ending_business);
  EXPECT_FALSE(shop.is_erased(*shop.owned));
  shop.is_paid_back("unopened");
  time_passes(30s);
  EXPECT_EQ(state(), ErasureState::done);
}
TEST_F(BeingErased, WaitsForAPaymentThatIsUnknown) {
  shop.lends(named<EditionId>("paid for"));
  EXPECT_FALSE(shop.holds("paid for").refused());
  shop.begins_to_pay("paid for");
  shop.asks_to_be_erased();
  time_passes(std::chrono::days{1});
  EXPECT_EQ(state(), ErasureState::ending_business);

  shop.is_charged("paid for");  // after all: nobody waits for it any more
  time_passes(std::chrono::hours{2});
  EXPECT_EQ(state(), ErasureState::ending_business);
  EXPECT_EQ(shop.ended("paid for"), "never lent");
  shop.is_paid_back("paid for");
  time_passes(1min);
  EXPECT_EQ(state(), ErasureState::done);
}
TEST_F(BeingErased, LendsNothingForAChargeThatLandsWhileTheHoldStillStands) {
  shop.lends(named<EditionId>("book"));
  EXPECT_FALSE(shop.holds("book").refused());
  shop.begins_to_pay("book");
  shop.asks_to_be_erased();
  shop.is_charged("book");
  EXPECT_EQ(shop.ended("book"), "never lent");
  time_passes(std::chrono::hours{1});
  EXPECT_EQ(state(), ErasureState::ending_business);
  shop.is_paid_back("book");
  time_passes(1min);
  EXPECT_EQ(state(), ErasureState::done);
}
TEST(APersonsErasure, WaitsForNoLongerThanItMay) {
  Shop shop{1, std::chrono::hours{1}};
  shop.registers();
  shop.rents("unopened");
  shop.asks_to_be_erased();
  shop.town.pass(std::chrono::days{28});
  EXPECT_EQ(shop.erasure()->state, ErasureState::ending_business);
  shop.town.pass(std::chrono::days{1});
  EXPECT_EQ(shop.erasure()->state, ErasureState::done);
  EXPECT_LT(shop.erasure()->done_at.value(), shop.erasure()->at_latest);
  shop.is_paid_back("unopened");  // all the same
  EXPECT_EQ(shop.town.told("payment", "madang.payment.v1.PaymentCancelled"), 1U);
}
TEST_F(BeingErased, GivesUpPlacesInLineAndPassesOffersOn) {
  shop.rents("wanted", lee);
  const auto wanted = named<EditionId>("wanted");
  EXPECT_FALSE(shop.give("rental", rental::JoinLine{wanted, kim}).refused());
  shop.asks_to_be_erased();
  EXPECT_EQ(shop.town.count("rental", "LineLeft"), 1U);
  shop.happens("rental", rental::ReturnBook{Shop::rental_of("wanted"), wanted, lee});
  EXPECT_EQ(shop.town.told("rental", "madang.rental.v1.LicenceOffered"), 0U);
}
TEST_F(BeingErased, BeginsNothingNew) {
  shop.lends(named<EditionId>("book"));
  shop.asks_to_be_erased();
  EXPECT_TRUE(shop.holds("book").refused_because<rental::because::account_closing>());
  EXPECT_TRUE(shop.give("rental", rental::JoinLine{named<EditionId>("book"), kim})
                  .refused_because<rental::because::account_closing>());
  EXPECT_TRUE(
      shop.give("customer", customer::ChangeProfile{kim, {kim, "x"}, customer::Language::ko, 1})
          .refused_because<customer::because::account_closing>());
  EXPECT_TRUE(shop.give("identity", identity::GiveRole{kim, identity::Role::book_manager, lee})
                  .refused_because<identity::because::person_unknown>());
}
TEST_F(BeingErased, FreesTheAddressForANewAccount) {
  EXPECT_TRUE(shop.give("identity", identity::RegisterPerson{lee,
                                                             {kims_fingerprint},
                                                             {lee, "x"},
                                                             {lee, "x"},
                                                             {lee, "x"},
                                                             identity::Language::en})
                  .refused());
  shop.asks_to_be_erased();
  time_passes(30s);
  shop.registers(lee);
  EXPECT_EQ(shop.town.count("identity", "PersonRegistered"), 2U);
}
TEST_F(BeingErased, DestroysIdentitysOwnKeyLast) {
  EXPECT_TRUE(shop.can_read_their_name());
  shop.keys_of_customer.away = 1'000'000;
  shop.happens("identity", identity::AskErasure{kim});
  shop.town.simulator.run_for(std::chrono::days{2});
  EXPECT_EQ(state(), ErasureState::destroying_keys);
  EXPECT_FALSE(shop.is_erased(*shop.owned));
  shop.keys_of_customer.away = 0;
  time_passes(5min);
  EXPECT_EQ(state(), ErasureState::done);
}
TEST_F(BeingErased, LeavesNothingThatCouldBeRead) {
  EXPECT_TRUE(shop.can_read_their_name());
  const auto wrapped = shop.wrapped_keys();
  ASSERT_EQ(wrapped.size(), 2U);  // identity's and customer's
  for (const auto& key : wrapped) EXPECT_TRUE(shop.has_on_disk(key));
  shop.asks_to_be_erased();
  time_passes(30s);
  ASSERT_TRUE(shop.is_forgotten());
  for (const auto& key : wrapped) EXPECT_FALSE(shop.has_on_disk(key));
  EXPECT_FALSE(shop.has_on_disk(kims_address));
  EXPECT_FALSE(shop.has_on_disk(kims_name));
}
TEST_F(BeingErased, KeepsAmountsAndDatesUnderThePseudonymousId) {
  shop.rents("opened");
  shop.opens("opened");
  shop.asks_to_be_erased();
  time_passes(30s);
  ASSERT_TRUE(shop.is_forgotten());
  const auto started = shop.town.messages("rental", "madang.rental.v1.RentalStarted");
  ASSERT_EQ(started.size(), 1U);
  EXPECT_NE(started[0].payload.find(kim.text()), std::string::npos);
  EXPECT_NE(started[0].payload.find("3000"), std::string::npos);
}

// The power fails at any moment, again and again, and everything still happens once.
TEST(APersonsErasure, SurvivesEveryLossOfPower) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Shop shop{seed};
    shop.registers();
    shop.rents("opened");
    shop.opens("opened");
    shop.rents("unopened");
    EXPECT_TRUE(shop.can_read_their_name());
    const auto wrapped = shop.wrapped_keys();
    EXPECT_FALSE(shop.give("identity", identity::AskErasure{kim}).refused());
    for (int failure = 0; failure < 12; ++failure) {
      const auto most = failure < 8 ? 30'000U : 8'000'000U;  // microseconds: most steps take few
      shop.town.simulator.run_for(std::chrono::microseconds{shop.town.simulator.random() % most});
      shop.lose_power();
      if (failure == 9) shop.is_paid_back("unopened");
    }
    shop.town.pass(2min);
    ASSERT_TRUE(shop.is_forgotten());
    for (const auto* once : {"ErasureAsked", "PersonErased", "LastKeyDue", "PersonForgotten"})
      EXPECT_EQ(shop.town.count("identity", once), 1U) << once;
    EXPECT_EQ(shop.town.count("customer", "KeyDestroyed"), 1U);
    EXPECT_EQ(shop.town.count("rental", "RentalCancelled"), 1U);
    EXPECT_EQ(shop.town.count("rental", "BookReturned"), 1U);
    EXPECT_EQ(shop.town.count("payment", "ChargeReturned"), 1U);
    for (const auto& key : wrapped) EXPECT_FALSE(shop.has_on_disk(key));
  }
}

}  // namespace
}  // namespace madang::erasure
