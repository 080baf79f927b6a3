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

}  // namespace

const RentalStarted* Rental::terms() const {
  return kernel::match(
      stands, [](const NotRented&) -> const RentalStarted* { return nullptr; },
      [](const OnLoan& loan) { return &loan.terms; },
      [](const Closed& closed) { return &closed.terms; });
}
const OnLoan* Rental::on_loan() const { return std::get_if<OnLoan>(&stands); }

StartRental::Decision StartRental::decide(const StartRental& asked, const Rental& rental,
                                          const LicencePool& pool, const Borrowing&, Instant now) {
  if (paid_by(rental, asked.payment)) return then();
  if (rental.terms()) return because::payment_already_used{};
  const auto* hold = hold_for(asked, pool);
  if (!hold) return because::hold_lapsed{};

  Decision started =
      then(RentalStarted{asked.rental, asked.edition, asked.customer, asked.payment, hold->price,
                         hold->since, asked.until},
           LicenceLent{asked.edition, asked.hold, asked.rental, asked.until},
           LoanBegun{asked.customer, asked.hold, asked.rental, asked.edition, asked.until});
  const Lent lent{asked.until, asked.rental};
  auto follows = pool.consequences(asked.edition, {.lent = lent}, now);
  if (follows.told) started.add(std::move(*follows.told));
  return started;
}

ConfirmRental::Decision ConfirmRental::decide(const ConfirmRental& asked, const Rental& rental) {
  if (!paid_by(rental, asked.payment)) return because::hold_lapsed{};
  return then();
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
  return ended<Decision>(
      RentalCancelled{asked.rental, asked.edition, asked.customer, loan->terms.payment},
      loan->terms, pool, now);
}

Rental Rental::evolve(Rental rental, const BookOpened&) { return {OnLoan{*rental.terms(), true}}; }
Rental Rental::evolve(Rental rental, const BookReturned&) {
  return {Closed{*rental.terms(), Ended::returned}};
}
Rental Rental::evolve(Rental rental, const RentalExpired&) {
  return {Closed{*rental.terms(), Ended::expired}};
}
Rental Rental::evolve(Rental rental, const RentalCancelled&) {
  return {Closed{*rental.terms(), Ended::cancelled}};
}

std::vector<Rental::Lapsed> Rental::lapse_due(const Rental& rental, Instant now) {
  const auto next = next_lapse(rental);
  if (!next || *next > now) return {};
  const auto& loan = *rental.terms();
  return {RentalExpired{loan.rental, loan.edition, loan.customer}};
}
std::optional<Instant> Rental::next_lapse(const Rental& rental) {
  const auto* loan = rental.on_loan();
  return loan ? std::optional{loan->terms.until} : std::nullopt;
}
std::vector<kernel::Claim<because::payment_already_used>> Rental::claims(const Rental& rental) {
  if (!rental.terms()) return {};
  return {{"payment", rental.terms()->payment.text(), {}}};
}

}  // namespace madang::rental
