// What holds whatever payment, the customers and the electricity do, for many courses of events.
#include "rental/tests/shop.hpp"

namespace madang::rental {
namespace {

struct AnyLuck : Shop {
  explicit AnyLuck(std::uint64_t seed) : Shop{seed} {}
  void TestBody() override {}

  std::uint64_t chance(std::uint64_t of) { return town.process().random_below(of); }
  runtime::Duration a_while() { return std::chrono::seconds{chance(900)}; }

  void charge_later(const PaymentId& it) {
    town.process().spawn("provider", [this, it, wait = a_while()] {
      town.process().sleep(wait);
      charge_here(it);
    });
  }
  PaymentResult any_answer(const PaymentDesk::Asked& it) {
    switch (chance(7)) {
      case 0: return NotBegun{5};
      case 1: return NotKnownYet{};  // and nothing will ever come of it
      case 2: charge_later(it.payment); return NotKnownYet{};
      case 3: charge_here(it.payment); return NoAnswerFromDesk{};
      case 4: {
        const auto settled = settled_.contains(it.payment);
        if (!settled) say_here("payment", till::Refuse{it.payment});
        return settled ? PaymentResult{NotKnownYet{}} : PaymentResult{Declined{}};
      }
      default: {
        charge_here(it.payment);
        settled_.insert(it.payment);
        town.process().sleep(a_while() / 3);
        return Paid{};
      }
    }
  }
  void customer(int number) {
    const auto who = named<PersonId>("customer " + std::to_string(number));
    for (int visit = 0; visit < 3; ++visit) {
      town.process().sleep(a_while());
      const auto key = "k" + std::to_string(chance(2));
      try {
        const auto answer = rent_here(who, key);
        if (answer.value() && chance(2) == 0) change_mind({answer.value()->rental, book, who});
      } catch (const chassis::Unavailable&) {
      }
    }
  }
  void change_mind(const OwnRental& it) {
    static_cast<void>(runtime::wait_for(
        town.process(),
        cancel_rental(it, key(it.customer, "cancel_rental", it.rental.text()), engine(), rules)));
  }
  void live() {
    desk.answer = [this](const PaymentDesk::Asked& it) { return any_answer(it); };
    lend(2);
    for (int day = 0; day < 3; ++day) {
      for (int number = 0; number < 6; ++number)
        town.process().spawn("customer", [this, number] { customer(number); });
      town.simulator.run_for(std::chrono::minutes{10 + chance(50)});
      town.lose_power();
      town.start();
      town.settle();
    }
    town.pass(std::chrono::hours{5});  // longer than any wait of a process
  }

 private:
  std::set<PaymentId> settled_;  // asked before, and not to be declined any more
};

TEST(WhateverHappens, EachPaymentHasOneRentalOrIsGivenBackAndEveryHoldEnds) {
  std::size_t rentals = 0, given_back = 0, late = 0, lapsed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    AnyLuck shop{seed};
    shop.live();
    const auto started = shop.count("RentalStarted");
    EXPECT_EQ(shop.count("LicenceHeld"),
              started + shop.count("HoldReleased") + shop.count("HoldLapsed"));
    EXPECT_EQ(shop.at_payment("Charged") + shop.count("RentalCancelled"),
              started + shop.paid_back());
    EXPECT_TRUE(shop.town.run([&] { return shop.engine().parked(); }).empty());
    rentals += started;
    given_back += shop.paid_back();
    late += shop.at_payment("LateChargeReturned");
    lapsed += shop.count("HoldLapsed");
  }
  // All of it was tried.
  EXPECT_GT(rentals, 0U);
  EXPECT_GT(given_back, 0U);
  EXPECT_GT(late, 0U);
  EXPECT_GT(lapsed, 0U);
}

}  // namespace
}  // namespace madang::rental
