#include "payment/domain/payment.hpp"

#include "kernel/match.hpp"

namespace madang::payment {
namespace {

using kernel::match;

Money nothing(const PaymentBegun& terms) { return Money::minor_units(0, terms.amount.currency()); }

PaymentCancelled never_charged(const PaymentBegun& terms) {
  return {terms.payment, CancelledHow::never_charged, nothing(terms)};
}

RefundDue refund_of(const PaymentCaptured& charge) {
  return {charge.payment, charge.amount, charge.purpose};
}

}  // namespace

// ---- where each event leaves a payment

Payment Payment::evolve(Payment payment, const ConfirmingBegun& it) {
  return {Confirming{std::get<Begun>(payment.stands).terms, it.intent}};
}

Payment Payment::evolve(Payment payment, const GivenUp&) {
  const auto& [terms, intent] = std::get<Confirming>(payment.stands);
  return {Voiding{terms, intent, Asked::no}};
}

Payment Payment::evolve(Payment payment, const CancellationAsked&) {
  if (const auto* confirming = std::get_if<Confirming>(&payment.stands))
    return {Voiding{confirming->terms, confirming->intent, Asked::yes}};
  if (auto* voiding = std::get_if<Voiding>(&payment.stands)) voiding->cancellation = Asked::yes;
  else std::get<Refunding>(payment.stands).cancellation = Asked::yes;
  return payment;
}

Payment Payment::evolve(Payment payment, const PaymentCancelled& it) {
  if (auto* refunded = std::get_if<Refunded>(&payment.stands)) {
    refunded->cancellation = Asked::answered;
    return payment;
  }
  return {Cancelled{it.how}};
}

Payment Payment::evolve(Payment payment, const LateChargeCaptured& it) {
  const bool someone_waits = std::holds_alternative<Voiding>(payment.stands);
  Refunding refunding{it.intent, it.amount, someone_waits ? Asked::yes : Asked::answered,
                      Asked::no};
  if (const auto* before = std::get_if<Declined>(&payment.stands))
    refunding.declined = before->reason;
  return {refunding};
}

Payment Payment::evolve(Payment payment, const RefundDue& it) {
  return {
      Refunding{std::get<Captured>(payment.stands).charge.intent, it.amount, Asked::no, Asked::no}};
}

Payment Payment::evolve(Payment payment, const RefundAsked&) {
  std::get<Refunding>(payment.stands).refund = Asked::yes;
  return payment;
}

Payment Payment::evolve(Payment payment, const ChargeReturned& it) {
  const auto& refunding = std::get<Refunding>(payment.stands);
  return {Refunded{it.amount, it.refunded_at, refunding.cancellation, refunding.refund,
                   refunding.declined}};
}

Payment Payment::evolve(Payment payment, const PaymentRefunded&) {
  std::get<Refunded>(payment.stands).refund = Asked::answered;
  return payment;
}

std::vector<Payment::Lapsed> Payment::lapse_due(const Payment& payment, Instant now) {
  if (const auto* begun = std::get_if<Begun>(&payment.stands))
    if (begun->terms.pay_by <= now) return {never_charged(begun->terms)};
  if (const auto* confirming = std::get_if<Confirming>(&payment.stands))
    if (confirming->terms.pay_by <= now) return {GivenUp{confirming->terms.payment}};
  return {};
}

std::optional<Instant> Payment::next_lapse(const Payment& payment) {
  if (const auto* begun = std::get_if<Begun>(&payment.stands)) return begun->terms.pay_by;
  if (const auto* confirming = std::get_if<Confirming>(&payment.stands))
    return confirming->terms.pay_by;
  return std::nullopt;
}

std::optional<Errand> errand(const Payment& payment) {
  return match(
      payment.stands,
      [](const Confirming& it) -> std::optional<Errand> { return LookUp{it.intent}; },
      [](const Voiding& it) -> std::optional<Errand> { return VoidIntent{it.intent}; },
      [](const Refunding& it) -> std::optional<Errand> {
        return ReturnCharge{it.intent, it.amount};
      },
      [](const Either<NotBegun, Begun, Captured, Declined, Cancelled, Refunded> auto&)
          -> std::optional<Errand> { return std::nullopt; });
}

// ---- asked for by those who are paid

namespace {

// Until when it may begin is for who is paid to say, and they may give it more time.
bool is_for_the_same(const PaymentBegun& one, const PaymentBegun& other) {
  return one.amount == other.amount && one.payer == other.payer && one.purpose == other.purpose;
}

}  // namespace

BeginPayment::Decision BeginPayment::decide(const BeginPayment& asked, const Payment& payment,
                                            Instant now) {
  const PaymentBegun terms{asked.payment, asked.amount, asked.pay_by, asked.payer, asked.purpose};
  return match(
      payment.stands,
      [&](const NotBegun&) -> Decision {
        if (asked.amount.in_minor_units() <= 0) return because::amount_not_positive{};
        if (asked.pay_by <= now) return because::pay_by_passed{asked.pay_by};
        return then(terms);
      },
      [&](const Begun& it) -> Decision {
        if (!is_for_the_same(it.terms, terms)) return because::terms_differ{};
        if (asked.pay_by <= it.terms.pay_by) return then();
        return then(terms);  // no money can have moved: it may take longer
      },
      [&](const Either<Confirming, Voiding> auto& it) -> Decision {
        if (!is_for_the_same(it.terms, terms)) return because::terms_differ{};
        return because::payment_pending{it.intent};
      },
      [&](const Captured& it) -> Decision {
        if (it.charge.amount != asked.amount || it.charge.payer != asked.payer)
          return because::terms_differ{};
        return because::already_captured{it.charge.amount, it.charge.captured_at};
      },
      [](const Declined& it) -> Decision { return because::payment_declined{it.reason}; },
      [](const Cancelled& it) -> Decision { return because::payment_cancelled{it.how}; },
      [](const Either<Refunding, Refunded> auto& it) -> Decision {
        if (it.declined) return because::payment_declined{*it.declined};
        return because::payment_cancelled{CancelledHow::refunded};
      });
}

ConfirmPayment::Decision ConfirmPayment::decide(const ConfirmPayment& asked,
                                                const Payment& payment) {
  return match(
      payment.stands, [](const NotBegun&) -> Decision { return because::payment_unknown{}; },
      [&](const Begun&) -> Decision { return then(ConfirmingBegun{asked.payment, asked.intent}); },
      [](const Either<Confirming, Voiding> auto& it) -> Decision {
        return because::payment_pending{it.intent};
      },
      [](const Captured& it) -> Decision {
        return because::already_captured{it.charge.amount, it.charge.captured_at};
      },
      [](const Declined& it) -> Decision { return because::payment_declined{it.reason}; },
      [](const Cancelled& it) -> Decision { return because::payment_cancelled{it.how}; },
      [](const Either<Refunding, Refunded> auto& it) -> Decision {
        if (it.declined) return because::payment_declined{*it.declined};
        return because::payment_cancelled{CancelledHow::refunded};
      });
}

CancelPayment::Decision CancelPayment::decide(const CancelPayment& asked, const Payment& payment) {
  const CancellationAsked noted{asked.payment, asked.reason};
  return match(
      payment.stands,
      [&](const NotBegun&) -> Decision {
        return then(PaymentCancelled{asked.payment, CancelledHow::never_charged, std::nullopt});
      },
      [](const Begun& it) -> Decision { return then(never_charged(it.terms)); },
      [&](const Confirming&) -> Decision { return then(noted); },
      [&](const Captured& it) -> Decision { return then(refund_of(it.charge), noted); },
      [&](const Either<Voiding, Refunding> auto& it) -> Decision {
        if (it.cancellation != Asked::no) return then();
        return then(noted);
      },
      [&](const Refunded& it) -> Decision {
        if (it.cancellation == Asked::answered) return then();
        return then(PaymentCancelled{asked.payment, CancelledHow::refunded, it.amount});
      },
      [](const Either<Declined, Cancelled> auto&) -> Decision { return then(); });
}

RefundPayment::Decision RefundPayment::decide(const RefundPayment& asked, const Payment& payment) {
  const RefundAsked noted{asked.payment, asked.reason, asked.asked_by};
  return match(
      payment.stands, [](const NotBegun&) -> Decision { return because::payment_unknown{}; },
      [&](const Captured& it) -> Decision { return then(refund_of(it.charge), noted); },
      [&](const Refunding& it) -> Decision {
        if (it.refund != Asked::no) return then();
        return then(noted);
      },
      [&](const Refunded& it) -> Decision {
        if (it.refund == Asked::answered) return then();
        return then(PaymentRefunded{asked.payment, it.amount, it.refunded_at});
      },
      [](const Either<Begun, Confirming, Voiding, Declined, Cancelled> auto&) -> Decision {
        return because::nothing_to_refund{};
      });
}

// ---- said by the provider

RecordCaptured::Decision RecordCaptured::decide(const RecordCaptured& said,
                                                const Payment& payment) {
  const LateChargeCaptured late{said.payment, said.intent, said.amount, said.captured_at};
  const auto as_asked = [&](const PaymentBegun& terms, const IntentId& intent,
                            Asked cancellation) -> Decision {
    if (intent != said.intent) return because::another_intent{intent};
    if (terms.amount != said.amount) return because::amount_differs{terms.amount, said.amount};
    if (cancellation != Asked::no) return then(late);
    return then(PaymentCaptured{said.payment, said.intent, said.amount, said.captured_at,
                                terms.payer, terms.purpose});
  };
  const auto known_already = [&](const IntentId& intent) -> Decision {
    if (intent != said.intent) return because::another_intent{intent};
    return then();
  };
  return match(
      payment.stands, [](const NotBegun&) -> Decision { return because::payment_unknown{}; },
      [&](const Begun& it) { return as_asked(it.terms, said.intent, Asked::no); },
      [&](const Confirming& it) { return as_asked(it.terms, it.intent, Asked::no); },
      [&](const Voiding& it) { return as_asked(it.terms, it.intent, it.cancellation); },
      [&](const Captured& it) { return known_already(it.charge.intent); },
      [&](const Refunding& it) { return known_already(it.intent); },
      [&](const Either<Declined, Cancelled> auto&) -> Decision { return then(late); },
      [](const Refunded&) -> Decision { return then(); });
}

RecordDeclined::Decision RecordDeclined::decide(const RecordDeclined& said,
                                                const Payment& payment) {
  return match(
      payment.stands, [](const NotBegun&) -> Decision { return because::payment_unknown{}; },
      [&](const Either<Begun, Confirming, Voiding> auto&) -> Decision {
        return then(PaymentDeclined{said.payment, said.reason});
      },
      [](const Either<Captured, Refunding, Declined, Cancelled, Refunded> auto&) -> Decision {
        return then();  // late news of what is settled already
      });
}

RecordVoided::Decision RecordVoided::decide(const RecordVoided& said, const Payment& payment) {
  return match(
      payment.stands, [](const NotBegun&) -> Decision { return because::payment_unknown{}; },
      [](const Begun& it) -> Decision { return then(never_charged(it.terms)); },
      [&](const Either<Confirming, Voiding> auto& it) -> Decision {
        return then(PaymentCancelled{said.payment, CancelledHow::voided, nothing(it.terms)});
      },
      [](const Either<Captured, Refunding, Declined, Cancelled, Refunded> auto&) -> Decision {
        return then();
      });
}

RecordRefunded::Decision RecordRefunded::decide(const RecordRefunded& said,
                                                const Payment& payment) {
  const ChargeReturned returned{said.payment, said.refund, said.amount, said.refunded_at};
  return match(
      payment.stands, [](const NotBegun&) -> Decision { return because::payment_unknown{}; },
      [&](const Captured& it) -> Decision {  // by someone at the provider's desk
        if (it.charge.amount != said.amount)
          return because::amount_differs{it.charge.amount, said.amount};
        return then(refund_of(it.charge), returned,
                    PaymentRefunded{said.payment, said.amount, said.refunded_at});
      },
      [&](const Refunding& it) -> Decision {
        if (it.amount != said.amount) return because::amount_differs{it.amount, said.amount};
        Decision decision = then(returned);
        if (it.refund == Asked::yes)
          decision.add(PaymentRefunded{said.payment, said.amount, said.refunded_at});
        if (it.cancellation == Asked::yes)
          decision.add(PaymentCancelled{said.payment, CancelledHow::refunded, said.amount});
        return decision;
      },
      [](const Refunded&) -> Decision { return then(); },
      [](const Either<Begun, Confirming, Voiding, Declined, Cancelled> auto&) -> Decision {
        return because::nothing_to_refund{};
      });
}

}  // namespace madang::payment
