#include "rental/application/rent_book.hpp"

#include <stdexcept>

#include "kernel/match.hpp"
#include "rental/application/loan_end.hpp"

namespace madang::rental {

namespace {

using Desk = chassis::Gives<HoldLicence, StartRental, ConfirmRental, ReleaseHold, WaitForDesk,
                            NotePaymentNotBegun, TryPaymentAgain, StandStill>;

std::string from(std::string_view step, Instant moment) {
  return std::string{step} + " " + std::to_string(moment.time_since_epoch().count());
}
// A step that is taken anew each time that the request comes.
std::string this_time(std::string_view step, const RentBook& asked) {
  return from(step, asked.asked_at);
}

// A hold as its customer knows it, with the times that it has now.
LicenceHeld as_it_stands(LicenceHeld hold, const RentBook& asked,
                         const chassis::RequestKey& request, const Desk& desk) {
  if (hold.since >= asked.asked_at) return hold;  // this very request has made it
  const auto again =
      desk.execute(TryPaymentAgain{hold.edition, hold.customer, hold.hold, hold.until}, request,
                   this_time("try again", asked));
  if (const auto* moved = again.find<HoldWentOn>()) {
    hold.since = moved->since;
    hold.pay_by = moved->pay_by;
    hold.until = moved->until;
  }
  return hold;
}
void stand_still(const RentBook& asked, const chassis::RequestKey& request, const Desk& desk) {
  desk.give(StandStill{asked.edition, asked.customer, request.id<HoldId>("hold")}, request,
            this_time("stand still", asked));
}

// One customer at the desk, with the hold that is theirs.
struct AtTheDesk {
  const RentBook& asked;
  const chassis::RequestKey& request;
  const Desk& desk;
  const LicenceHeld& hold;

  [[nodiscard]] RentBook::Rented rented(Instant starts, Instant until) const {
    return {hold.rental, hold.edition, hold.payment, hold.price, starts, until};
  }
  // By the process, if it was first. The hold is gone by then, and with it the time to which it went on: the
  // loan knows it.
  [[nodiscard]] std::optional<RentBook::Rented> started_by_another() const {
    const auto confirmed =
        desk.execute(ConfirmRental{hold.rental, hold.payment}, request, "confirm");
    if (confirmed.refused()) return std::nullopt;
    auto begun = hold;
    begun.since = confirmed.get<RentalConfirmed>().starts;
    return rented(begun.since, loan_end(begun));
  }
  [[nodiscard]] RentBook::Answer start() const {
    auto started = desk.execute(starting_of(hold), request, "start");
    for (auto known = hold; const auto* anew = started.refused_because<because::hold_went_on>();) {
      known.since = anew->since;
      started = desk.execute(starting_of(known), request, from("start", known.since));
    }
    if (started.refused_because<because::hold_lapsed>()) return because::hold_lapsed{};
    if (started.refused()) throw std::logic_error{"a payment of ours has started another rental"};
    if (const auto* it = started.find<RentalStarted>()) return rented(it->starts, it->until);
    return started_by_another().value();
  }
  // False: it was gone already.
  [[nodiscard]] bool release() const {
    const auto released =
        desk.execute(ReleaseHold{hold.edition, hold.customer, hold.hold}, request, "release");
    return released.find<HoldReleased>() != nullptr;
  }
  // What was too late to be paid is called off by the next time that it is asked for: the answer is one.
  [[nodiscard]] RentBook::Answer not_to_be_paid() const {
    if (release()) return because::payment_cancelled{};
    // It lapsed, which is why it was called off; or it is a loan that was paid back since.
    return start();
  }
  // What payment says now decides nothing. Once the hold is over it is known all the same when it became a
  // loan; when it did not, why not is for payment to say, who may have said before that it was declined.
  [[nodiscard]] RentBook::Answer undecided(const RentBook::Answer& meanwhile) const {
    if (asked.asked_at < hold.until) return meanwhile;
    if (const auto started = started_by_another()) return *started;
    return meanwhile;
  }
};

// Nothing: the desk is open; or it is for the hold to refuse this request, whose word is kept.
std::optional<RentBook::Answer> while_closed(const RentBook& asked,
                                             const chassis::RequestKey& request, const Desk& desk,
                                             chassis::Outcomes& outcomes, PaymentDesk& payments,
                                             const LendingRules& rules) {
  const auto closed = payments.closed();
  if (!closed) return std::nullopt;
  const because::desk_closed come_again{closed->retry_after_seconds};
  if (const auto before = outcomes.outcome_of<HoldLicence>(request, "hold")) {
    if (before->refused()) return before->refusal();
    stand_still(asked, request, desk);
    return AtTheDesk{asked, request, desk, before->get<LicenceHeld>()}.undecided(come_again);
  }
  const auto waits = desk.execute(
      WaitForDesk{asked.edition, asked.customer, asked.price_shown, rules.borrowed_max}, request,
      this_time("wait", asked));
  if (waits.refused()) return std::nullopt;
  return come_again;
}

}  // namespace

RentBook::Answer rent_book(const RentBook& asked, const chassis::RequestKey& request, Desk desk,
                           chassis::Outcomes& outcomes, PaymentDesk& payments,
                           const LendingRules& rules) {
  if (const auto closed = while_closed(asked, request, desk, outcomes, payments, rules))
    return *closed;
  const auto held =
      desk.execute(HoldLicence{asked.edition, asked.customer, request.id<HoldId>("hold"),
                               request.id<PaymentId>("payment"), request.id<RentalId>("rental"),
                               asked.price_shown, rules.zone, rules.borrowed_max, rules.hold},
                   request, "hold");
  if (held.refused()) return held.refusal();

  const auto hold = as_it_stands(held.get<LicenceHeld>(), asked, request, desk);
  const AtTheDesk customer{asked, request, desk, hold};
  const auto paid = payments.pay({hold.payment, hold.customer, hold.price, hold.pay_by, asked.card,
                                  asked.answer_by, request.cause().traceparent});
  return kernel::match(
      paid, [&](const Paid&) { return customer.start(); },
      [&](const Declined&) -> RentBook::Answer {
        static_cast<void>(customer.release());
        return because::payment_declined{};
      },
      [&](const TooLateToPay&) { return customer.not_to_be_paid(); },
      [&](const PaymentUndone&) { return customer.not_to_be_paid(); },
      [&](const NotKnownYet&) {
        return customer.undecided(because::payment_unsettled{hold.payment});
      },
      [&](const NotBegun& away) {
        desk.give(NotePaymentNotBegun{hold.edition, hold.customer, hold.hold}, request,
                  this_time("not begun", asked));
        if (payments.closed()) stand_still(asked, request, desk);
        return customer.undecided(because::desk_closed{away.retry_after_seconds});
      },
      // Here nobody can say yet that it lapsed: an answer that got lost may have said something else.
      [&](const NoAnswerFromDesk&) -> RentBook::Answer {
        return because::payment_unsettled{hold.payment};
      });
}

}  // namespace madang::rental
