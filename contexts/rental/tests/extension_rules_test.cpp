// Extending a loan: its rules, and the process that finishes what a customer has begun.
#include "rental/application/refund_cancelled_rental.hpp"
#include "rental/application/settle_extension.hpp"
#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;
using testing::in, testing::starting;

const auto monday = july(6) + 3h;  // the loan ends when the 8th does in Seoul
const auto later_end = july(15) + 15h;
const auto extra = named<PaymentId>("the payment of an extension");
const BeginExtension ask{rental, book, kim, extra, price, seoul, {}};
const ExtensionBegun asked_for{rental,    book, kim,   extra,         price,
                               loan_ends, 7,    seoul, monday + 8min, monday + 10min};
const ExtendRental extend{rental, book, kim, extra, later_end};
const RentalExtended extended{rental, book, kim, extra, price, later_end};
const LicenceKept kept{book, rental, loan_ends, later_end};
const LoanExtended longer{kim, rental, later_end};

// Kim has the only licence on loan.
template <class... More>
auto on_loan(const More&... more) {
  return given(one_licence, file, lent, begun, started, available(0, 1, loan_ends), more...)
      .at(monday);
}
TermsSet terms(int extensions, std::optional<Money> extension_price) {
  return {book, price, 7, 1, extensions, extension_price};
}
BeginExtension ask_showing(Money shown) {
  auto asked = ask;
  asked.price_shown = shown;
  return asked;
}

TEST(AskingForAnExtension, SetsDownWhatIsToBePaidAndUntilWhen) {
  on_loan().when(ask).then(asked_for);
}
TEST(AskingForAnExtension, CostsAsMuchAsALoanUnlessTheTermsSayOtherwise) {
  auto cheaper = asked_for;
  cheaper.price = Money::won(1000);
  on_loan(terms(1, Money::won(1000)))
      .when(ask)
      .then_refused(because::price_changed{Money::won(1000)});
  on_loan(terms(1, Money::won(1000))).when(ask_showing(Money::won(1000))).then(cheaper);
}
TEST(AskingForAnExtension, IsOnTheTermsOfToday) {
  on_loan(TermsSet{book, higher, 14, 1, 1, {}})
      .when(ask)
      .then_refused(because::price_changed{higher});
  on_loan(terms(0, {})).when(ask).then_refused(because::extensions_used_up{0});
}
TEST(AskingForAnExtension, IsRefusedWhenItWasExtendedAsOftenAsTheTermsSay) {
  const auto again = on_loan(asked_for, extended, kept, longer);
  again.when(ask).then_refused(because::extensions_used_up{1});
}
TEST(AskingForAnExtension, IsPossibleOnceMoreWhenTheTermsAllowTwo) {
  const auto second = named<PaymentId>("the payment of the second");
  auto asked = ask;
  asked.payment = second;
  auto next = asked_for;
  next.payment = second;
  next.from = later_end;
  on_loan(asked_for, extended, kept, longer, terms(2, {})).when(asked).then(next);
}
TEST(AskingForAnExtension, IsRefusedWhenSomeoneWaits) {
  on_loan(lee_waits).when(ask).then_refused(because::someone_waits{});
}
TEST(AskingForAnExtension, IsRefusedWhenMoreAreOutThanWeMayLend) {
  const LicenceLent lees{book, lees_hold, lees_rental, loan_ends};
  on_loan(two_licences, lees).when(ask).then(asked_for);
  on_loan(two_licences, lees, one_licence).when(ask).then_refused(because::fewer_licences{});
}
TEST(AskingForAnExtension, IsRefusedOnceTheEditionIsWithdrawn) {
  on_loan(LendingStopped{book}).when(ask).then_refused(because::edition_withdrawn{});
}
TEST(AskingForAnExtension, IsRefusedForALoanThatIsOver) {
  on_loan().at(loan_ends).when(ask).then_refused(because::not_on_loan{});
  on_loan(BookReturned{rental, book, kim}).when(ask).then_refused(because::not_on_loan{});
}
TEST(AskingForAnExtension, IsRefusedToEveryoneElse) {
  auto lees = ask;
  lees.customer = lee;
  on_loan().when(lees).then_refused(because::rental_unknown{});
}
TEST(AskingForAnExtension, IsRefusedWhileAnotherIsBeingPaid) {
  on_loan(asked_for).when(ask).then_refused(because::payment_pending{extra});
  on_loan(asked_for, ExtensionGivenUp{rental, extra}).when(ask).then(asked_for);
}
TEST(AskingForAnExtension, LeavesTimeToPayUntilTheLoanEndsAndNoLonger) {
  auto shorter = asked_for;
  shorter.pay_by = loan_ends - 2min;
  shorter.lapses = loan_ends;
  on_loan().at(loan_ends - 2min - 1ms).when(ask).then(shorter);
  on_loan().at(loan_ends - 2min).when(ask).then_refused(because::extension_too_late{loan_ends});
}
TEST(AskingForAnExtension, ThatIsFreeNeedsNoTimeToPay) {
  auto free = asked_for;
  free.price = Money::won(0);
  free.pay_by = loan_ends - 2min;
  free.lapses = loan_ends;
  on_loan(terms(1, Money::won(0))).at(loan_ends - 1ms).when(ask_showing(Money::won(0))).then(free);
}

