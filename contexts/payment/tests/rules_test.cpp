#include "payment/tests/given.hpp"

namespace madang::payment {
namespace {

using namespace examples;

// ---- beginning and confirming

TEST(BeginningAPayment, IsRecordedBeforeTheProviderIsAsked) {
  given().at(noon).when(begin).then(begun);
}
TEST(BeginningAPayment, IsRefusedFromItsLastMomentOn) {
  given().at(pay_by).when(begin).then_refused(because::pay_by_passed{pay_by});
}
TEST(BeginningAPayment, IsRefusedForNothingAndForLessThanNothing) {
  for (const auto amount : {0, -1}) {
    auto asked = begin;
    asked.amount = Money::won(amount);
    given().at(noon).when(asked).then_refused(because::amount_not_positive{});
  }
}
TEST(BeginningAPayment, AgainBeforeItIsConfirmedChangesNothing) {
  given(begun).at(noon).when(begin).then();
}
TEST(BeginningAPayment, AgainWithMoreTimeMovesItsEndUntilItIsConfirmed) {
  auto later = begin;
  later.pay_by += 5h;
  auto moved = begun;
  moved.pay_by = later.pay_by;
  given(begun).at(noon).when(later).then(moved);
  given(begun, moved).at(noon).when(begin).then();
  given(begun, confirming).at(noon).when(later).then_refused(because::payment_pending{intent});
}
TEST(BeginningAPayment, AgainWithOtherTermsIsRefused) {
  auto asked = begin;
  asked.amount = less;
  given(begun).at(noon).when(asked).then_refused(because::terms_differ{});
  given(begun, confirming).at(noon).when(asked).then_refused(because::terms_differ{});
  given(begun, confirming, captured).at(noon).when(asked).then_refused(because::terms_differ{});
  auto by_another = begin;
  by_another.payer = operator_lee;
  given(begun, confirming, captured)
      .at(noon)
      .when(by_another)
      .then_refused(because::terms_differ{});
}
TEST(BeginningAPayment, AgainSaysThatTheChargeIsNotKnownYet) {
  given(begun, confirming).at(noon).when(begin).then_refused(because::payment_pending{intent});
  given(begun, confirming, given_up)
      .at(noon)
      .when(begin)
      .then_refused(because::payment_pending{intent});
}
TEST(BeginningAPayment, AgainSaysThatItIsPaid) {
  given(begun, confirming, captured)
      .at(later)
      .when(begin)
      .then_refused(because::already_captured{price, at});
}
TEST(BeginningAPayment, AgainSaysThatItWasDeclined) {
  given(begun, confirming, declined)
      .at(noon)
      .when(begin)
      .then_refused(because::payment_declined{DeclineReason::card_declined});
}
TEST(BeginningAPayment, IsRefusedOnceItWasCancelled) {
  given(never_begun)
      .at(noon)
      .when(begin)
      .then_refused(because::payment_cancelled{CancelledHow::never_charged});
  given(begun, confirming, captured, refund_due, refund_asked)
      .at(noon)
      .when(begin)
      .then_refused(because::payment_cancelled{CancelledHow::refunded});
}

TEST(ConfirmingAPayment, IsRecordedBeforeTheProviderIsToldToCharge) {
  given(begun).at(noon).when(confirm).then(confirming);
}
TEST(ConfirmingAPayment, IsAllowedOnce) {
  given(begun, confirming).at(noon).when(confirm).then_refused(because::payment_pending{intent});
  given(begun, confirming, cancellation_asked)
      .at(noon)
      .when(confirm)
      .then_refused(because::payment_pending{intent});
  given(begun, confirming, captured)
      .at(noon)
      .when(confirm)
      .then_refused(because::already_captured{price, at});
  given(begun, confirming, declined)
      .at(noon)
      .when(confirm)
      .then_refused(because::payment_declined{DeclineReason::card_declined});
}
TEST(ConfirmingAPayment, IsRefusedFromPayByOnForThePaymentIsOver) {
  given(begun).at(pay_by).when(confirm).then_refused(
      because::payment_cancelled{CancelledHow::never_charged});
}
TEST(ConfirmingAPayment, IsRefusedAfterACancellationOvertookIt) {
  given(begun, never_charged)
      .at(noon)
      .when(confirm)
      .then_refused(because::payment_cancelled{CancelledHow::never_charged});
  given(begun, confirming, captured, refund_due, cancellation_asked)
      .at(noon)
      .when(confirm)
      .then_refused(because::payment_cancelled{CancelledHow::refunded});
}
TEST(ConfirmingAPayment, IsRefusedWhenItNeverBegan) {
  given().at(noon).when(confirm).then_refused(because::payment_unknown{});
}

// ---- time

template <class... Past>
std::string lapsed(Instant now, const Past&... past) {
  return testing::shown_all(Payment::lapse_due(given(past...).template folded<Payment>(), now));
}

TEST(APaymentPastItsTime, IsOverWhenTheProviderWasNeverToldToCharge) {
  EXPECT_EQ(lapsed(pay_by, begun), testing::shown(never_charged));
  EXPECT_EQ(lapsed(pay_by - 1ms, begun), "");
}
TEST(APaymentPastItsTime, IsGivenUpButNotDecidedWhenTheChargeIsUnknown) {
  EXPECT_EQ(lapsed(pay_by, begun, confirming), testing::shown(given_up));
  EXPECT_EQ(lapsed(pay_by - 1ms, begun, confirming), "");
}
TEST(APaymentPastItsTime, IsLookedAtAgainAtPayByAndOnlyWhileThatMatters) {
  EXPECT_EQ(Payment::next_lapse(given(begun).folded<Payment>()), pay_by);
  EXPECT_EQ(Payment::next_lapse(given(begun, confirming).folded<Payment>()), pay_by);
  EXPECT_EQ(Payment::next_lapse(given().folded<Payment>()), std::nullopt);
  EXPECT_EQ(Payment::next_lapse(given(begun, confirming, captured).folded<Payment>()),
            std::nullopt);
  EXPECT_EQ(lapsed(later, begun, confirming, captured), "");
}

// ---- captured

TEST(ACharge, IsCapturedWhenTheProviderSaysSo) {
  given(begun, confirming).at(noon).when(provider_captured).then(captured);
}
TEST(ACharge, SaidTwiceIsCapturedOnce) {
  given(begun, confirming, captured).at(noon).when(provider_captured).then();
  given(begun, confirming, captured, refund_due, refund_asked)
      .at(noon)
      .when(provider_captured)
      .then();
  given(begun, confirming, captured, refund_due, refund_asked, returned, refunded)
      .at(noon)
      .when(provider_captured)
      .then();
}
TEST(ACharge, ThatLandsAfterWeGaveUpForTimeStillCounts) {
  given(begun, confirming).at(later).when(provider_captured).then(captured);
}
TEST(ACharge, IsBelievedThoughOurOwnNoteOfConfirmingIsMissing) {
  given(begun).at(noon).when(provider_captured).then(captured);
}
TEST(ACharge, ThatLandsWhileItsCancellationIsUnderWayIsOwedBack) {
  given(begun, confirming, cancellation_asked).at(noon).when(provider_captured).then(late);
}
TEST(ACharge, ThatLandsAfterTheEndIsOwedBackOnce) {
  given(begun, confirming, cancellation_asked, voided).at(noon).when(provider_captured).then(late);
  given(begun, confirming, declined).at(noon).when(provider_captured).then(late);
  given(never_begun).at(noon).when(provider_captured).then(late);
  given(never_begun, late).at(noon).when(provider_captured).then();
}
TEST(ACharge, ThatLandsAfterADeclineMakesItNoneTheLessDeclined) {
  given(begun, confirming, declined, late, returned)
      .at(later)
      .when(begin)
      .then_refused(because::payment_declined{DeclineReason::card_declined});
}
TEST(ACharge, OfAnotherAmountIsNotBelieved) {
  auto said = provider_captured;
  said.amount = less;
  given(begun, confirming).at(noon).when(said).then_refused(because::amount_differs{price, less});
}
TEST(ACharge, UnderAnotherIntentIsNotBelieved) {
  auto said = provider_captured;
  said.intent = IntentId{"pi_2"};
  given(begun, confirming).at(noon).when(said).then_refused(because::another_intent{intent});
  given(begun, confirming, captured)
      .at(noon)
      .when(said)
      .then_refused(because::another_intent{intent});
  given(begun, confirming, captured, refund_due, refund_asked)
      .at(noon)
      .when(said)
      .then_refused(because::another_intent{intent});
}
TEST(ACharge, OfAPaymentThatIsNoneOfOursIsNotBelieved) {
  given().at(noon).when(provider_captured).then_refused(because::payment_unknown{});
}

// ---- declined and voided

TEST(ADecline, EndsAPaymentThatWasUnderWay) {
  given(begun).at(noon).when(provider_declined).then(declined);
  given(begun, confirming).at(noon).when(provider_declined).then(declined);
  given(begun, confirming, cancellation_asked).at(noon).when(provider_declined).then(declined);
}
TEST(ADecline, ThatComesLateOrTwiceChangesNothing) {
  given(begun, confirming, declined).at(noon).when(provider_declined).then();
  given(begun, confirming, captured).at(noon).when(provider_declined).then();
  given(begun, confirming, voided).at(noon).when(provider_declined).then();
}
TEST(ADecline, OfAPaymentThatIsNoneOfOursIsNotBelieved) {
  given().at(noon).when(provider_declined).then_refused(because::payment_unknown{});
}
TEST(AVoid, EndsAPaymentThatWasUnderWay) {
  given(begun).at(noon).when(provider_voided).then(never_charged);
  given(begun, confirming).at(noon).when(provider_voided).then(voided);
  given(begun, confirming).at(later).when(provider_voided).then(voided);
  given(begun, confirming, cancellation_asked).at(noon).when(provider_voided).then(voided);
}
TEST(AVoid, ThatComesLateOrTwiceChangesNothing) {
  given(begun, confirming, voided).at(noon).when(provider_voided).then();
  given(begun, confirming, captured).at(noon).when(provider_voided).then();
  given(begun, confirming, declined).at(noon).when(provider_voided).then();
}
TEST(AVoid, OfAPaymentThatIsNoneOfOursIsNotBelieved) {
  given().at(noon).when(provider_voided).then_refused(because::payment_unknown{});
}

// ---- cancelling

TEST(CancellingAPayment, ThatWasNeverSeenMakesItVoidFromBirth) {
  given().at(noon).when(cancel).then(never_begun);
}
TEST(CancellingAPayment, ThatWasNotConfirmedEndsItAtOnce) {
  given(begun).at(noon).when(cancel).then(never_charged);
}
TEST(CancellingAPayment, WhoseChargeIsUnknownIsLeftToTheProvider) {
  given(begun, confirming).at(noon).when(cancel).then(cancellation_asked);
  given(begun, confirming).at(later).when(cancel).then(cancellation_asked);
}
TEST(CancellingAPayment, ThatIsCapturedGivesItBack) {
  given(begun, confirming, captured).at(noon).when(cancel).then(refund_due, cancellation_asked);
}
TEST(CancellingAPayment, AnswersOnceTheMoneyIsBack) {
  given(begun, confirming, captured, refund_due, cancellation_asked)
      .at(later)
      .when(provider_refunded)
      .then(returned, paid_back);
  given(begun, confirming, cancellation_asked, late)
      .at(later)
      .when(provider_refunded)
      .then(returned, paid_back);
}
TEST(CancellingAPayment, AgainChangesNothing) {
  given(never_begun).at(noon).when(cancel).then();
  given(begun, confirming, cancellation_asked).at(noon).when(cancel).then();
  given(begun, confirming, captured, refund_due, cancellation_asked).at(noon).when(cancel).then();
  given(begun, confirming, captured, refund_due, cancellation_asked, returned, paid_back)
      .at(noon)
      .when(cancel)
      .then();
}
TEST(CancellingAPayment, ThatWasDeclinedChangesNothing) {
  given(begun, confirming, declined).at(noon).when(cancel).then();
}
TEST(CancellingAPayment, ThatAnOperatorRefundsIsAnsweredToo) {
  given(begun, confirming, captured, refund_due, refund_asked)
      .at(noon)
      .when(cancel)
      .then(cancellation_asked);
  given(begun, confirming, captured, refund_due, refund_asked, cancellation_asked)
      .at(later)
      .when(provider_refunded)
      .then(returned, refunded, paid_back);
  given(begun, confirming, captured, refund_due, refund_asked, returned, refunded)
      .at(later)
      .when(cancel)
      .then(paid_back);
}

// ---- refunding

TEST(RefundingAPayment, GivesTheWholeOfItBack) {
  given(begun, confirming, captured).at(noon).when(give_back).then(refund_due, refund_asked);
  given(begun, confirming, captured, refund_due, refund_asked)
      .at(later)
      .when(provider_refunded)
      .then(returned, refunded);
}
TEST(RefundingAPayment, TwiceGivesItBackOnce) {
  given(begun, confirming, captured, refund_due, refund_asked).at(noon).when(give_back).then();
  given(begun, confirming, captured, refund_due, refund_asked, returned, refunded)
      .at(later)
      .when(give_back)
      .then();
  given(begun, confirming, captured, refund_due, refund_asked, returned, refunded)
      .at(later)
      .when(provider_refunded)
      .then();
}
TEST(RefundingAPayment, ThatIsBeingCancelledIsAnsweredToo) {
  given(begun, confirming, captured, refund_due, cancellation_asked)
      .at(noon)
      .when(give_back)
      .then(refund_asked);
  given(begun, confirming, captured, refund_due, cancellation_asked, returned, paid_back)
      .at(later)
      .when(give_back)
      .then(refunded);
}
TEST(RefundingAPayment, IsRefusedWhenNothingWasCaptured) {
  const auto refused = because::nothing_to_refund{};
  given(begun).at(noon).when(give_back).then_refused(refused);
  given(begun, confirming).at(noon).when(give_back).then_refused(refused);
  given(begun, confirming, cancellation_asked).at(noon).when(give_back).then_refused(refused);
  given(begun, confirming, declined).at(noon).when(give_back).then_refused(refused);
  given(never_begun).at(noon).when(give_back).then_refused(refused);
}
TEST(RefundingAPayment, IsRefusedWhenItIsNoneOfOurs) {
  given().at(noon).when(give_back).then_refused(because::payment_unknown{});
}
TEST(ARefund, MadeAtTheProvidersOwnDeskIsTakenIntoTheBooks) {
  given(begun, confirming, captured)
      .at(later)
      .when(provider_refunded)
      .then(refund_due, returned, refunded);
}
TEST(ARefund, OfALateChargeNeedsNoAnswerToWhoHasHeardAlready) {
  given(begun, confirming, voided, late).at(later).when(provider_refunded).then(returned);
}
TEST(ARefund, OfAnotherAmountIsNotBelieved) {
  auto said = provider_refunded;
  said.amount = less;
  const because::amount_differs refused{price, less};
  given(begun, confirming, captured).at(later).when(said).then_refused(refused);
  given(begun, confirming, captured, refund_due, refund_asked)
      .at(later)
      .when(said)
      .then_refused(refused);
}
TEST(ARefund, OfWhatWasNeverChargedIsNotBelieved) {
  given().at(noon).when(provider_refunded).then_refused(because::payment_unknown{});
  given(begun, confirming)
      .at(noon)
      .when(provider_refunded)
      .then_refused(because::nothing_to_refund{});
}

// ---- errands

template <class Wanted, class... Past>
bool sends_to(const Past&... past) {
  const auto what = errand(given(past...).template folded<Payment>());
  return what && std::holds_alternative<Wanted>(*what);
}

TEST(WhatIsAskedOfTheProvider, IsToLookUpToVoidOrToReturnAndNeverToCharge) {
  EXPECT_TRUE(sends_to<LookUp>(begun, confirming));
  EXPECT_TRUE(sends_to<VoidIntent>(begun, confirming, given_up));
  EXPECT_TRUE(sends_to<VoidIntent>(begun, confirming, cancellation_asked));
  EXPECT_TRUE(sends_to<ReturnCharge>(begun, confirming, captured, refund_due, refund_asked));
  EXPECT_TRUE(sends_to<ReturnCharge>(never_begun, late));
}
TEST(WhatIsAskedOfTheProvider, IsNothingOnceAPaymentIsSettledOrBeforeItIsConfirmed) {
  EXPECT_FALSE(errand(given().folded<Payment>()));
  EXPECT_FALSE(errand(given(begun).folded<Payment>()));
  EXPECT_FALSE(errand(given(begun, confirming, captured).folded<Payment>()));
  EXPECT_FALSE(errand(given(begun, confirming, declined).folded<Payment>()));
  EXPECT_FALSE(errand(given(begun, confirming, voided).folded<Payment>()));
  EXPECT_FALSE(errand(given(never_begun, late, returned).folded<Payment>()));
}

}  // namespace
}  // namespace madang::payment
