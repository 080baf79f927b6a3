// What becomes of holds and lines while the payment desk is closed.
#include "rental/application/settle_rental_payment.hpp"
#include "rental/domain/desk_closed.hpp"
#include "rental/tests/given.hpp"

namespace madang::rental {
namespace {

using namespace examples;

const PaymentNotBegun not_begun{book, kim, hold};
const auto closed_at = noon + 3min, opened_at = closed_at + 5h;
const HoldStoodStill still{book, kim, hold, payment, closed_at, closed_at + 24h};
const HoldKept kept_a_day{kim, hold, closed_at + 24h};
const HoldWentOn went_on{book, kim, hold, payment, noon + 5h, noon + 5h + 8min, noon + 5h + 10min};
const HoldKept kept{kim, hold, noon + 5h + 10min};
const PaymentTriedAgain tried{book, hold};
const WaitForDesk lee_asks{book, lee, price, 10};
const StandStill stand_still{book, kim, hold};

template <class... More>
auto held_by_kim(const More&... more) {
  return given(one_licence, file, held, taken, available(0, 1), more...).at(closed_at);
}

TEST(AHold, StandsStillWhenTheDeskClosesAndNobodyWasAskedForMoney) {
  held_by_kim(not_begun).when(stand_still).then(still, kept_a_day);
}
TEST(AHold, DoesNotStandStillOncePaymentMayHaveBegun) {
  held_by_kim().when(stand_still).then();
  held_by_kim(not_begun, tried).when(stand_still).then();
}
TEST(AHold, OfSomebodyWhoLeavesWaitsForNoDesk) {
  held_by_kim(not_begun, BorrowingClosed{kim, {}, {}, {}, {hold}, {book}}).when(stand_still).then();
}
TEST(AHold, StandsStillOnce) { held_by_kim(not_begun, still, kept_a_day).when(stand_still).then(); }
TEST(AHold, ThatStandsStillLapsesForNobody) {
  const auto later = held_by_kim(not_begun, still, kept_a_day).at(closed_at + 24h - 1ms);
  EXPECT_EQ(later.folded<LicencePool>().holds.size(), 1u);
  EXPECT_EQ(later.folded<Borrowing>().holds.size(), 1u);
  EXPECT_EQ(LicencePool::next_lapse(later.folded<LicencePool>()), closed_at + 24h);
  EXPECT_EQ(Borrowing::next_lapse(later.folded<Borrowing>()), closed_at + 24h);
}
TEST(AHold, GoesOnWithTheTimeThatItHadLeft) {
  held_by_kim(not_begun, still, kept_a_day)
      .at(opened_at)
      .when(GoOn{book, kim, hold})
      .then(went_on, kept);
  held_by_kim(not_begun).when(GoOn{book, kim, hold}).then();
}
TEST(AHold, ThatWentOnStartsNoLoanWhoseEndWasCountedBefore) {
  const auto open = held_by_kim(not_begun, still, kept_a_day, went_on, kept).at(opened_at);
  open.when(start).then_refused(because::hold_went_on{went_on.since});
  auto counted_anew = start;
  counted_anew.since = went_on.since;
  auto started_later = started;
  started_later.starts = went_on.since;
  open.when(counted_anew).then(started_later, lent, begun, available(0, 1, loan_ends));
}
TEST(AHold, ThatWentOnLapsesAtItsNewEnd) {
  const auto later = held_by_kim(not_begun, still, kept_a_day, went_on, kept);
  EXPECT_EQ(LicencePool::next_lapse(later.at(opened_at).folded<LicencePool>()), kept.until);
  EXPECT_TRUE(later.at(kept.until).folded<LicencePool>().holds.empty());
  EXPECT_TRUE(later.at(kept.until).folded<Borrowing>().holds.empty());
}
TEST(AHold, ThatHasStoodStillForADayMakesItsCustomerFirstInLine) {
  const auto pool =
      held_by_kim(not_begun, still, DeskClosed{book}, lee_waits).folded<LicencePool>();
  EXPECT_EQ(testing::shown_all(LicencePool::lapse_due(pool, still.until)),
            testing::shown(HoldLapsed{book, hold}) + testing::shown(PutFirstInLine{book, kim}) +
                testing::shown(available(1, 1)));
  const auto open_pool = held_by_kim(not_begun, still, lee_waits).folded<LicencePool>();
  EXPECT_EQ(testing::shown_all(LicencePool::lapse_due(open_pool, still.until)),
            testing::shown(HoldLapsed{book, hold}) + testing::shown(PutFirstInLine{book, kim}) +
                testing::shown(LicenceOffered{book, kim, still.until + 48h}));
}
TEST(AHold, ThatStandsStillBecomesAnOfferWhenPaymentLetsGoOfIt) {
  held_by_kim(not_begun, still, kept_a_day, DeskClosed{book}, lee_waits)
      .at(opened_at)
      .when(ReleaseHold{book, kim, hold})
      .then(HoldReleased{book, hold}, HoldGivenUp{kim, hold},
            LicenceOffered{book, kim, opened_at + 48h});
}
TEST(TryingToPayAgain, TellsTheTimesThatTheHoldHasNow) {
  const TryPaymentAgain again{book, kim, hold, hold_ends};
  held_by_kim(not_begun, still, kept_a_day).at(opened_at).when(again).then(went_on, kept, tried);
  held_by_kim(not_begun, still, kept_a_day, went_on, kept, tried)
      .at(opened_at)
      .when(again)
      .then(went_on, kept, tried);
}
TEST(TryingToPayAgain, CountsAsBegunThoughTheHoldNeverStoodStill) {
  const TryPaymentAgain again{book, kim, hold, hold_ends};
  held_by_kim(not_begun).when(again).then(tried);
  held_by_kim().when(again).then();
  held_by_kim(HoldReleased{book, hold}, HoldGivenUp{kim, hold}).when(again).then();
}
TEST(NotingThatPaymentDidNotBegin, IsOnRecordOnceAndOnlyForAHoldThatStands) {
  const NotePaymentNotBegun note{book, kim, hold};
  held_by_kim().when(note).then(not_begun);
  held_by_kim(not_begun).when(note).then();
  held_by_kim().at(hold_ends).when(note).then();
}

TEST(ComingWhileTheDeskIsClosed, TakesAPlaceInLineInsteadOfLockingALicenceUp) {
  given(two_licences, file, available(2, 2))
      .at(noon)
      .when(lee_asks)
      .then(DeskClosed{book}, lee_waits, LineEntered{lee, book});
  given(two_licences, file, available(2, 2), DeskClosed{book}, moon_waits)
      .at(noon)
      .when(lee_asks)
      .then(lee_waits, LineEntered{lee, book});
}
TEST(ComingWhileTheDeskIsClosed, KeepsThePlaceOrTheOfferThatOneHas) {
  given(two_licences, file, DeskClosed{book}, lee_waits).at(noon).when(lee_asks).then();
  given(two_licences, file, LicenceOffered{book, lee, july(3)}).at(noon).when(lee_asks).then();
}
TEST(ComingWhileTheDeskIsClosed, IsRefusedForWhateverRentingIsRefused) {
  given().at(noon).when(lee_asks).then_refused(because::edition_unknown{});
  given(one_licence).at(noon).when(lee_asks).then_refused(because::edition_not_rentable{});
  given(one_licence, file, LendingStopped{book})
      .at(noon)
      .when(lee_asks)
      .then_refused(because::edition_withdrawn{});
  given(terms_of(1, higher), file)
      .at(noon)
      .when(lee_asks)
      .then_refused(because::price_changed{higher});
  given(one_licence, file, held).at(noon).when(lee_asks).then_refused(because::no_licence_free{});
  given(two_licences, file, held, HoldTaken{lee, lees_hold, book, lees_payment, hold_ends})
      .at(noon)
      .when(lee_asks)
      .then_refused(because::payment_pending{lees_payment});
  given(two_licences, file, LoanBegun{lee, lees_hold, lees_rental, book, loan_ends})
      .at(noon)
      .when(lee_asks)
      .then_refused(because::already_on_loan{lees_rental});
  auto at_most_one = lee_asks;
  at_most_one.borrowed_max = 1;
  given(one_licence, file, LoanBegun{lee, lees_hold, lees_rental, another_book, loan_ends})
      .at(noon)
      .when(at_most_one)
      .then_refused(because::too_many_borrowed{1});
}
TEST(AClosedDesk, OffersNothingUntilItIsOpen) {
  given(two_licences, file, lent, begun, started, DeskClosed{book}, lee_waits, available(1, 2))
      .at(noon)
      .when(give_back)
      .then(BookReturned{rental, book, kim}, freed, loan_over, available(2, 2));
}
TEST(OpeningTheDesk, OffersWhatIsFreeDownTheLine) {
  given(two_licences, file, DeskClosed{book}, lee_waits, moon_waits, LineJoined{book, kim},
        available(2, 2))
      .at(noon)
      .when(OpenDesk{book})
      .then(DeskOpened{book}, LicenceOffered{book, lee, noon + 48h},
            LicenceOffered{book, moon, noon + 48h}, available(0, 2));
  given(two_licences, file, available(2, 2)).at(noon).when(OpenDesk{book}).then();
}

TEST(SettlingARentalsPayment, WaitsAsLongAsTheHoldStandsStillAndGoesOnWithItsTimes) {
  using Settle = SettleRentalPayment;
  auto standing = held;
  standing.until = still.until;
  testing::in<Settle>(Settle::AwaitingPayment{held})
      .at(closed_at)
      .hearing(still)
      .goes_to(Settle::AwaitingPayment{standing})
      .asks()
      .tells();
  auto moved = held;
  moved.since = went_on.since;
  moved.pay_by = went_on.pay_by;
  moved.until = went_on.until;
  testing::in<Settle>(Settle::AwaitingPayment{standing})
      .at(opened_at)
      .hearing(went_on)
      .goes_to(Settle::AwaitingPayment{moved})
      .asks()
      .tells();
}

// ---- fewer licences

TEST(SettingTerms, WithFewerLicencesTakesBackTheOffersThatCannotBeKept) {
  const LicenceOffered lees{book, lee, july(3)}, moons{book, moon, july(4)};
  given(terms_of(3), file, lent, lees, moons, LineJoined{book, kim}, available(0, 3))
      .at(noon)
      .when(SetTerms{book, price, 7, 2, 1, std::nullopt})
      .then(two_licences, OfferTakenBack{book, moon}, available(0, 2, loan_ends));
}

}  // namespace
}  // namespace madang::rental