TEST(ExtendingALoan, MovesItsEndForEveryoneWhoKnowsIt) {
  on_loan(asked_for).when(extend).then(extended, kept, longer, available(0, 1, later_end));
}
TEST(ExtendingALoan, AgainWithTheSamePaymentChangesNothing) {
  on_loan(asked_for, extended, kept, longer).when(extend).then();
  on_loan(asked_for, extended, kept, longer, BookReturned{rental, book, kim}).when(extend).then();
}
TEST(ExtendingALoan, IsHonouredThoughMeanwhileSomeoneWaitsOrLicencesAreFewerOrItIsWithdrawn) {
  on_loan(asked_for, lee_waits)
      .when(extend)
      .then(extended, kept, longer, available(0, 1, later_end));
  on_loan(asked_for, terms_of(0), available(0, 0)).when(extend).then(extended, kept, longer);
  on_loan(asked_for, LendingStopped{book}, available(0, 0))
      .when(extend)
      .then(extended, kept, longer);
}
TEST(ExtendingALoan, IsRefusedFromTheMomentOnAtWhichItLapses) {
  on_loan(asked_for).at(monday + 10min).when(extend).then_refused(because::extension_lapsed{});
}
TEST(ExtendingALoan, IsRefusedOnceTheBookWasReturned) {
  on_loan(asked_for, BookReturned{rental, book, kim})
      .when(extend)
      .then_refused(because::extension_lapsed{});
}
TEST(ExtendingALoan, NeedsThePaymentThatItWasBegunWith) {
  auto paid_otherwise = extend;
  paid_otherwise.payment = lees_payment;
  on_loan(asked_for).when(paid_otherwise).then_refused(because::extension_lapsed{});
}
TEST(AnExtendedLoan, EndsAtItsNewEnd) {
  const auto loan = on_loan(asked_for, extended, kept, longer);
  EXPECT_TRUE(loan.at(later_end - 1ms).folded<Rental>().on_loan());
  EXPECT_FALSE(loan.at(later_end).folded<Rental>().on_loan());
  EXPECT_EQ(LicencePool::next_lapse(loan.folded<LicencePool>()), later_end);
  EXPECT_EQ(Borrowing::next_lapse(loan.folded<Borrowing>()), later_end);
}
TEST(AnExtendedLoan, ThatIsReturnedFreesItsLicence) {
  on_loan(asked_for, extended, kept, longer, available(0, 1, later_end))
      .when(give_back)
      .then(BookReturned{rental, book, kim}, LicenceFreed{book, rental, later_end}, loan_over,
            available(1, 1));
}
TEST(AnExtendedLoan, IsPaidBackWithItsExtensionsWhenItIsCancelled) {
  on_loan(asked_for, extended, kept, longer, available(0, 1, later_end))
      .when(cancel)
      .then(RentalCancelled{rental, book, kim, payment}, LicenceFreed{book, rental, later_end},
            loan_over, available(1, 1), ExtensionCancelled{rental, extra});
}
TEST(AnExtendedLoan, HasNothingToPayBackForAFreeExtension) {
  auto free = extended;
  free.price = Money::won(0);
  on_loan(asked_for, free, kept, longer, available(0, 1, later_end))
      .when(cancel)
      .then(RentalCancelled{rental, book, kim, payment}, LicenceFreed{book, rental, later_end},
            loan_over, available(1, 1));
}
TEST(AnExtendedLoan, ClaimsItsPaymentsForEver) {
  const auto claimed = Rental::claims(
      on_loan(asked_for, extended, BookReturned{rental, book, kim}).folded<Rental>());
  ASSERT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed[1].key, extra.text());
}

