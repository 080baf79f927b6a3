#include "rental/application/refund_cancelled_rental.hpp"
#include "rental/application/settle_rental_payment.hpp"
#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;
using testing::in, testing::starting;

using Settle = SettleRentalPayment;
const Settle::AwaitingPayment awaiting{held};
const Settle::Starting starting_it{held, noon + 2min};
const Settle::Cancelling cancelling{payment, 1, hold_ends + 1min};
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
      .goes_to(Settle::Starting{held, noon + 3min})
      .asks(start)
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
      .goes_to(Settle::Cancelling{payment, 2, cancelling.deadline() + 2min})
      .asks()
      .tells(too_late);
  in<Settle>(cancelling).at(july(2)).hearing(cancelled).goes_to(Settle::Settled{}).asks().tells();
  in<Settle>(cancelling).at(july(2)).hearing(declined).goes_to(Settle::Settled{}).asks().tells();
}
TEST(AskingAgain, WaitsTwiceAsLongEachTimeAndAnHourAtMost) {
  EXPECT_EQ(ask_again_at(noon, 0), noon + 1min);
  EXPECT_EQ(ask_again_at(noon, 5), noon + 32min);
  EXPECT_EQ(ask_again_at(noon, 6), noon + 60min);
  EXPECT_EQ(ask_again_at(noon, 1'000'000), noon + 60min);
}

TEST(RefundingACancelledRental, AsksUntilPaymentHasSaidThatItIsUndone) {
  using Refund = RefundCancelledRental;
  const CancelPayment undo{payment, UndoReason::customer_cancelled};
  const Refund::Refunding refunding{payment, 1, noon + 1min};
  starting<Refund>()
      .at(noon)
      .hearing(RentalCancelled{rental, book, kim, payment})
      .goes_to(refunding)
      .tells(undo);
  in<Refund>(refunding)
      .at(noon + 1min)
      .hearing(TimeIsUp{})
      .goes_to(Refund::Refunding{payment, 2, noon + 3min})
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

}  // namespace
}  // namespace madang::rental
