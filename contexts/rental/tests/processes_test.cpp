#include <set>

#include "rental/application/refund_cancelled_rental.hpp"
#include "rental/application/see_customer_off.hpp"
#include "rental/application/settle_rental_payment.hpp"
#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;
using testing::in, testing::starting;

using Settle = SettleRentalPayment;
const Settle::AwaitingPayment awaiting{held};
const Settle::Starting starting_it{held, ask_again_at(noon + 1min, 0, payment)};
const Settle::Cancelling cancelling{payment, 1, ask_again_at(hold_ends, 0, payment)};
const CancelPayment too_late{payment, UndoReason::too_late};
const PaymentCaptured captured{payment, price, noon};
const PaymentDeclined declined{payment, payment::v1::DeclineReason::card_declined};
const PaymentCancelled cancelled{payment, payment::v1::CancelledHow::refunded, price};
const ReleaseHold release{book, kim, hold};

TEST(SettlingARentalsPayment, BeginsWithTheHoldAndEndsWithTheRental) {
  starting<Settle>().at(noon).hearing(held).goes_to(awaiting).asks().tells();
  EXPECT_EQ(awaiting.deadline(), hold_ends);
  in<Settle>(awaiting).at(noon).hearing(started).goes_to(Settle::Settled{}).asks().tells();
}
TEST(SettlingARentalsPayment, StartsTheRentalWhenItIsPaidAndTheCustomerIsGone) {
  in<Settle>(awaiting).at(noon + 1min).hearing(captured).goes_to(starting_it).asks(start).tells();
  in<Settle>(starting_it)
      .at(noon + 1min)
      .hearing(started)
      .goes_to(Settle::Settled{})
      .asks()
      .tells();
}
TEST(SettlingARentalsPayment, AsksOnceMoreWhenNobodySaysThatItStarted) {
  in<Settle>(starting_it)
      .at(noon + 2min)
      .hearing(TimeIsUp{})
      .goes_to(Settle::Starting{held, ask_again_at(noon + 2min, 0, payment)})
      .asks(start)
      .tells();
}
TEST(SettlingARentalsPayment, CountsTheLoanAnewWhenItsHoldWentOnMeanwhile) {
  auto after_midnight = held;
  after_midnight.since = july(1) + 15h;
  const Settle::Starting again{after_midnight, ask_again_at(july(1) + 15h, 0, payment)};
  in<Settle>(starting_it)
      .at(july(1) + 15h)
      .hearing(because::hold_went_on{july(1) + 15h})
      .goes_to(again)
      .asks(StartRental{rental, book, kim, hold, payment, loan_ends + 24h, july(1) + 15h})
      .tells();
}
TEST(SettlingARentalsPayment, FreesTheHoldWhenItIsDeclinedOrCancelled) {
  in<Settle>(awaiting).at(noon).hearing(declined).goes_to(Settle::Settled{}).asks(release).tells();
  in<Settle>(awaiting).at(noon).hearing(cancelled).goes_to(Settle::Settled{}).asks(release).tells();
}
TEST(SettlingARentalsPayment, CancelsThePaymentWhenTheHoldIsOver) {
  in<Settle>(awaiting).at(hold_ends).hearing(TimeIsUp{}).goes_to(cancelling).asks().tells(too_late);
  in<Settle>(starting_it)
      .at(hold_ends)
      .hearing(because::hold_lapsed{})
      .goes_to(cancelling)
      .asks()
      .tells(too_late);
}
TEST(SettlingARentalsPayment, KeepsAskingUntilPaymentHasSaidHowItEnded) {
  in<Settle>(cancelling)
      .at(cancelling.deadline())
      .hearing(TimeIsUp{})
      .goes_to(Settle::Cancelling{payment, 2, ask_again_at(cancelling.deadline(), 1, payment)})
      .asks()
      .tells(too_late);
  in<Settle>(cancelling).at(july(2)).hearing(cancelled).goes_to(Settle::Settled{}).asks().tells();
  in<Settle>(cancelling).at(july(2)).hearing(declined).goes_to(Settle::Settled{}).asks().tells();
}
TEST(AskingAgain, WaitsAboutTwiceAsLongEachTimeAndAnHourAtMost) {
  const auto expect_about = [](Instant asks, std::chrono::minutes pause) {
    EXPECT_LE(asks, noon + pause);
    EXPECT_GT(asks, noon + pause * 3 / 4 - 1ms);
  };
  expect_about(ask_again_at(noon, 0, payment), 1min);
  expect_about(ask_again_at(noon, 5, payment), 32min);
  expect_about(ask_again_at(noon, 6, payment), 60min);
  expect_about(ask_again_at(noon, 1'000'000, payment), 60min);
}
TEST(AskingAgain, ScattersThoseWhoBeganToWaitTogetherAndEachAlwaysTheSame) {
  std::set<Instant> asked;
  for (int number = 0; number < 100; ++number)
    asked.insert(ask_again_at(noon, 6, "payment " + std::to_string(number)));
  EXPECT_GT(asked.size(), 95U);
  EXPECT_GT(*asked.rbegin() - *asked.begin(), 12min);
  EXPECT_EQ(ask_again_at(noon, 6, "payment 7"), ask_again_at(noon, 6, "payment 7"));
}

