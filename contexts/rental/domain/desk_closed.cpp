#include "rental/domain/desk_closed.hpp"

namespace madang::rental {

namespace {

const LicenceHeld* hold_in(const LicencePool& pool, const HoldId& hold) {
  const auto found = pool.holds.find(hold);
  return found == pool.holds.end() ? nullptr : &found->second;
}
// With the time that it has stood still.
HoldWentOn gone_on(const LicencePool& pool, const LicenceHeld& hold, Instant now) {
  const auto still = pool.standing.find(hold.hold);
  const auto later = still == pool.standing.end() ? Instant::duration{} : now - still->second.since;
  return {hold.edition,       hold.customer,       hold.hold,         hold.payment,
          hold.since + later, hold.pay_by + later, hold.until + later};
}

}  // namespace

WaitForDesk::Decision WaitForDesk::decide(const WaitForDesk& asked, const LicencePool& pool,
                                          const Borrowing& borrowing) {
  if (borrowing.closed) return because::account_closing{};
  if (const auto* held = borrowing.hold_on(asked.edition))
    return because::payment_pending{held->payment};
  if (const auto* loan = borrowing.loan_of(asked.edition))
    return because::already_on_loan{loan->rental};
  if (pool.stopped) return because::edition_withdrawn{};
  if (!pool.terms && !pool.file) return because::edition_unknown{};
  if (!pool.lends()) return because::edition_not_rentable{};
  if (asked.price_shown != pool.terms->price) return because::price_changed{pool.terms->price};
  if (borrowing.borrowed() >= asked.borrowed_max)
    return because::too_many_borrowed{asked.borrowed_max};
  if (!pool.may_hold(asked.customer)) return because::no_licence_free{};

  Decision decision = then();
  if (pool.waits(asked.customer) || pool.offers.contains(asked.customer)) return decision;
  if (!pool.desk_closed) decision.add(DeskClosed{asked.edition});
  decision.add(LineJoined{asked.edition, asked.customer});
  decision.add(LineEntered{asked.customer, asked.edition});
  return decision;
}

NotePaymentNotBegun::Decision NotePaymentNotBegun::decide(const NotePaymentNotBegun& asked,
                                                          const LicencePool& pool) {
  if (!hold_in(pool, asked.hold) || pool.not_begun.contains(asked.hold)) return then();
  return then(PaymentNotBegun{asked.edition, asked.customer, asked.hold});
}

TryPaymentAgain::Decision TryPaymentAgain::decide(const TryPaymentAgain& asked,
                                                  const LicencePool& pool, const Borrowing&,
                                                  Instant now) {
  const auto* hold = hold_in(pool, asked.hold);
  if (!hold) return then();
  const auto times = gone_on(pool, *hold, now);
  const auto is_known = times.until == asked.until_known && !pool.standing.contains(asked.hold);
  if (is_known && !pool.not_begun.contains(asked.hold)) return then();
  const PaymentTriedAgain tried{asked.edition, asked.hold};
  if (is_known) return then(tried);
  return then(times, HoldKept{hold->customer, hold->hold, times.until}, tried);
}

StandStill::Decision StandStill::decide(const StandStill& asked, const LicencePool& pool,
                                        const Borrowing& borrowing, Instant now) {
  if (borrowing.closed) return then();
  const auto* hold = hold_in(pool, asked.hold);
  if (!hold || !pool.not_begun.contains(asked.hold) || pool.standing.contains(asked.hold))
    return then();
  const auto until = now + stands_still_at_most;
  return then(HoldStoodStill{hold->edition, hold->customer, hold->hold, hold->payment, now, until},
              HoldKept{hold->customer, hold->hold, until});
}

GoOn::Decision GoOn::decide(const GoOn& asked, const LicencePool& pool, const Borrowing&,
                            Instant now) {
  const auto* hold = hold_in(pool, asked.hold);
  if (!hold || !pool.standing.contains(asked.hold)) return then();
  const auto times = gone_on(pool, *hold, now);
  return then(times, HoldKept{hold->customer, hold->hold, times.until});
}

OpenDesk::Decision OpenDesk::decide(const OpenDesk& asked, const LicencePool& pool, Instant now) {
  if (!pool.desk_closed) return then();
  const DeskOpened opened{asked.edition};
  Decision decision = then(opened);
  auto follows = LicencePool::evolve(pool, opened).consequences(asked.edition, {}, now);
  for (const auto& offer : follows.offers) decision.add(offer);
  if (follows.told) decision.add(*follows.told);
  return decision;
}

}  // namespace madang::rental
