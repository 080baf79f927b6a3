#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;

TEST(StartingARental, TurnsTheHoldIntoALoan) {
  given(one_licence, file, held, taken, available(0, 1))
      .at(noon + 1min)
      .when(start)
      .then(started, lent, begun, available(0, 1, loan_ends));
}
TEST(StartingARental, AgainWithTheSamePaymentChangesNothing) {
  given(one_licence, file, held, taken, lent, begun, started).at(noon).when(start).then();
}
TEST(StartingARental, AgainWithTheSamePaymentChangesNothingThoughItIsReturned) {
  given(one_licence, file, started, BookReturned{rental, book, kim}).at(noon).when(start).then();
}
TEST(StartingARental, IsRefusedFromTheMomentOnAtWhichTheHoldLapses) {
  given(one_licence, file, held, taken)
      .at(hold_ends)
      .when(start)
      .then_refused(because::hold_lapsed{});
}
TEST(StartingARental, IsRefusedOnceTheHoldWasReleased) {
  given(one_licence, file, held, taken, HoldReleased{book, hold}, HoldGivenUp{kim, hold})
      .at(noon)
      .when(start)
      .then_refused(because::hold_lapsed{});
}
TEST(StartingARental, NeedsTheHoldThatThePaymentIsFor) {
  auto paid_otherwise = start;
  paid_otherwise.payment = lees_payment;
  given(one_licence, file, held, taken)
      .at(noon)
      .when(paid_otherwise)
      .then_refused(because::hold_lapsed{});
  auto by_another = start;
  by_another.customer = lee;
  given(one_licence, file, held, taken)
      .at(noon)
      .when(by_another)
      .then_refused(because::hold_lapsed{});
}
TEST(StartingARental, WithAnotherPaymentThanItsOwnIsRefused) {
  auto paid_otherwise = start;
  paid_otherwise.payment = lees_payment;
  given(one_licence, file, started)
      .at(noon)
      .when(paid_otherwise)
      .then_refused(because::payment_already_used{});
}
TEST(StartingARental, HonoursAHoldThoughTheEditionWasWithdrawnMeanwhile) {
  given(one_licence, file, held, taken, LendingStopped{book})
      .at(noon)
      .when(start)
      .then(started, lent, begun);
}
TEST(ARental, ClaimsItsPaymentForEver) {
  const auto claimed = Rental::claims(given(started).folded<Rental>());
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].scope, "payment");
  EXPECT_EQ(claimed[0].key, payment.text());
  const auto after = given(started, BookReturned{rental, book, kim}).folded<Rental>();
  EXPECT_EQ(Rental::claims(after).size(), 1u);
  EXPECT_TRUE(Rental::claims(Rental{}).empty());
}
TEST(ConfirmingARental, IsAcceptedWhenItsPaymentHasStartedIt) {
  given(started).at(hold_ends).when(ConfirmRental{rental, payment}).then(confirmed);
}
TEST(ConfirmingARental, IsRefusedWhenItNeverStarted) {
  given().at(hold_ends).when(ConfirmRental{rental, payment}).then_refused(because::hold_lapsed{});
}

TEST(OpeningABook, RecordsItTheFirstTimeAndGivesALinkEachTime) {
  given(one_licence, file, started).at(july(3)).when(open).then(opened, link);
  given(one_licence, file, started, opened, link).at(july(3)).when(open).then(link);
}
TEST(OpeningABook, GivesNoLinkThatOutlivesTheLoan) {
  given(one_licence, file, started, opened)
      .at(loan_ends - 1min)
      .when(open)
      .then(LinkGiven{rental, sha256, loan_ends});
}
TEST(OpeningABook, GivesTheCorrectedFileOnceThereIsOne) {
  given(one_licence, file, started, opened, FileFetched{book, another_sha256, 1})
      .at(july(3))
      .when(open)
      .then(LinkGiven{rental, another_sha256, link.until});
}
TEST(OpeningABook, GoesOnThoughTheEditionWasWithdrawn) {
  given(one_licence, file, started, LendingStopped{book}).at(july(3)).when(open).then(opened, link);
}
TEST(OpeningABook, IsRefusedFromTheLoansEndOn) {
  given(one_licence, file, started).at(loan_ends).when(open).then_refused(because::not_on_loan{});
}
TEST(OpeningABook, OfAnotherCustomerIsRefusedAsIfThereWereNone) {
  auto by_another = open;
  by_another.customer = lee;
  given(one_licence, file, started)
      .at(july(3))
      .when(by_another)
      .then_refused(because::rental_unknown{});
  given(one_licence, file).at(july(3)).when(open).then_refused(because::rental_unknown{});
}

