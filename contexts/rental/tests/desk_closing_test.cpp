// The payment desk while payment is away, slow, or well again: who asks is told at once, and keeps their place.
#include "chassis/ports/zones.hpp"
#include "rental/adapters/inbound/desk_keeper.hpp"
#include "rental/adapters/outbound/guarded_payment_desk.hpp"
#include "rental/tests/shop.hpp"

namespace madang::rental {
namespace {

using chassis::Breaker;

struct TheGuardedDesk : Shop {
  const chassis::BreakerLimits limits;
  const runtime::Duration rest_over = 3 * limits.rest;  // the longest that it is at first
  Breaker breaker{town.process(), limits};
  TestDesk& payment_context = desk;
  GuardedPaymentDesk guarded{payment_context, breaker, town.process()};

  TheGuardedDesk() { lend(100); }

  static PersonId customer(int number) {
    return named<PersonId>("customer " + std::to_string(number));
  }
  std::string rent_there(const PersonId& who) {
    return told_customer(
        rent_book({book, who, price, {"tok_accepted"}, town.now(), town.now() + 8s},
                  key(who, "rent_book", "k"), engine(), engine(), guarded, rules));
  }
  std::string rent_from(const PersonId& who) {
    return town.run([&] { return rent_there(who); });
  }
  RentBook::Rented rented_by(const PersonId& who) {
    return town.run([&] {
      return *rent_book({book, who, price, {"tok_accepted"}, town.now(), town.now() + 8s},
                        key(who, "rent_book", "k"), engine(), engine(), guarded, rules)
                  .value();
    });
  }
  void payment_is_away() {
    payment_context.answer = [](const PaymentDesk::Asked&) { return NotBegun{5}; };
  }
  void payment_answers_after(runtime::Duration time) {
    payment_context.answer = [this, time](const PaymentDesk::Asked& it) {
      town.process().sleep(time);
      return charged(it);
    };
  }
  void keep() {
    DeskKeeper keeper{town.process(), engine(), breaker};
    town.run([&] { keeper.look_once(); });
    town.settle();
  }
  void close_it() {
    payment_is_away();
    for (int number = 0; number < 10; ++number)
      EXPECT_EQ(rent_from(customer(number)), "desk-closed");
    payment_context.asked.clear();
  }
};

TEST_F(TheGuardedDesk, ClosesWhenPaymentIsAwayAndAsksItNoMore) {
  close_it();
  const auto asked = town.now();
  EXPECT_EQ(rent_from(kim), "desk-closed");
  EXPECT_LT(town.now() - asked, 10ms);
  EXPECT_TRUE(payment_context.asked.empty());
}
TEST_F(TheGuardedDesk, ClosesWhenPaymentIsSlowThoughEveryoneHasTheirBook) {
  payment_answers_after(limits.slow_after);
  std::vector<std::function<void()>> all;
  all.reserve(10);
  for (int number = 0; number < 10; ++number)
    all.emplace_back([this, number] { EXPECT_EQ(rent_there(customer(number)), "rented"); });
  town.run_all(all);
  EXPECT_EQ(rent_from(kim), "desk-closed");
}
TEST_F(TheGuardedDesk, PutsWhoMeetsItClosedInLineAndServesThemFirst) {
  close_it();
  EXPECT_EQ(rent_from(kim), "desk-closed");
  EXPECT_EQ(rent_from(kim), "desk-closed");
  EXPECT_EQ(count("LicenceHeld"), 10U);  // of those who came before it closed
  EXPECT_EQ(count("LineJoined"), 1U);
  payment_answers_after(1ms);
  town.pass(rest_over);
  keep();
  EXPECT_EQ(count("LicenceOffered"), 1U);
  EXPECT_EQ(rent_from(kim), "rented");
}
TEST_F(TheGuardedDesk, LetsHoldsStandStillUntilItIsOpenAgain) {
  close_it();
  keep();
  EXPECT_EQ(count("HoldStoodStill"), 10U);
  town.pass(5h);
  EXPECT_EQ(count("HoldLapsed"), 0U);
  EXPECT_EQ(rent_from(kim), "desk-closed");  // a first try, which fails: one hold more
  town.pass(limits.rest_max);
  payment_answers_after(1ms);
  for (int number = 0; number < 3; ++number) EXPECT_EQ(rent_from(customer(number)), "rented");
  keep();
  EXPECT_EQ(count("HoldWentOn"), 11U);
  EXPECT_EQ(count("HoldLapsed"), 0U);
  town.pass(11min);  // who does not come in the time that was left has lost it, as ever
  EXPECT_EQ(count("HoldLapsed"), 8U);
  EXPECT_EQ(rent_from(customer(3)), "hold-lapsed");
}
TEST_F(TheGuardedDesk, LetsHoldsGoOnWhenAFewMayTryItThoughNobodyComes) {
  close_it();
  keep();
  town.pass(rest_over);
  keep();
  EXPECT_EQ(count("HoldWentOn"), 10U);
  town.pass(11min);
  EXPECT_EQ(count("HoldLapsed"), 10U);
}
TEST_F(TheGuardedDesk, LetsWhoComesBackInTimePayThoughTheirHoldWouldLongBeOver) {
  close_it();
  keep();
  town.pass(5h);
  payment_answers_after(1ms);
  for (int number = 0; number < 4; ++number) EXPECT_EQ(rent_from(customer(number)), "rented");
  keep();
  town.pass(7min);
  for (int number = 4; number < 10; ++number) EXPECT_EQ(rent_from(customer(number)), "rented");
  for (const auto& it : payment_context.asked) EXPECT_GT(it.pay_by, town.now() - 1min);
  EXPECT_EQ(count("RentalStarted"), 10U);
}
TEST_F(TheGuardedDesk, AnswersTheSameAgainThoughTheHoldHadGoneOn) {
  close_it();
  keep();
  town.pass(5h);
  payment_answers_after(1ms);
  for (int number = 0; number < 3; ++number) EXPECT_EQ(rent_from(customer(number)), "rented");
  const auto first = rented_by(customer(3)), again = rented_by(customer(3));
  EXPECT_EQ(again.starts, first.starts);
  EXPECT_EQ(again.until, first.until);
}
TEST_F(TheGuardedDesk, AnswersTheSameThoughTheHoldHadGoneOnAndTheMessageStartedTheRental) {
  close_it();
  keep();
  town.pass(5h);
  payment_answers_after(1ms);
  for (int number = 0; number < 3; ++number) EXPECT_EQ(rent_from(customer(number)), "rented");
  keep();
  payment_context.answer = [this](const PaymentDesk::Asked& it) {
    charge_here(it.payment);
    town.process().sleep(1s);  // the process has long started it
    return Paid{};
  };
  const auto first = rented_by(customer(3)), again = rented_by(customer(3));
  EXPECT_EQ(count("RentalConfirmed"), 1U);
  EXPECT_EQ(first.starts, see(first.rental)->rental.starts);
  EXPECT_EQ(first.until, see(first.rental)->rental.until);
  EXPECT_EQ(again.starts, first.starts);
  EXPECT_EQ(again.until, first.until);
}
TEST_F(TheGuardedDesk, CountsTheLoanFromTheDayOnWhichTheHoldWentOnThoughThatWasWhileItWasPaid) {
  const auto their_hold = key(kim, "rent_book", "k").id<HoldId>("hold");
  payment_context.answer = [&](const PaymentDesk::Asked& it) {
    // What another device of theirs is told, under the same key.
    say_here("rental", NotePaymentNotBegun{book, kim, their_hold});
    say_here("rental", StandStill{book, kim, their_hold});
    town.process().sleep(20h);
    say_here("rental", GoOn{book, kim, their_hold});
    return charged(it);
  };
  const auto first = rented_by(kim), again = rented_by(kim);
  EXPECT_EQ(count("HoldWentOn"), 1U);
  EXPECT_EQ(first.until, chassis::end_of_day(first.starts, 7, seoul));
  EXPECT_EQ(first.starts, see(first.rental)->rental.starts);
  EXPECT_EQ(first.until, see(first.rental)->rental.until);
  EXPECT_EQ(again.starts, first.starts);
  EXPECT_EQ(again.until, first.until);
}
TEST_F(TheGuardedDesk, KeepsItsWordWhenItRefusedWhileItWasClosed) {
  close_it();
  const auto dearer = [&] {
    return town.run([&] {
      return told_customer(
          rent_book({book, lee, Money::won(1), {"tok_accepted"}, town.now(), town.now() + 8s},
                    key(lee, "rent_book", "k"), engine(), engine(), guarded, rules));
    });
  };
  EXPECT_EQ(dearer(), "price-changed");
  payment_answers_after(1ms);
  town.pass(limits.rest_max);
  EXPECT_EQ(rent_from(kim), "rented");
  EXPECT_EQ(rent_from(lee), "price-changed");  // under the same key, though for the true price now
}
TEST_F(TheGuardedDesk, SaysNothingElseOfALoanThatIsOverWhileItIsClosed) {
  payment_answers_after(1ms);
  const auto first = rented_by(kim);
  static_cast<void>(return_it({first.rental, book, kim}));
  close_it();
  const auto in_line = count("LineJoined");
  EXPECT_EQ(rent_from(kim), "desk-closed");
  EXPECT_EQ(count("LineJoined"), in_line);  // nor is it to be lent to them anew
  town.pass(11min);
  close_it();
  EXPECT_EQ(rented_by(kim).until, first.until);
}
TEST_F(TheGuardedDesk, PutsWhoseHoldHasStoodStillForADayFirstInLine) {
  close_it();
  keep();
  EXPECT_EQ(rent_from(kim), "desk-closed");
  for (int hour = 0; hour < 25; ++hour) {  // somebody tries it again and again
    town.pass(1h);
    static_cast<void>(rent_from(lee));
    payment_context.asked.clear();
  }
  EXPECT_EQ(count("PutFirstInLine"), 10U);
  EXPECT_GE(cancellations(), 10U);  // nothing was asked for, and nothing will be
  EXPECT_EQ(count("RentalStarted"), 0U);
}
TEST_F(TheGuardedDesk, IsOpenAgainByItselfOnceAFewWereServed) {
  close_it();
  payment_answers_after(1ms);
  town.pass(rest_over);
  for (int number = 0; number < 10; ++number) EXPECT_EQ(rent_from(customer(number)), "rented");
  EXPECT_EQ(town.run([&] { return breaker.state(); }), Breaker::State::closed);
}
TEST_F(TheGuardedDesk, StaysClosedWhenWhoTriesItCannotPay) {
  close_it();
  town.pass(rest_over);
  EXPECT_EQ(rent_from(kim), "desk-closed");
  EXPECT_EQ(payment_context.asked.size(), 1U);
  town.pass(limits.rest / 2);
  EXPECT_EQ(rent_from(kim), "desk-closed");
  EXPECT_EQ(payment_context.asked.size(), 1U);
}
TEST_F(TheGuardedDesk, LetsPeopleReturnCancelReadAndExtendForNothingWhileItIsClosed) {
  const auto nothing = Money::won(0);
  set_terms(100, book, nothing);
  const auto first = rented(kim), second = rented(lee), third = rented(moon);
  close_it();
  EXPECT_FALSE(return_it(first).refused());
  EXPECT_FALSE(cancel_it(second).refused());
  EXPECT_FALSE(open_it(third).refused());
  EXPECT_EQ(town.run([&] {
    return told_customer(extend_loan({third, nothing, std::nullopt, town.now(), town.now() + 8s},
                                     key(moon, "extend_rental", "e"), engine(), guarded, rules));
  }),
            "extended");
  EXPECT_TRUE(payment_context.asked.empty());
}
TEST_F(TheGuardedDesk, IsNotClosedByOnePaymentThatStaysUnknownHoweverOftenItIsAskedFor) {
  payment_context.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  for (int time = 0; time < 30; ++time) EXPECT_EQ(rent_from(kim), "payment-unsettled");
  payment_answers_after(1ms);
  EXPECT_EQ(rent_from(lee), "rented");
}
TEST_F(TheGuardedDesk, ClosesWhenManyPaymentsStayUnknown) {
  payment_context.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  for (int number = 0; number < 10; ++number)
    EXPECT_EQ(rent_from(customer(number)), "payment-unsettled");
  EXPECT_EQ(rent_from(kim), "desk-closed");
}
TEST_F(TheGuardedDesk, StaysOpenWhenCardsAreDeclined) {
  payment_context.answer = [](const PaymentDesk::Asked&) { return Declined{}; };
  for (int number = 0; number < 30; ++number)
    EXPECT_EQ(rent_from(customer(number)), "payment-declined");
}

}  // namespace
}  // namespace madang::rental
