#pragma once
// One amount that one person pays once, from the moment it is asked for until the provider has said
// how it ended. A charge whose answer is lost is unknown, never declined: it is looked up until the
// provider says what became of it. It is confirmed once at most, and what was charged after someone
// cancelled goes back, once.
//
//   NotBegun --BeginPayment--> Begun --ConfirmPayment--> Confirming --RecordCaptured--> Captured
//      |                         |                           |                             |
//      | CancelPayment           | CancelPayment, pay_by     | CancelPayment, pay_by       | CancelPayment,
//      |                         |                           v                             | RefundPayment
//      |                         |     .--RecordVoided--- Voiding ---RecordCaptured--.     |
//      v                         v     v                                             v     v
//   Cancelled <------------------+-----'                                            Refunding
//                                                                                       |
//   Begun, Confirming, Voiding --RecordDeclined--> Declined                             | RecordRefunded
//   Confirming --RecordVoided--> Cancelled                                              v
//   Voiding for time alone --RecordCaptured--> Captured                              Refunded
//   Declined, Cancelled --RecordCaptured, a late charge--> Refunding
//
// Whoever was told that it was declined is told so for good, though it was charged and given back since.
//
// A cancellation ends with PaymentCancelled or PaymentDeclined, a refund with PaymentRefunded, in
// whatever state they are asked for, and each is said once.
//
// The card token is in no event and no state. Until an intent is confirmed no money can move, so a
// payment whose intent is not known needs no token to be settled: who asks again under the same key
// brings the token again, and if nobody does, the payment is over at pay_by.
#include "payment/domain/words.hpp"
#include <optional>
#include <variant>
#include <vector>

namespace madang::payment {

struct PaymentBegun {
  PaymentId payment;
  Money amount;
  Instant pay_by;
  PersonId payer;
  Purpose purpose;
  friend bool operator==(const PaymentBegun&, const PaymentBegun&) = default;
};
// On record before the provider is told to charge: from here on the charge may be on its way.
struct ConfirmingBegun {
  PaymentId payment;
  IntentId intent;
};
struct PaymentCaptured {
  PaymentId payment;
  IntentId intent;
  Money amount;
  Instant captured_at;  // by the provider's clock, as all that it reports
  PersonId payer;
  Purpose purpose;
};
struct PaymentDeclined {
  PaymentId payment;
  DeclineReason reason;
};
struct GivenUp {  // for time
  PaymentId payment;
};
struct CancellationAsked {
  PaymentId payment;
  UndoReason reason;
};
struct PaymentCancelled {
  PaymentId payment;
  CancelledHow how;
  std::optional<Money> amount;  // what the payer has back; absent when the payment never began
};
// Money that nobody waits for any more: owed back from the moment it is known.
struct LateChargeCaptured {
  PaymentId payment;
  IntentId intent;
  Money amount;
  Instant captured_at;
};
// What was captured is owed back from here on.
struct RefundDue {
  PaymentId payment;
  Money amount;
  Purpose purpose;
};
struct RefundAsked {
  PaymentId payment;
  UndoReason reason;
  std::optional<PersonId> asked_by;  // the operator, if it was one
};
struct ChargeReturned {
  PaymentId payment;
  RefundId refund;
  Money amount;
  Instant refunded_at;
};
struct PaymentRefunded {
  PaymentId payment;
  Money amount;
  Instant refunded_at;
};

// Whether someone waits to hear that the payment was undone. Answered: they have heard.
enum class Asked { no, yes, answered };

struct NotBegun {};
struct Begun {
  PaymentBegun terms;
};
struct Confirming {
  PaymentBegun terms;
  IntentId intent;
};
struct Voiding {
  PaymentBegun terms;
  IntentId intent;
  Asked cancellation;  // no: given up for time, and a charge that landed still counts
};
struct Captured {
  PaymentCaptured charge;
};
struct Refunding {
  IntentId intent;
  Money amount;
  Asked cancellation, refund;
  std::optional<DeclineReason> declined = {};  // before it was charged all the same
};
struct Declined {
  DeclineReason reason;
};
struct Cancelled {
  CancelledHow how;
};
struct Refunded {
  Money amount;
  Instant refunded_at;
  Asked cancellation, refund;
  std::optional<DeclineReason> declined = {};
};

struct Payment {
  using Id = PaymentId;
  using Events = OneOf<PaymentBegun, ConfirmingBegun, PaymentCaptured, PaymentDeclined, GivenUp,
                       CancellationAsked, PaymentCancelled, LateChargeCaptured, RefundDue,
                       RefundAsked, ChargeReturned, PaymentRefunded>;
  using Event = AnyOf<Events>;
  using Lapsed = AnyOf<OneOf<PaymentCancelled, GivenUp>>;