TEST(ReturningABook, FreesItsLicenceAtOnce) {
  given(one_licence, file, lent, begun, started, available(0, 1, loan_ends))
      .at(july(3))
      .when(give_back)
      .then(BookReturned{rental, book, kim}, freed, loan_over, available(1, 1));
}
TEST(ReturningABook, OffersItsLicenceToWhoStandsFirstInLine) {
  given(one_licence, file, lent, begun, started, lee_waits, available(0, 1, loan_ends))
      .at(july(3))
      .when(give_back)
      .then(BookReturned{rental, book, kim}, freed, loan_over, LicenceOffered{book, lee, july(5)},
            available(0, 1));
}
TEST(ReturningABook, TellsWhenTheNextIsExpectedWhileMoreAreOutThanThereAreLicences) {
  const LicenceLent lees{book, lees_hold, lees_rental, loan_ends + 24h};
  given(one_licence, file, lent, lees, begun, started, available(0, 1, loan_ends + 24h))
      .at(july(3))
      .when(give_back)
      .then(BookReturned{rental, book, kim}, freed, loan_over);
}
TEST(ReturningABook, TwiceIsRefused) {
  given(one_licence, file, started, BookReturned{rental, book, kim})
      .at(july(3))
      .when(give_back)
      .then_refused(because::not_on_loan{});
}
TEST(ReturningABook, IsRefusedAfterTheLoanRanOut) {
  given(one_licence, file, lent, begun, started)
      .at(loan_ends)
      .when(give_back)
      .then_refused(because::not_on_loan{});
}
TEST(ReturningABook, OfAnotherCustomerIsRefusedAsIfThereWereNone) {
  given(one_licence, file, lent, begun, started)
      .at(july(3))
      .when(ReturnBook{rental, book, lee})
      .then_refused(because::rental_unknown{});
  given(one_licence, file, lent, begun, started)
      .at(july(3))
      .when(ReturnBook{rental, another_book, kim})
      .then_refused(because::rental_unknown{});
}

TEST(CancellingARental, FreesItsLicenceAndNamesThePaymentToGiveBack) {
  given(one_licence, file, lent, begun, started, available(0, 1, loan_ends))
      .at(july(3))
      .when(cancel)
      .then(RentalCancelled{rental, book, kim, payment}, freed, loan_over, available(1, 1));
}
TEST(CancellingARental, IsRefusedOnceTheBookWasOpened) {
  given(one_licence, file, lent, begun, started, opened)
      .at(july(3))
      .when(cancel)
      .then_refused(because::already_opened{});
}
TEST(CancellingARental, IsRefusedWhenItsTimeIsOver) {
  auto within_two_days = cancel;
  within_two_days.within = std::chrono::days{2};
  given(one_licence, file, lent, begun, started)
      .at(july(3) + 12h)
      .when(within_two_days)
      .then_refused(because::cancellation_too_late{july(3) + 12h});
  given(one_licence, file, lent, begun, started)
      .at(july(3) + 12h - 1ms)
      .when(within_two_days)
      .then(RentalCancelled{rental, book, kim, payment}, freed, loan_over, available(1, 1));
}
TEST(CancellingARental, IsRefusedOnceItIsOver) {
  given(one_licence, file, started, BookReturned{rental, book, kim})
      .at(july(3))
      .when(cancel)
      .then_refused(because::not_on_loan{});
}
TEST(CancellingARental, OfAnotherCustomerIsRefusedAsIfThereWereNone) {
  auto by_another = cancel;
  by_another.customer = lee;
  given(one_licence, file, started)
      .at(july(3))
      .when(by_another)
      .then_refused(because::rental_unknown{});
}

