#include "rental/domain/rental.hpp"

#include <algorithm>

#include "kernel/match.hpp"

namespace madang::rental {

namespace {

// The one hold that this payment is for.
const LicenceHeld* hold_for(const StartRental& asked, const LicencePool& pool) {
  const auto found = pool.holds.find(asked.hold);
  if (found == pool.holds.end()) return nullptr;
  const auto& hold = found->second;
  const auto is_it = hold.customer == asked.customer && hold.payment == asked.payment &&
                     hold.rental == asked.rental;
  return is_it ? &hold : nullptr;
}

bool paid_by(const Rental& rental, const PaymentId& payment) {
  return rental.terms() && rental.terms()->payment == payment;
}

template <class Asked>
bool knows(const Rental& rental, const Asked& asked) {
  return rental.terms() && rental.terms()->customer == asked.customer &&
         rental.terms()->edition == asked.edition;
}

// A loan that ends before its time frees its licence and its place among the customer's books.
template <class Decision, class How>
Decision ended(How how, const RentalStarted& terms, const LicencePool& pool, Instant now) {
  Decision decision = then(std::move(how), LicenceFreed{terms.edition, terms.rental, terms.until},
                           LoanEnded{terms.customer, terms.rental});
  const Lent lent{terms.until, terms.rental};
  auto follows = pool.consequences(terms.edition, {.taken = -1, .freed = lent}, now);
  for (auto& offer : follows.offers) decision.add(std::move(offer));
  if (follows.told) decision.add(std::move(*follows.told));
  return decision;
}

bool extended_by(const Rental& rental, const PaymentId& payment) {
  return std::ranges::any_of(rental.extensions,
                             [&](const auto& it) { return it.payment == payment; });
}
bool is_extending(const Rental& rental, const PaymentId& payment) {
  return !rental.extending.empty() && rental.extending.front().payment == payment;
}

// Whatever came of an extension that was being paid for, it is so no more.
Rental not_extending(Rental rental) {
  rental.extending.clear();
  return rental;
}
Rental closed(Rental rental, Ended how) {
  rental.stands = Closed{*rental.terms(), how};
  return not_extending(std::move(rental));
}

// All that was paid for it is paid back, its extensions too.
template <class Decision, class Asked>
Decision never_opened(const Asked& asked, const Rental& rental, const OnLoan& loan,
                      const LicencePool& pool, Instant now) {
  auto cancelled = ended<Decision>(
      RentalCancelled{asked.rental, asked.edition, asked.customer, loan.terms.payment}, loan.terms,
      pool, now);
  for (const auto& extension : rental.extensions)
    if (extension.price.in_minor_units() > 0)
      cancelled.add(ExtensionCancelled{asked.rental, extension.payment});
  return cancelled;
}

}  // namespace

const RentalStarted* Rental::terms() const {
  return kernel::match(
      stands, [](const NotRented&) -> const RentalStarted* { return nullptr; },
      [](const OnLoan& loan) { return &loan.terms; },
      [](const Closed& closed) { return &closed.terms; });
}
const OnLoan* Rental::on_loan() const { return std::get_if<OnLoan>(&stands); }
StartRental::Decision StartRental::decide(const StartRental& asked, const Rental& rental,
                                          const LicencePool& pool, const Borrowing& borrowing,
                                          Instant now) {
  if (paid_by(rental, asked.payment)) return then();
  if (rental.terms()) return because::payment_already_used{};
  const auto* hold = hold_for(asked, pool);
  if (!hold || borrowing.closed) return because::hold_lapsed{};
  if (asked.since && *asked.since != hold->since) return because::hold_went_on{hold->since};

  Decision started =
      then(RentalStarted{asked.rental, asked.edition, asked.customer, asked.payment, hold->price,
                         hold->since, asked.until},
           LicenceLent{asked.edition, asked.hold, asked.rental, asked.until},
           LoanBegun{asked.customer, asked.hold, asked.rental, asked.edition, asked.until});
  const Lent lent{asked.until, asked.rental};
  auto follows = pool.consequences(asked.edition, {.lent = lent}, now);
  if (follows.told) started.add(*follows.told);
  return started;
}

ConfirmRental::Decision ConfirmRental::decide(const ConfirmRental& asked, const Rental& rental) {
  if (!paid_by(rental, asked.payment)) return because::hold_lapsed{};
  return then(RentalConfirmed{asked.rental, rental.terms()->starts});
}

OpenBook::Decision OpenBook::decide(const OpenBook& asked, const Rental& rental,
                                    const LicencePool& pool, Instant now) {
  if (!knows(rental, asked)) return because::rental_unknown{};
  const auto* loan = rental.on_loan();
  if (!loan) return because::not_on_loan{};

  const LinkGiven link{asked.rental, pool.file->sha256,
                       std::min(now + asked.link_lasts, loan->terms.until)};
  if (loan->opened) return then(link);
  return then(BookOpened{asked.rental, asked.edition, asked.customer}, link);
}

BeginExtension::Decision BeginExtension::decide(const BeginExtension& asked, const Rental& rental,
                                                const LicencePool& pool, Instant now) {
  if (!knows(rental, asked)) return because::rental_unknown{};
  const auto* loan = rental.on_loan();
  if (!loan) return because::not_on_loan{};
  if (!rental.extending.empty()) return because::payment_pending{rental.extending.front().payment};
  if (!pool.lends()) return because::edition_withdrawn{};
  const auto& terms = *pool.terms;
  if (std::ssize(rental.extensions) >= terms.extensions)
    return because::extensions_used_up{terms.extensions};
  const auto price = terms.extension_price.value_or(terms.price);
  if (asked.price_shown != price) return because::price_changed{price};
  if (!pool.line.empty()) return because::someone_waits{};
  if (pool.taken() > pool.licences()) return because::fewer_licences{};

  // The loan ends at its end though its customer is paying, so what they pay must be known by then.
  const auto ends = loan->terms.until;
  const auto lapses = std::min(now + asked.times.lasts, ends);
  const auto pay_by = lapses - (asked.times.lasts - asked.times.pay_within);
  if (price.in_minor_units() > 0 && pay_by <= now) return because::extension_too_late{ends};
  return then(ExtensionBegun{asked.rental, asked.edition, asked.customer, asked.payment, price,
                             ends, terms.days, asked.zone, pay_by, lapses});
}

ExtendRental::Decision ExtendRental::decide(const ExtendRental& asked, const Rental& rental,
                                            const LicencePool& pool, const Borrowing&,
                                            Instant now) {
  if (extended_by(rental, asked.payment)) return then();
  if (!is_extending(rental, asked.payment)) return because::extension_lapsed{};

  const auto& begun = rental.extending.front();
  Decision extended = then(RentalExtended{asked.rental, asked.edition, asked.customer,
                                          asked.payment, begun.price, asked.until},
                           LicenceKept{asked.edition, asked.rental, begun.from, asked.until},
                           LoanExtended{asked.customer, asked.rental, asked.until});
  const Lent before{begun.from, asked.rental}, after{asked.until, asked.rental};
  auto follows = pool.consequences(asked.edition, {.lent = after, .freed = before}, now);
  if (follows.told) extended.add(*follows.told);
  return extended;
}
GiveUpExtension::Decision GiveUpExtension::decide(const GiveUpExtension& asked,
                                                  const Rental& rental) {
  if (!is_extending(rental, asked.payment)) return then();
  return then(ExtensionGivenUp{asked.rental, asked.payment});
}
ConfirmExtension::Decision ConfirmExtension::decide(const ConfirmExtension& asked,
                                                    const Rental& rental) {
  if (!extended_by(rental, asked.payment)) return because::extension_lapsed{};
  return then();
}

ReturnBook::Decision ReturnBook::decide(const ReturnBook& asked, const Rental& rental,
                                        const LicencePool& pool, const Borrowing&, Instant now) {
  if (!knows(rental, asked)) return because::rental_unknown{};
  if (!rental.on_loan()) return because::not_on_loan{};
  return ended<Decision>(BookReturned{asked.rental, asked.edition, asked.customer}, *rental.terms(),
                         pool, now);
}

CancelRental::Decision CancelRental::decide(const CancelRental& asked, const Rental& rental,
                                            const LicencePool& pool, const Borrowing&,
                                            Instant now) {
  if (!knows(rental, asked)) return because::rental_unknown{};
  const auto* loan = rental.on_loan();
  if (!loan) return because::not_on_loan{};
  if (loan->opened) return because::already_opened{};
  const auto until = loan->terms.starts + asked.within;
  if (now >= until) return because::cancellation_too_late{until};
  return never_opened<Decision>(asked, rental, *loan, pool, now);
}

TakeBookBack::Decision TakeBookBack::decide(const TakeBookBack& asked, const Rental& rental,
                                            const LicencePool& pool, const Borrowing&,
                                            Instant now) {
  const auto* loan = rental.on_loan();
  if (!loan || !knows(rental, asked)) return then();
  if (loan->opened)
    return ended<Decision>(BookReturned{asked.rental, asked.edition, asked.customer}, loan->terms,
                           pool, now);
  return never_opened<Decision>(asked, rental, *loan, pool, now);
}

Rental Rental::evolve(Rental rental, const BookOpened&) {
  std::get<OnLoan>(rental.stands).opened = true;
  return rental;
}
Rental Rental::evolve(Rental rental, const ExtensionBegun& it) {
  rental.extending = {it};
  return rental;
}
Rental Rental::evolve(Rental rental, const RentalExtended& it) {
  std::get<OnLoan>(rental.stands).terms.until = it.until;
  rental.extensions.push_back(it);
  return not_extending(std::move(rental));
}
Rental Rental::evolve(Rental rental, const ExtensionGivenUp&) {
  return not_extending(std::move(rental));
}
Rental Rental::evolve(Rental rental, const ExtensionLapsed&) {
  return not_extending(std::move(rental));
}
Rental Rental::evolve(Rental rental, const BookReturned&) {
  return closed(std::move(rental), Ended::returned);
}
Rental Rental::evolve(Rental rental, const RentalExpired&) {
  return closed(std::move(rental), Ended::expired);
}
Rental Rental::evolve(Rental rental, const RentalCancelled&) {
  return closed(std::move(rental), Ended::cancelled);
}

std::vector<Rental::Lapsed> Rental::lapse_due(const Rental& rental, Instant now) {
  const auto* on_loan = rental.on_loan();
  if (!on_loan) return {};
  const auto& loan = on_loan->terms;
  std::vector<Lapsed> lapsed;
  for (const auto& begun : rental.extending)
    if (begun.lapses <= now) lapsed.emplace_back(ExtensionLapsed{loan.rental, begun.payment});
  if (loan.until <= now)
    lapsed.emplace_back(RentalExpired{loan.rental, loan.edition, loan.customer});
  return lapsed;
}
std::optional<Instant> Rental::next_lapse(const Rental& rental) {
  const auto* loan = rental.on_loan();
  if (!loan) return std::nullopt;
  auto next = loan->terms.until;
  for (const auto& begun : rental.extending) next = std::min(next, begun.lapses);
  return next;
}
std::vector<kernel::Claim<because::payment_already_used>> Rental::claims(const Rental& rental) {
  if (!rental.terms()) return {};
  std::vector<kernel::Claim<because::payment_already_used>> claims{
      {"payment", rental.terms()->payment.text(), {}}};
  for (const auto& extension : rental.extensions)
    claims.push_back({"payment", extension.payment.text(), {}});
  return claims;
}

}  // namespace madang::rental