  std::variant<NotBegun, Begun, Confirming, Voiding, Captured, Refunding, Declined, Cancelled,
               Refunded>
      stands = NotBegun{};

  static Payment evolve(Payment, const PaymentBegun& it) { return {Begun{it}}; }
  static Payment evolve(Payment, const ConfirmingBegun&);
  static Payment evolve(Payment, const PaymentCaptured& it) { return {Captured{it}}; }
  static Payment evolve(Payment, const PaymentDeclined& it) { return {Declined{it.reason}}; }
  static Payment evolve(Payment, const GivenUp&);
  static Payment evolve(Payment, const CancellationAsked&);
  static Payment evolve(Payment, const PaymentCancelled&);
  static Payment evolve(Payment, const LateChargeCaptured&);
  static Payment evolve(Payment, const RefundDue&);
  static Payment evolve(Payment, const RefundAsked&);
  static Payment evolve(Payment, const ChargeReturned&);
  static Payment evolve(Payment, const PaymentRefunded&);

  // Nobody begins to charge after pay_by: what was not confirmed by then is over, and what was is
  // given up, which means asking the provider to void it.
  static std::vector<Lapsed> lapse_due(const Payment&, Instant now);
  static std::optional<Instant> next_lapse(const Payment&);
};

// What has to be asked of the provider, again and again until it answers. Each may be asked any
// number of times: none of them makes a charge.
struct LookUp {
  IntentId intent;
};
struct VoidIntent {
  IntentId intent;
};
struct ReturnCharge {
  IntentId intent;
  Money amount;
};
using Errand = std::variant<LookUp, VoidIntent, ReturnCharge>;
std::optional<Errand> errand(const Payment&);

// ---- asked for by those who are paid

// Who asks again hears where the payment stands; accepted means that its intent may be created.
struct BeginPayment {
  PaymentId payment;
  Money amount;
  Instant pay_by;
  PersonId payer;
  Purpose purpose;
  using Decision = Then<PaymentBegun>::Unless<because::amount_not_positive, because::pay_by_passed,
                                              because::terms_differ, because::payment_pending,
                                              because::already_captured, because::payment_declined,
                                              because::payment_cancelled>;
  static Decision decide(const BeginPayment&, const Payment&, Instant now);
};

// Leave to tell the provider to charge, given once: who is refused looks the payment up instead. It
// needs a command id of its own at each try, for the recorded answer to an earlier try is no leave.
struct ConfirmPayment {
  PaymentId payment;
  IntentId intent;
  using Decision =
      Then<ConfirmingBegun>::Unless<because::payment_unknown, because::payment_pending,
                                    because::already_captured, because::payment_declined,
                                    because::payment_cancelled>;
  static Decision decide(const ConfirmPayment&, const Payment&);
};

// Whatever has become of it, the payer ends up without having paid: a payment not seen yet is void
// from birth, one not confirmed is over at once, one under way is voided, one captured is refunded.
struct CancelPayment {
  PaymentId payment;
  UndoReason reason;
  using Decision = Then<PaymentCancelled, CancellationAsked, RefundDue>::Always;
  static Decision decide(const CancelPayment&, const Payment&);
};

// Gives a whole payment back that was captured and stood.
struct RefundPayment {
  PaymentId payment;
  UndoReason reason;
  std::optional<PersonId> asked_by;
  using Decision =
      Then<RefundDue, RefundAsked, PaymentRefunded>::Unless<because::payment_unknown,
                                                            because::nothing_to_refund>;
  static Decision decide(const RefundPayment&, const Payment&);
};

// ---- said by the provider, in an answer, a look-up or a webhook: in any order, any number of times

struct RecordCaptured {
  PaymentId payment;
  IntentId intent;
  Money amount;
  Instant captured_at;
  using Decision = Then<PaymentCaptured, LateChargeCaptured>::Unless<
      because::payment_unknown, because::amount_differs, because::another_intent>;
  static Decision decide(const RecordCaptured&, const Payment&);
};
struct RecordDeclined {
  PaymentId payment;
  DeclineReason reason;
  using Decision = Then<PaymentDeclined>::Unless<because::payment_unknown>;
  static Decision decide(const RecordDeclined&, const Payment&);
};
struct RecordVoided {
  PaymentId payment;
  using Decision = Then<PaymentCancelled>::Unless<because::payment_unknown>;
  static Decision decide(const RecordVoided&, const Payment&);
};
struct RecordRefunded {
  PaymentId payment;
  RefundId refund;
  Money amount;
  Instant refunded_at;
  using Decision = Then<RefundDue, ChargeReturned, PaymentRefunded, PaymentCancelled>::Unless<
      because::payment_unknown, because::amount_differs, because::nothing_to_refund>;
  static Decision decide(const RecordRefunded&, const Payment&);
};

}  // namespace madang::payment