TEST(ARental, ExpiresByItselfAtItsStoredEnd) {
  const auto loan = given(started).at(noon).folded<Rental>();
  EXPECT_EQ(Rental::next_lapse(loan), loan_ends);
  EXPECT_TRUE(Rental::lapse_due(loan, loan_ends - 1ms).empty());
  EXPECT_EQ(testing::shown_all(Rental::lapse_due(loan, loan_ends)),
            testing::shown(RentalExpired{rental, book, kim}));
  EXPECT_EQ(Rental::next_lapse(Rental::evolve(loan, RentalExpired{rental, book, kim})),
            std::nullopt);
}
TEST(ARental, RemembersHowItEnded) {
  const auto ended = [](const auto& event) {
    return std::get<Closed>(given(started, event).at(noon).template folded<Rental>().stands).how;
  };
  EXPECT_EQ(ended(BookReturned{rental, book, kim}), Ended::returned);
  EXPECT_EQ(ended(RentalExpired{rental, book, kim}), Ended::expired);
  EXPECT_EQ(ended(RentalCancelled{rental, book, kim, payment}), Ended::cancelled);
}

const BorrowingClosed closed{kim, {}, {}, {}, {}, {}};
const TakeBookBack take_back{rental, book, kim};

TEST(ACustomerWhoLeaves, BorrowsNothingMore) {
  given(one_licence, expected, file, closed)
      .at(noon)
      .when(asked_by(kim))
      .then_refused(because::account_closing{});
  given(one_licence, expected, file, closed)
      .when(JoinLine{book, kim})
      .then_refused(because::account_closing{});
  given(one_licence, expected, file, held, taken, closed)
      .at(noon)
      .when(start)
      .then_refused(because::hold_lapsed{});
}
TEST(ACustomerWhoLeaves, IsClosedOnceWithWhatIsOpenAndIsDoneWhenNothingIs) {
  const LineEntered entered{kim, another_book};
  given(taken, begun, entered)
      .at(noon)
      .when(CloseBorrowing{kim})
      .then(BorrowingClosed{kim, {rental}, {book}, {another_book}, {}, {}});
  given(taken)
      .at(noon)
      .when(CloseBorrowing{kim})
      .then(BorrowingClosed{kim, {}, {}, {}, {hold}, {book}});
  given(taken, begun, closed).at(noon).when(CloseBorrowing{kim}).then();
  given(taken, begun, closed, loan_over)
      .at(noon)
      .when(CloseBorrowing{kim})
      .then(NothingBorrowed{kim});
  given(closed, NothingBorrowed{kim}).when(CloseBorrowing{kim}).then();
}
TEST(ACustomerWhoLeaves, IsPaidBackWhatTheyNeverOpenedAndReturnsTheRest) {
  given(one_licence, expected, file, held, taken, started, lent, begun)
      .at(july(7))  // later than anyone may cancel
      .when(take_back)
      .then(RentalCancelled{rental, book, kim, payment}, freed, loan_over, available(1, 1));
  given(one_licence, expected, file, held, taken, started, lent, begun, opened)
      .at(july(7))
      .when(take_back)
      .then(BookReturned{rental, book, kim}, freed, loan_over, available(1, 1));
  given(one_licence, expected, file, held, taken, started, lent, begun,
        BookReturned{rental, book, kim})
      .at(july(7))
      .when(take_back)
      .then();
}

}  // namespace
}  // namespace madang::rental