TEST(RefundingACancelledRental, AsksUntilPaymentHasSaidThatItIsUndone) {
  using Refund = RefundCancelledRental;
  const CancelPayment undo{payment, UndoReason::customer_cancelled};
  const Refund::Refunding refunding{payment, 1, ask_again_at(noon, 0, payment)};
  starting<Refund>()
      .at(noon)
      .hearing(RentalCancelled{rental, book, kim, payment})
      .goes_to(refunding)
      .tells(undo);
  in<Refund>(refunding)
      .at(noon + 1min)
      .hearing(TimeIsUp{})
      .goes_to(Refund::Refunding{payment, 2, ask_again_at(noon + 1min, 1, payment)})
      .tells(undo);
  in<Refund>(refunding).at(noon).hearing(cancelled).goes_to(Refund::Refunded{}).tells();
  in<Refund>(refunding).at(noon).hearing(declined).goes_to(Refund::Refunded{}).tells();
}

TEST(ALoan, EndsAtMidnightInTheShopsZoneTheFirstDayNotCounted) {
  EXPECT_EQ(loan_end(held), loan_ends);
  auto late_in_the_evening = held;
  late_in_the_evening.since = july(1) + 15h - 1ms;
  EXPECT_EQ(loan_end(late_in_the_evening), loan_ends);
  auto after_midnight = held;
  after_midnight.since = july(1) + 15h;
  EXPECT_EQ(loan_end(after_midnight), loan_ends + 24h);
}

using Off = SeeCustomerOff;
const identity::v1::ErasureAsked leaves{kim, noon, noon + std::chrono::days{30}};
const Off::Ending ending{kim, 1, ask_again_at(noon, 0, kim)};
const Off::Settling settling{kim, 1, ask_again_at(noon, 0, kim)};

TEST(SeeingACustomerOff, TakesTheirBooksBackAndGivesTheirPlacesUp) {
  starting<Off>().at(noon).hearing(leaves).goes_to(ending).asks(CloseBorrowing{kim});
  in<Off>(ending)
      .at(noon)
      .hearing(BorrowingClosed{kim, {rental}, {book}, {another_book}, {hold}, {book}})
      .goes_to(ending)
      .asks(TakeBookBack{rental, book, kim}, LeaveLine{another_book, kim}, GoOn{book, kim, hold},
            CloseBorrowing{kim});
}
TEST(SeeingACustomerOff, WaitsUntilTheirHoldsHaveLapsed) {
  in<Off>(ending)
      .at(noon + 1min)
      .hearing(TimeIsUp{})
      .goes_to(Off::Ending{kim, 2, ask_again_at(noon + 1min, 1, kim)})
      .asks(CloseBorrowing{kim});
  in<Off>(ending).at(noon).hearing(NothingBorrowed{kim}).goes_to(Off::Waiting{kim, noon + 5s});
}
TEST(SeeingACustomerOff, AsksPaymentAndSaysThatTheyHaveLeft) {
  in<Off>(Off::Waiting{kim, noon})
      .at(noon)
      .hearing(TimeIsUp{})
      .goes_to(settling)
      .tells(payment::v1::SettleAccount{kim});
  in<Off>(settling)
      .at(noon + 1min)
      .hearing(TimeIsUp{})
      .goes_to(Off::Settling{kim, 2, ask_again_at(noon + 1min, 1, kim)})
      .tells(payment::v1::SettleAccount{kim});
  in<Off>(settling)
      .hearing(payment::v1::AccountSettled{kim})
      .goes_to(Off::Gone{})
      .tells(v1::CustomerLeft{kim});
}

}  // namespace
}  // namespace madang::rental
