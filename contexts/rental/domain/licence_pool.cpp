#include "rental/domain/licence_pool.hpp"

#include <algorithm>

namespace madang::rental {

namespace {

template <class Decision>
Decision with(Decision decision, Consequences then) {
  for (auto& offer : then.offers) decision.add(std::move(offer));
  if (then.told) decision.add(std::move(*then.told));
  return decision;
}
// For commands that never free a licence.
template <class Decision>
Decision with_told(Decision decision, Consequences then) {
  if (then.told) decision.add(std::move(*then.told));
  return decision;
}

// When so many licences are back again, nobody extending.
std::optional<Instant> back_by(const std::set<Lent>& out, std::size_t so_many,
                               const PoolChange& change) {
  std::vector<Instant> ends;
  for (const auto& lent : out) {
    if (ends.size() == so_many) break;
    if (lent != change.freed) ends.push_back(lent.until);
  }
  if (change.lent)
    ends.insert(std::ranges::upper_bound(ends, change.lent->until), change.lent->until);
  return ends.size() < so_many ? std::nullopt : std::optional{ends[so_many - 1]};
}

// What becomes of the offer that a hold had taken up, once the hold is gone: it stands again until its
// own end, if there is still a licence for it.
using OfferBack = AnyOf<OneOf<LicenceOffered, OfferLapsed>>;
std::optional<OfferBack> offer_back(const LicencePool& before, const LicenceHeld& hold,
                                    const LicencePool& after, Instant now) {
  const auto taken_up = before.offers_held.find(hold.hold);
  if (taken_up == before.offers_held.end()) return std::nullopt;
  if (taken_up->second > now && after.free() > 0)
    return LicenceOffered{hold.edition, hold.customer, taken_up->second};
  return OfferLapsed{hold.edition, hold.customer};
}

// The offers that are more than there are licences for, the latest first.
std::vector<PersonId> offers_beyond(const LicencePool& pool) {
  std::vector<LicenceOffered> latest;
  for (const auto& [customer, offer] : pool.offers) latest.push_back(offer);
  std::ranges::stable_sort(latest, std::ranges::greater{}, &LicenceOffered::until);
  const auto too_many = static_cast<std::size_t>(std::max(0, pool.taken() - pool.licences()));
  std::vector<PersonId> beyond;
  for (const auto& offer : latest)
    if (beyond.size() < too_many) beyond.push_back(offer.customer);
  return beyond;
}

LicencePool without_hold(LicencePool pool, const HoldId& hold) {
  pool.holds.erase(hold);
  pool.offers_held.erase(hold);
  pool.not_begun.erase(hold);
  pool.standing.erase(hold);
  return pool;
}
LicencePool with_first_in_line(LicencePool pool, const PersonId& customer) {
  pool.offers.erase(customer);
  pool.line.insert(pool.line.begin(), customer);
  return pool;
}

// What becomes of the customers whose holds have lapsed: offers stand again, and who has kept a hold for
// as long as it may stand still is first in line.
std::vector<LicencePool::Lapsed> after_lapsed_holds(const LicencePool& before, LicencePool& after,
                                                    Instant now) {
  std::vector<LicencePool::Lapsed> follows;
  const auto add = [&](const auto& event) {
    after = LicencePool::evolve(std::move(after), event);
    follows.emplace_back(event);
  };
  std::vector<LicenceHeld> stood;
  for (const auto& [id, hold] : before.holds) {
    if (before.end_of(hold) > now) continue;
    const auto offer = offer_back(before, hold, after, now);
    const auto is_offered = offer && std::holds_alternative<LicenceOffered>(*offer);
    if (offer && (is_offered || !before.standing.contains(id))) kernel::each(add, *offer);
    else if (before.standing.contains(id)) stood.push_back(hold);
  }
  // Who held it first is put in front of the others.
  std::ranges::stable_sort(stood, std::ranges::greater{}, &LicenceHeld::since);
  for (const auto& hold : stood)
    if (after.lends()) add(PutFirstInLine{hold.edition, hold.customer});
  return follows;
}

}  // namespace

int LicencePool::taken() const {
  return static_cast<int>(out.size() + holds.size() + offers.size());
}
int LicencePool::free() const { return std::max(0, licences() - taken()); }
Instant LicencePool::end_of(const LicenceHeld& hold) const {
  const auto still = standing.find(hold.hold);
  return still == standing.end() ? hold.until : still->second.until;
}
bool LicencePool::waits(const PersonId& customer) const {
  return std::ranges::find(line, customer) != line.end();
}
bool LicencePool::may_hold(const PersonId& customer) const {
  if (offers.contains(customer)) return taken() <= licences();
  return free() > std::ranges::find(line, customer) - line.begin();
}

Consequences LicencePool::consequences(const EditionId& edition, const PoolChange& change,
                                       Instant now) const {
  Consequences then;
  auto taken_then = taken() + change.taken;
  for (const auto& next : line) {
    if (desk_closed || taken_then >= licences()) break;
    then.offers.push_back({edition, next, now + offer_lasts});
    ++taken_then;
  }

  Availability available{licences(), std::max(0, licences() - taken_then), {}};
  if (available.licences > 0 && available.free == 0) {
    const auto must_come_back =
        static_cast<std::size_t>(taken_then) - static_cast<std::size_t>(available.licences) + 1;
    available.next_expected = back_by(out, must_come_back, change);
  }
  if (available != told)
    then.told = {edition, available.licences, available.free, available.next_expected};
  return then;
}

SetTerms::Decision SetTerms::decide(const SetTerms& asked, const LicencePool& pool, Instant now) {
  const TermsSet set{asked.edition,  asked.price,      asked.days,
                     asked.licences, asked.extensions, asked.extension_price};
  if (pool.terms == set) return then();
  Decision decision = then(set);
  auto after = LicencePool::evolve(pool, set);
  for (const auto& customer : offers_beyond(after)) {
    const OfferTakenBack back{asked.edition, customer};
    after = LicencePool::evolve(std::move(after), back);
    decision.add(back);
  }
  return with(std::move(decision), after.consequences(asked.edition, {}, now));
}
ExpectFile::Decision ExpectFile::decide(const ExpectFile& asked, const LicencePool& pool) {
  const FileExpected expected{asked.edition, asked.sha256, asked.size};
  if (pool.expected == expected) return then();
  return then(expected);
}
NoteFileReady::Decision NoteFileReady::decide(const NoteFileReady& asked, const LicencePool& pool,
                                              Instant now) {
  const FileFetched fetched{asked.edition, asked.sha256, asked.size};
  if (!pool.expected || pool.expected->sha256 != asked.sha256 || pool.file == fetched)
    return then();
  return with(Decision{then(fetched)},
              LicencePool::evolve(pool, fetched).consequences(asked.edition, {}, now));
}
StopLending::Decision StopLending::decide(const StopLending& asked, const LicencePool& pool,
                                          Instant now) {
  if (pool.stopped) return then();
  Decision decision = then(LendingStopped{asked.edition});
  auto after = LicencePool::evolve(pool, LendingStopped{asked.edition});
  const auto end_waiting = [&](const PersonId& customer) {
    const WaitingEnded ended{asked.edition, customer};
    after = LicencePool::evolve(std::move(after), ended);
    decision.add(ended);
  };
  for (const auto& [customer, offer] : pool.offers) end_waiting(customer);
  for (const auto& customer : pool.line) end_waiting(customer);
  return with_told(std::move(decision), after.consequences(asked.edition, {}, now));
}

HoldLicence::Decision HoldLicence::decide(const HoldLicence& asked, const LicencePool& pool,
                                          const Borrowing& borrowing, Instant now) {
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

  const auto until = now + asked.times.lasts;
  const LicenceHeld held{asked.edition,
                         asked.hold,
                         asked.customer,
                         asked.payment,
                         asked.rental,
                         pool.terms->price,
                         pool.terms->days,
                         asked.zone,
                         now,
                         now + asked.times.pay_within,
                         until};
  const auto was_offered = pool.offers.contains(asked.customer);
  return with_told(Decision{then(held, HoldTaken{asked.customer, asked.hold, asked.edition,
                                                 asked.payment, until})},
                   pool.consequences(asked.edition, {.taken = was_offered ? 0 : 1}, now));
}

ReleaseHold::Decision ReleaseHold::decide(const ReleaseHold& asked, const LicencePool& pool,
                                          const Borrowing&, Instant now) {
  const auto hold = pool.holds.find(asked.hold);
  if (hold == pool.holds.end()) return then();
  const HoldReleased released{asked.edition, asked.hold};
  Decision decision = then(released, HoldGivenUp{asked.customer, asked.hold});
  auto after = LicencePool::evolve(pool, released);
  const auto stood_still = pool.standing.contains(asked.hold);
  if (stood_still && after.free() > 0) {  // payment let go of it; its customer keeps their place
    const LicenceOffered offer{asked.edition, asked.customer, now + offer_lasts};
    after = LicencePool::evolve(std::move(after), offer);
    decision.add(offer);
  } else if (const auto offer = offer_back(pool, hold->second, after, now)) {
    kernel::each(
        [&](const auto& event) {
          after = LicencePool::evolve(std::move(after), event);
          decision.add(event);
        },
        *offer);
  }
  return with(std::move(decision), after.consequences(asked.edition, {}, now));
}

JoinLine::Decision JoinLine::decide(const JoinLine& asked, const LicencePool& pool,
                                    const Borrowing& borrowing) {
  if (borrowing.closed) return because::account_closing{};
  if (const auto* held = borrowing.hold_on(asked.edition))
    return because::payment_pending{held->payment};
  if (const auto* loan = borrowing.loan_of(asked.edition))
    return because::already_on_loan{loan->rental};
  if (pool.stopped) return because::edition_withdrawn{};
  if (!pool.terms && !pool.file) return because::edition_unknown{};
  if (!pool.lends()) return because::edition_not_rentable{};
  if (pool.may_hold(asked.customer)) return because::licence_is_free{};
  if (pool.waits(asked.customer) || pool.offers.contains(asked.customer))
    return because::already_in_line{};
  return then(LineJoined{asked.edition, asked.customer},
              LineEntered{asked.customer, asked.edition});
}

LeaveLine::Decision LeaveLine::decide(const LeaveLine& asked, const LicencePool& pool,
                                      Instant now) {
  if (!pool.waits(asked.customer) && !pool.offers.contains(asked.customer))
    return because::not_in_line{};
  const LineLeft left{asked.edition, asked.customer};
  return with(Decision{then(left)},
              LicencePool::evolve(pool, left).consequences(asked.edition, {}, now));
}

using Pool = LicencePool;
Pool Pool::evolve(Pool pool, const TermsSet& it) {
  pool.terms = it;
  return pool;
}
Pool Pool::evolve(Pool pool, const FileExpected& it) {
  pool.expected = it;
  return pool;
}
Pool Pool::evolve(Pool pool, const FileFetched& it) {
  pool.file = it;
  return pool;
}
Pool Pool::evolve(Pool pool, const LendingStopped&) {
  pool.stopped = true;
  return pool;
}
Pool Pool::evolve(Pool pool, const LicenceHeld& it) {
  if (const auto offer = pool.offers.find(it.customer); offer != pool.offers.end()) {
    pool.offers_held.emplace(it.hold, offer->second.until);
    pool.offers.erase(offer);
  }
  std::erase(pool.line, it.customer);
  pool.holds.emplace(it.hold, it);
  return pool;
}
Pool Pool::evolve(Pool pool, const PaymentNotBegun& it) {
  pool.not_begun.insert(it.hold);
  return pool;
}
Pool Pool::evolve(Pool pool, const PaymentTriedAgain& it) {
  pool.not_begun.erase(it.hold);
  return pool;
}
Pool Pool::evolve(Pool pool, const HoldStoodStill& it) {
  pool.standing.emplace(it.hold, it);
  return pool;
}
Pool Pool::evolve(Pool pool, const HoldWentOn& it) {
  auto& hold = pool.holds.at(it.hold);
  hold.since = it.since;
  hold.pay_by = it.pay_by;
  hold.until = it.until;
  pool.standing.erase(it.hold);
  return pool;
}
Pool Pool::evolve(Pool pool, const HoldReleased& it) {
  return without_hold(std::move(pool), it.hold);
}
Pool Pool::evolve(Pool pool, const HoldLapsed& it) {
  return without_hold(std::move(pool), it.hold);
}
Pool Pool::evolve(Pool pool, const LicenceLent& it) {
  pool = without_hold(std::move(pool), it.hold);
  pool.out.insert({it.until, it.rental});
  return pool;
}
Pool Pool::evolve(Pool pool, const LicenceKept& it) {
  pool.out.erase({it.from, it.rental});
  pool.out.insert({it.until, it.rental});
  return pool;
}
Pool Pool::evolve(Pool pool, const LicenceFreed& it) {
  pool.out.erase({it.until, it.rental});
  return pool;
}
Pool Pool::evolve(Pool pool, const LineJoined& it) {
  pool.line.push_back(it.customer);
  return pool;
}
Pool Pool::evolve(Pool pool, const PutFirstInLine& it) {
  return with_first_in_line(std::move(pool), it.customer);
}
Pool Pool::evolve(Pool pool, const LineLeft& it) {
  std::erase(pool.line, it.customer);
  pool.offers.erase(it.customer);
  return pool;
}
Pool Pool::evolve(Pool pool, const WaitingEnded& it) {
  std::erase(pool.line, it.customer);
  pool.offers.erase(it.customer);
  return pool;
}
Pool Pool::evolve(Pool pool, const LicenceOffered& it) {
  std::erase(pool.line, it.customer);
  pool.offers.emplace(it.customer, it);
  return pool;
}
Pool Pool::evolve(Pool pool, const OfferLapsed& it) {
  pool.offers.erase(it.customer);
  return pool;
}
Pool Pool::evolve(Pool pool, const OfferTakenBack& it) {
  return with_first_in_line(std::move(pool), it.customer);
}
Pool Pool::evolve(Pool pool, const DeskClosed&) {
  pool.desk_closed = true;
  return pool;
}
Pool Pool::evolve(Pool pool, const DeskOpened&) {
  pool.desk_closed = false;
  return pool;
}
Pool Pool::evolve(Pool pool, const AvailabilityChanged& it) {
  pool.told = {it.licences, it.free, it.next_expected};
  return pool;
}

std::vector<Pool::Lapsed> Pool::lapse_due(const Pool& pool, Instant now) {
  std::vector<Lapsed> lapsed;
  for (const auto& [id, hold] : pool.holds)
    if (pool.end_of(hold) <= now) lapsed.emplace_back(HoldLapsed{hold.edition, id});
  for (const auto& [customer, offer] : pool.offers)
    if (offer.until <= now) lapsed.emplace_back(OfferLapsed{offer.edition, customer});
  for (const auto& lent : pool.out) {
    if (lent.until > now) break;
    lapsed.emplace_back(LicenceFreed{pool.terms->edition, lent.rental, lent.until});
  }
  if (lapsed.empty()) return lapsed;

  auto after = pool;
  for (const auto& event : lapsed)
    kernel::each([&](const auto& it) { after = evolve(std::move(after), it); }, event);
  for (auto& event : after_lapsed_holds(pool, after, now)) lapsed.push_back(std::move(event));
  auto then = after.consequences(pool.terms->edition, {}, now);
  for (const auto& offer : then.offers) lapsed.emplace_back(offer);
  if (then.told) lapsed.emplace_back(*then.told);
  return lapsed;
}

std::optional<Instant> Pool::next_lapse(const Pool& pool) {
  std::optional<Instant> next;
  const auto look_at = [&](Instant until) { next = std::min(next.value_or(until), until); };
  for (const auto& [id, hold] : pool.holds) look_at(pool.end_of(hold));
  for (const auto& [customer, offer] : pool.offers) look_at(offer.until);
  if (!pool.out.empty()) look_at(pool.out.begin()->until);
  return next;
}

}  // namespace madang::rental