TEST(GivingUpAnExtension, LeavesTheLoanAsItIs) {
  on_loan(asked_for).when(GiveUpExtension{rental, extra}).then(ExtensionGivenUp{rental, extra});
  on_loan(asked_for, extended).when(GiveUpExtension{rental, extra}).then();
  on_loan(asked_for).at(monday + 10min).when(GiveUpExtension{rental, extra}).then();
}
TEST(AnExtension, LapsesWhenItIsNotPaidInTime) {
  const auto loan = on_loan(asked_for).folded<Rental>();
  EXPECT_EQ(Rental::next_lapse(loan), monday + 10min);
  EXPECT_EQ(testing::shown_all(Rental::lapse_due(loan, monday + 10min)),
            testing::shown(ExtensionLapsed{rental, extra}));
}
TEST(ConfirmingAnExtension, TellsWhetherItsPaymentHasExtendedTheLoan) {
  on_loan(asked_for)
      .when(ConfirmExtension{rental, extra})
      .then_refused(because::extension_lapsed{});
  on_loan(asked_for, extended).when(ConfirmExtension{rental, extra}).then();
}
TEST(AnExtendedLoan, EndsAtMidnightSoManyDaysAfterItsLast) {
  EXPECT_EQ(loan_end(asked_for), later_end);
}

// ---- without the customer

using Settle = SettleExtension;
const Settle::AwaitingPayment awaiting{asked_for};
const Settle::Extending extending_it{asked_for, ask_again_at(monday, 0, extra)};
const Settle::Cancelling cancelling{extra, 1, ask_again_at(monday + 10min, 0, extra)};
const CancelPayment too_late{extra, UndoReason::too_late};
const PaymentCaptured captured{extra, price, monday};
const PaymentDeclined declined{extra, payment::v1::DeclineReason::card_declined};
const PaymentCancelled cancelled{extra, payment::v1::CancelledHow::refunded, price};

TEST(SettlingAnExtension, BeginsWithWhatIsToBePaidAndEndsWhenTheLoanIsExtended) {
  starting<Settle>().at(monday).hearing(asked_for).goes_to(awaiting).asks().tells();
  EXPECT_EQ(awaiting.deadline(), monday + 10min);
  in<Settle>(awaiting).at(monday).hearing(extended).goes_to(Settle::Settled{}).asks().tells();
}
TEST(SettlingAnExtension, ExtendsTheLoanWhenItIsPaidAndTheCustomerIsGone) {
  in<Settle>(awaiting).at(monday).hearing(captured).goes_to(extending_it).asks(extend).tells();
  in<Settle>(extending_it).at(monday).hearing(extended).goes_to(Settle::Settled{}).asks().tells();
  in<Settle>(extending_it)
      .at(monday + 1min)
      .hearing(TimeIsUp{})
      .goes_to(Settle::Extending{asked_for, ask_again_at(monday + 1min, 0, extra)})
      .asks(extend)
      .tells();
}
TEST(SettlingAnExtension, ExtendsAtOnceWhatIsFree) {
  auto free = asked_for;
  free.price = Money::won(0);
  starting<Settle>()
      .at(monday)
      .hearing(free)
      .goes_to(Settle::Extending{free, ask_again_at(monday, 0, extra)})
      .asks(extend)
      .tells();
  in<Settle>(Settle::Extending{free, monday + 1min})
      .at(monday)
      .hearing(because::extension_lapsed{})
      .goes_to(Settle::Settled{})
      .asks()
      .tells();
}
TEST(SettlingAnExtension, GivesItUpWhenItIsDeclinedOrCancelled) {
  const GiveUpExtension give_up{rental, extra};
  in<Settle>(awaiting).at(monday).hearing(declined).goes_to(Settle::Settled{}).asks(give_up);
  in<Settle>(awaiting).at(monday).hearing(cancelled).goes_to(Settle::Settled{}).asks(give_up);
}
TEST(SettlingAnExtension, CancelsThePaymentWhenItsTimeIsOverUntilPaymentSaysHowThatEnded) {
  in<Settle>(awaiting)
      .at(monday + 10min)
      .hearing(TimeIsUp{})
      .goes_to(cancelling)
      .asks()
      .tells(too_late);
  in<Settle>(extending_it)
      .at(monday + 10min)
      .hearing(because::extension_lapsed{})
      .goes_to(cancelling)
      .asks()
      .tells(too_late);
  in<Settle>(cancelling)
      .at(monday + 11min)
      .hearing(TimeIsUp{})
      .goes_to(Settle::Cancelling{extra, 2, ask_again_at(monday + 11min, 1, extra)})
      .asks()
      .tells(too_late);
  in<Settle>(cancelling).at(monday).hearing(cancelled).goes_to(Settle::Settled{}).asks().tells();
  in<Settle>(cancelling).at(monday).hearing(declined).goes_to(Settle::Settled{}).asks().tells();
}
TEST(RefundingACancelledRental, AsksForThePaymentOfEachExtensionToo) {
  starting<RefundCancelledRental>()
      .at(monday)
      .hearing(ExtensionCancelled{rental, extra})
      .goes_to(RefundCancelledRental::Refunding{extra, 1, ask_again_at(monday, 0, extra)})
      .tells(CancelPayment{extra, UndoReason::customer_cancelled});
}

}  // namespace
}  // namespace madang::rental
