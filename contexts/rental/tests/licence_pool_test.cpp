#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;

// ---- what can be lent

TEST(SettingTerms, IsOnRecordThoughNothingCanBeRentedBeforeTheFileIsHere) {
  given().at(noon).when(SetTerms{book, price, 7, 1, 1, std::nullopt}).then(one_licence);
}
TEST(SettingTerms, WithMoreLicencesIsTold) {
  given(one_licence, file, available(1, 1))
      .at(noon)
      .when(SetTerms{book, price, 7, 2, 1, std::nullopt})
      .then(two_licences, available(2, 2));
}
TEST(SettingTerms, ThatHoldAlreadyChangesNothing) {
  given(one_licence).at(noon).when(SetTerms{book, price, 7, 1, 1, std::nullopt}).then();
}
TEST(SettingTerms, WithFewerLicencesThanAreOutLeavesTheLoansAlone) {
  const LicenceLent lees{book, lees_hold, lees_rental, loan_ends + 24h};
  given(two_licences, file, lent, lees, available(0, 2, loan_ends))
      .at(noon)
      .when(SetTerms{book, price, 7, 1, 1, std::nullopt})
      .then(one_licence,
            available(0, 1, loan_ends + 24h));  // both must come back before one is free
}
TEST(ExpectingAFile, IsOnRecordBeforeAnyoneFetchesIt) {
  given(one_licence).at(noon).when(ExpectFile{book, sha256, 250'000}).then(expected);
}
TEST(ExpectingAFile, ThatIsExpectedAlreadyChangesNothing) {
  given(expected).at(noon).when(ExpectFile{book, sha256, 250'000}).then();
}
TEST(FetchingTheFile, MakesTheEditionRentable) {
  given(one_licence, expected)
      .at(noon)
      .when(NoteFileReady{book, sha256, 250'000})
      .then(file, available(1, 1));
}
TEST(FetchingTheFile, AgainChangesNothing) {
  given(expected, file).at(noon).when(NoteFileReady{book, sha256, 250'000}).then();
}
TEST(FetchingTheFile, OfACorrectedEditionReplacesTheOneBefore) {
  given(one_licence, expected, file, FileExpected{book, another_sha256, 1}, available(1, 1))
      .at(noon)
      .when(NoteFileReady{book, another_sha256, 1})
      .then(FileFetched{book, another_sha256, 1});
}
TEST(FetchingTheFile, ThatWasReplacedMeanwhileChangesNothing) {
  given(one_licence, expected, FileExpected{book, another_sha256, 1})
      .at(noon)
      .when(NoteFileReady{book, sha256, 250'000})
      .then();
}
TEST(WithdrawingAnEdition, StopsItsLending) {
  given(one_licence, file, available(1, 1))
      .at(noon)
      .when(StopLending{book})
      .then(LendingStopped{book}, available(0, 0));
}
TEST(WithdrawingAnEdition, AgainChangesNothing) {
  given(LendingStopped{book}).at(noon).when(StopLending{book}).then();
}

// ---- holding

TEST(HoldingALicence, SetsItAsideForTenMinutesAndRecordsThePayment) {
  given(one_licence, file, available(1, 1))
      .at(noon)
      .when(asked_by(kim))
      .then(held, taken, available(0, 1));
}
TEST(HoldingALicence, LastsAsLongAsTheShopSays) {
  auto asked = asked_by(kim);
  asked.times = {.pay_within = 2s, .lasts = 5s};
  const LicenceHeld short_hold{book, hold,  kim,  payment,   rental,   price,
                               7,    seoul, noon, noon + 2s, noon + 5s};
  given(one_licence, file, available(1, 1))
      .at(noon)
      .when(asked)
      .then(short_hold, HoldTaken{kim, hold, book, payment, noon + 5s}, available(0, 1));
}
TEST(HoldingALicence, LeavesTheOthersFree) {
  given(two_licences, file, available(2, 2))
      .at(noon)
      .when(asked_by(kim))
      .then(held, taken, available(1, 2));
}
TEST(HoldingALicence, IsRefusedForAnEditionThatNobodyKnows) {
  given().at(noon).when(asked_by(kim)).then_refused(because::edition_unknown{});
}
TEST(HoldingALicence, IsRefusedBeforeTheFileIsHere) {
  given(one_licence).at(noon).when(asked_by(kim)).then_refused(because::edition_not_rentable{});
}
TEST(HoldingALicence, IsRefusedWithoutTerms) {
  given(file).at(noon).when(asked_by(kim)).then_refused(because::edition_not_rentable{});
}
TEST(HoldingALicence, IsRefusedOnceTheEditionIsWithdrawn) {
  given(one_licence, file, LendingStopped{book})
      .at(noon)
      .when(asked_by(kim))
      .then_refused(because::edition_withdrawn{});
}
TEST(HoldingALicence, IsRefusedWhenThePriceHasChanged) {
  given(terms_of(1, higher), file)
      .at(noon)
      .when(asked_by(kim))
      .then_refused(because::price_changed{higher});
}
TEST(HoldingALicence, IsRefusedWhenThePriceIsOfAnotherCurrency) {
  const auto euros = Money::minor_units(3000, *kernel::Currency::parse("EUR"));
  given(one_licence, file)
      .at(noon)
      .when(asked_by(kim, euros))
      .then_refused(because::price_changed{price});
}
TEST(HoldingALicence, IsRefusedWhenNoneIsFree) {
  given(one_licence, file, held)
      .at(noon)
      .when(asked_by(lee))
      .then_refused(because::no_licence_free{});
  given(one_licence, file, lent)
      .at(noon)
      .when(asked_by(lee))
      .then_refused(because::no_licence_free{});
}
TEST(HoldingALicence, IsPossibleFromTheMomentOnAtWhichTheOtherHoldLapses) {
  given(one_licence, file, held)
      .at(hold_ends - 1ms)
      .when(asked_by(lee))
      .then_refused(because::no_licence_free{});
  const auto later = hold_ends + 10min;
  given(one_licence, file, held)
      .at(hold_ends)
      .when(asked_by(lee))
      .then(LicenceHeld{book, hold, lee, payment, rental, price, 7, seoul, hold_ends, later - 2min,
                        later},
            HoldTaken{lee, hold, book, payment, later}, available(0, 1));
}
TEST(HoldingALicence, IsPossibleFromTheMomentOnAtWhichALoanEnds) {
  const auto later = loan_ends + 10min;
  given(one_licence, file, lent, available(0, 1, loan_ends))
      .at(loan_ends)
      .when(asked_by(lee))
      .then(LicenceHeld{book, hold, lee, payment, rental, price, 7, seoul, loan_ends, later - 2min,
                        later},
            HoldTaken{lee, hold, book, payment, later}, available(0, 1));
}
TEST(HoldingALicence, IsRefusedWhileTheCustomersPaymentForItIsPending) {
  given(two_licences, file, held, taken)
      .at(noon)
      .when(asked_by(kim))
      .then_refused(because::payment_pending{payment});
}
TEST(HoldingALicence, IsRefusedWhileTheCustomerHasThisEditionOnLoan) {
  given(two_licences, file, lent, begun)
      .at(noon)
      .when(asked_by(kim))
      .then_refused(because::already_on_loan{rental});
}
TEST(HoldingALicence, IsPossibleAgainOnceTheCustomersLoanIsOver) {
  given(one_licence, file, lent, begun, freed, loan_over)
      .at(noon)
      .when(asked_by(kim))
      .then(held, taken, available(0, 1));
}
TEST(HoldingALicence, IsRefusedBeyondTheNumberOfBooksThatACustomerMayHave) {
  const LoanBegun other{kim, lees_hold, lees_rental, another_book, loan_ends};
  auto asked = asked_by(kim);
  asked.borrowed_max = 1;
  given(one_licence, file, other).at(noon).when(asked).then_refused(because::too_many_borrowed{1});
  const HoldTaken held_elsewhere{kim, lees_hold, another_book, lees_payment, hold_ends};
  given(one_licence, file, held_elsewhere)
      .at(noon)
      .when(asked)
      .then_refused(because::too_many_borrowed{1});
}
TEST(HoldingALicence, DoesNotCountWhatTheCustomerHadAside) {
  const HoldTaken past{kim, lees_hold, another_book, lees_payment, noon};
  auto asked = asked_by(kim);
  asked.borrowed_max = 1;
  given(one_licence, file, past).at(noon).when(asked).then(held, taken, available(0, 1));
}

// ---- releasing

TEST(ReleasingAHold, FreesItsLicence) {
  given(one_licence, file, held, taken, available(0, 1))
      .at(noon)
      .when(ReleaseHold{book, kim, hold})
      .then(HoldReleased{book, hold}, HoldGivenUp{kim, hold}, available(1, 1));
}
TEST(ReleasingAHold, ThatHasLapsedChangesNothing) {
  given(one_licence, file, held, taken).at(hold_ends).when(ReleaseHold{book, kim, hold}).then();
}
TEST(ReleasingAHold, ThatHasBecomeALoanChangesNothing) {
  given(one_licence, file, held, taken, lent, begun)
      .at(noon)
      .when(ReleaseHold{book, kim, hold})
      .then();
}

// ---- the line

TEST(JoiningTheLine, TakesTheLastPlace) {
  given(one_licence, file, lent, moon_waits)
      .at(noon)
      .when(JoinLine{book, lee})
      .then(lee_waits, LineEntered{lee, book});
}
TEST(JoiningTheLine, IsRefusedWhileALicenceIsFree) {
  given(one_licence, file)
      .at(noon)
      .when(JoinLine{book, lee})
      .then_refused(because::licence_is_free{});
}
TEST(JoiningTheLine, TwiceIsRefused) {
  given(one_licence, file, lent, lee_waits)
      .at(noon)
      .when(JoinLine{book, lee})
      .then_refused(because::already_in_line{});
}
TEST(JoiningTheLine, IsRefusedToWhoHasTheBook) {
  given(one_licence, file, lent, begun)
      .at(noon)
      .when(JoinLine{book, kim})
      .then_refused(because::already_on_loan{rental});
}
TEST(JoiningTheLine, IsRefusedToWhoIsPayingForTheBook) {
  given(one_licence, file, held, taken)
      .at(noon)
      .when(JoinLine{book, kim})
      .then_refused(because::payment_pending{payment});
}
TEST(JoiningTheLine, IsRefusedForWhatIsNotLent) {
  given(one_licence)
      .at(noon)
      .when(JoinLine{book, lee})
      .then_refused(because::edition_not_rentable{});
}
TEST(AFreedLicence, IsOfferedToWhoStandsFirstInLine) {
  given(one_licence, file, held, taken, lee_waits, moon_waits, available(0, 1))
      .at(noon)
      .when(ReleaseHold{book, kim, hold})
      .then(HoldReleased{book, hold}, HoldGivenUp{kim, hold},
            LicenceOffered{book, lee, noon + 48h});
}
TEST(AFreedLicence, IsOfferedInTheMomentInWhichItsHoldLapses) {
  const auto pool =
      given(one_licence, file, held, lee_waits, available(0, 1)).at(noon).folded<LicencePool>();
  EXPECT_EQ(testing::shown_all(LicencePool::lapse_due(pool, hold_ends)),
            testing::shown(HoldLapsed{book, hold}) +
                testing::shown(LicenceOffered{book, lee, hold_ends + 48h}));
}
TEST(AFreedLicence, GoesDownTheLineWhenAnOfferLapses) {
  const auto pool = given(one_licence, file, lee_waits, moon_waits,
                          LicenceOffered{book, lee, noon + 48h}, available(0, 1))
                        .at(noon)
                        .folded<LicencePool>();
  EXPECT_EQ(testing::shown_all(LicencePool::lapse_due(pool, noon + 48h)),
            testing::shown(OfferLapsed{book, lee}) +
                testing::shown(LicenceOffered{book, moon, noon + 96h}));
}
TEST(AFreedLicence, StaysWhereMoreAreOutThanThereAreLicences) {
  const LicenceLent lees{book, lees_hold, lees_rental, loan_ends};
  given(one_licence, file, lees, held, taken, moon_waits, available(0, 1, loan_ends))
      .at(noon)
      .when(ReleaseHold{book, kim, hold})
      .then(HoldReleased{book, hold}, HoldGivenUp{kim, hold});
}
TEST(MoreLicences, GoDownTheLineAsFarAsTheyGo) {
  given(terms_of(0), file, lee_waits, moon_waits, LineJoined{book, kim})
      .at(noon)
      .when(SetTerms{book, price, 7, 2, 1, std::nullopt})
      .then(two_licences, LicenceOffered{book, lee, noon + 48h},
            LicenceOffered{book, moon, noon + 48h}, available(0, 2));
}
TEST(AFreedLicence, IsNotForWhoCallsNextButForTheLine) {
  given(one_licence, file, lee_waits)
      .at(noon)
      .when(asked_by(kim))
      .then_refused(because::no_licence_free{});
}
TEST(AnOffer, IsTakenByHoldingItsLicence) {
  const LicenceOffered offered{book, kim, noon + 48h};
  given(one_licence, file, offered, available(0, 1)).at(noon).when(asked_by(kim)).then(held, taken);
  given(one_licence, file, offered)
      .at(noon)
      .when(asked_by(lee))
      .then_refused(because::no_licence_free{});
}
TEST(AnOffer, CannotBeTakenWhenLicencesWereLoweredBelowWhatIsOut) {
  given(two_licences, file, lent, LicenceOffered{book, lee, noon + 48h}, one_licence)
      .at(noon)
      .when(asked_by(lee))
      .then_refused(because::no_licence_free{});
}

TEST(AnOffer, StandsAgainUntilItsOwnEndWhenThePaymentForItFails) {
  const LicenceOffered offered{book, kim, noon + 48h};
  given(one_licence, file, offered, held, taken, lee_waits, available(0, 1))
      .at(noon + 1min)
      .when(ReleaseHold{book, kim, hold})
      .then(HoldReleased{book, hold}, HoldGivenUp{kim, hold}, offered);
}
TEST(AnOffer, GoesToTheNextWhenItsTimeIsOverAndThePaymentForItFailed) {
  const LicenceOffered offered{book, kim, noon + 1min};
  given(one_licence, file, offered, held, taken, lee_waits, available(0, 1))
      .at(noon + 1min)
      .when(ReleaseHold{book, kim, hold})
      .then(HoldReleased{book, hold}, HoldGivenUp{kim, hold}, OfferLapsed{book, kim},
            LicenceOffered{book, lee, noon + 1min + 48h});
}
TEST(AnOffer, StandsAgainWhenTheHoldThatTookItUpLapses) {
  const LicenceOffered offered{book, kim, noon + 48h};
  const auto pool = given(one_licence, file, offered, held, lee_waits, available(0, 1))
                        .at(noon)
                        .folded<LicencePool>();
  EXPECT_EQ(testing::shown_all(LicencePool::lapse_due(pool, hold_ends)),
            testing::shown(HoldLapsed{book, hold}) + testing::shown(offered));
}
TEST(LeavingTheLine, MovesTheOthersUp) {
  given(one_licence, file, lent, lee_waits, moon_waits, available(0, 1, loan_ends))
      .at(noon)
      .when(LeaveLine{book, lee})
      .then(LineLeft{book, lee});
}
TEST(LeavingTheLine, WithAnOfferGivesItToTheNext) {
  given(one_licence, file, moon_waits, LicenceOffered{book, lee, july(3)}, available(0, 1))
      .at(noon)
      .when(LeaveLine{book, lee})
      .then(LineLeft{book, lee}, LicenceOffered{book, moon, noon + 48h});
}
TEST(LeavingTheLine, IsRefusedToWhoIsNotInIt) {
  given(one_licence, file, moon_waits)
      .at(noon)
      .when(LeaveLine{book, lee})
      .then_refused(because::not_in_line{});
}
TEST(JoiningTheLine, IsRefusedForWhatIsWithdrawnOrUnknown) {
  given(one_licence, file, LendingStopped{book})
      .at(noon)
      .when(JoinLine{book, lee})
      .then_refused(because::edition_withdrawn{});
  given().at(noon).when(JoinLine{book, lee}).then_refused(because::edition_unknown{});
}
TEST(WithdrawingAnEdition, EndsItsOffersAndItsLine) {
  given(two_licences, file, lent, LicenceOffered{book, lee, july(3)}, moon_waits,
        available(0, 2, loan_ends))
      .at(noon)
      .when(StopLending{book})
      .then(LendingStopped{book}, WaitingEnded{book, lee}, WaitingEnded{book, moon},
            available(0, 0));
}

// ---- what time alone brings about

TEST(APool, LetsGoAtTheirMomentsOfHoldsOffersAndLoans) {
  const auto pool = given(terms_of(3), file, held, LicenceOffered{book, lee, july(3)}, lent,
                          available(0, 3, loan_ends))
                        .at(noon)
                        .folded<LicencePool>();
  EXPECT_EQ(LicencePool::next_lapse(pool), july(3));  // the hold has become the loan
  EXPECT_TRUE(LicencePool::lapse_due(pool, july(3) - 1ms).empty());
  const auto lapsed = LicencePool::lapse_due(pool, loan_ends);
  EXPECT_EQ(testing::shown_all(lapsed), testing::shown(OfferLapsed{book, lee}) +
                                            testing::shown(freed) +
                                            testing::shown(available(3, 3)));
}
TEST(APool, TellsAFreedLicenceOfALapsedHold) {
  const auto pool = given(one_licence, file, held, available(0, 1)).at(noon).folded<LicencePool>();
  EXPECT_EQ(LicencePool::next_lapse(pool), hold_ends);
  EXPECT_EQ(testing::shown_all(LicencePool::lapse_due(pool, hold_ends)),
            testing::shown(HoldLapsed{book, hold}) + testing::shown(available(1, 1)));
}
TEST(ABorrowing, LetsGoAtTheirMomentsOfHoldsAndLoans) {
  const auto mine = given(taken, LoanBegun{kim, lees_hold, lees_rental, another_book, loan_ends})
                        .at(noon)
                        .folded<Borrowing>();
  EXPECT_EQ(Borrowing::next_lapse(mine), hold_ends);
  EXPECT_TRUE(Borrowing::lapse_due(mine, hold_ends - 1ms).empty());
  EXPECT_EQ(testing::shown_all(Borrowing::lapse_due(mine, loan_ends)),
            testing::shown(HoldGivenUp{kim, hold}) + testing::shown(LoanEnded{kim, lees_rental}));
}

}  // namespace
}  // namespace madang::rental
