#include "rental/application/extend_loan.hpp"

#include <stdexcept>

#include "kernel/match.hpp"
#include "rental/application/loan_end.hpp"

namespace madang::rental {

namespace {

using Desk = chassis::Gives<BeginExtension, ExtendRental, ConfirmExtension, GiveUpExtension>;

bool is_free(const Money& price) { return price.in_minor_units() == 0; }

// One customer at the desk, with the extension that they have begun.
struct Extending {
  const ExtendLoan& asked;
  const chassis::RequestKey& request;
  const Desk& desk;
  const ExtensionBegun& begun;

  [[nodiscard]] ExtendLoan::Answer extended() const {
    const auto payment = is_free(begun.price) ? std::nullopt : std::optional{begun.payment};
    return ExtendLoan::Extended{begun.rental, payment, begun.price, loan_end(begun)};
  }
  [[nodiscard]] ExtendLoan::Answer extend() const {
    const auto done = desk.execute(
        ExtendRental{begun.rental, begun.edition, begun.customer, begun.payment, loan_end(begun)},
        request, "extend");
    if (done.refused_because<because::extension_lapsed>()) return because::extension_lapsed{};
    if (done.refused()) throw std::logic_error{"a payment of ours was used for something else"};
    return extended();
  }
  // False: it was over already.
  [[nodiscard]] bool give_up() const {
    const auto given_up =
        desk.execute(GiveUpExtension{begun.rental, begun.payment}, request, "give up");
    return given_up.find<ExtensionGivenUp>() != nullptr;
  }
  // What was too late to be paid is called off by the next time that it is asked for: the answer is one.
  [[nodiscard]] ExtendLoan::Answer not_to_be_paid() const {
    if (give_up()) return because::payment_cancelled{};
    // It lapsed, which is why it was called off; or the loan was extended, and paid back since.
    return extend();
  }
  // What payment says now decides nothing. Once its time is over it is known all the same when the loan was
  // extended; when it was not, why not is for payment to say.
  template <class Why>
  [[nodiscard]] ExtendLoan::Answer undecided(const Why& meanwhile) const {
    if (asked.asked_at < begun.lapses) return meanwhile;
    const auto confirmed =
        desk.execute(ConfirmExtension{begun.rental, begun.payment}, request, "confirm");
    if (confirmed.refused()) return meanwhile;
    return extended();
  }
};

}  // namespace

ExtendLoan::Answer extend_loan(const ExtendLoan& asked, const chassis::RequestKey& request,
                               Desk desk, PaymentDesk& payments, const LendingRules& rules) {
  if (!is_free(asked.price_shown) && !asked.card) return because::card_missing{asked.price_shown};
  const auto allowed = desk.execute(
      BeginExtension{asked.loan.rental, asked.loan.edition, asked.loan.customer,
                     request.id<PaymentId>("payment"), asked.price_shown, rules.zone, rules.hold},
      request, "begin");
  if (allowed.refused()) return allowed.refusal();

  const auto& begun = allowed.get<ExtensionBegun>();
  const Extending customer{asked, request, desk, begun};
  if (is_free(begun.price)) return customer.extend();
  const auto paid = payments.pay({begun.payment, begun.customer, begun.price, begun.pay_by,
                                  *asked.card, asked.answer_by, request.cause().traceparent});
  return kernel::match(
      paid, [&](const Paid&) { return customer.extend(); },
      [&](const Declined&) -> ExtendLoan::Answer {
        static_cast<void>(customer.give_up());
        return because::payment_declined{};
      },
      [&](const TooLateToPay&) { return customer.not_to_be_paid(); },
      [&](const PaymentUndone&) { return customer.not_to_be_paid(); },
      [&](const NotKnownYet&) {
        return customer.undecided(because::payment_unsettled{begun.payment});
      },
      [&](const NotBegun& closed) {
        return customer.undecided(because::desk_closed{closed.retry_after_seconds});
      },
      // Here nobody can say yet that it lapsed: an answer that got lost may have said something else.
      [&](const NoAnswerFromDesk&) -> ExtendLoan::Answer {
        return because::payment_unsettled{begun.payment};
      });
}

}  // namespace madang::rental
