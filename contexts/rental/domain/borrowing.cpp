#include "rental/domain/borrowing.hpp"

#include <algorithm>

namespace madang::rental {

namespace {

template <class Things>
const auto* of_edition(const Things& things, const EditionId& edition) {
  const auto found = std::ranges::find_if(
      things, [&](const auto& entry) { return entry.second.edition == edition; });
  return found == things.end() ? nullptr : &found->second;
}

}  // namespace

int Borrowing::borrowed() const { return static_cast<int>(holds.size() + loans.size()); }
const HoldTaken* Borrowing::hold_on(const EditionId& edition) const {
  return of_edition(holds, edition);
}
const LoanBegun* Borrowing::loan_of(const EditionId& edition) const {
  return of_edition(loans, edition);
}

Borrowing Borrowing::evolve(Borrowing borrowing, const HoldTaken& it) {
  borrowing.holds.emplace(it.hold, it);
  borrowing.lines.erase(it.edition);
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const HoldKept& it) {
  borrowing.holds.at(it.hold).until = it.until;
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const HoldGivenUp& it) {
  borrowing.holds.erase(it.hold);
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const LoanBegun& it) {
  borrowing.holds.erase(it.hold);
  borrowing.loans.emplace(it.rental, it);
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const LoanExtended& it) {
  borrowing.loans.at(it.rental).until = it.until;
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const LoanEnded& it) {
  borrowing.loans.erase(it.rental);
  return borrowing;
}

Borrowing Borrowing::evolve(Borrowing borrowing, const LineEntered& it) {
  borrowing.lines.insert(it.edition);
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const BorrowingClosed&) {
  borrowing.closed = true;
  return borrowing;
}
Borrowing Borrowing::evolve(Borrowing borrowing, const NothingBorrowed&) {
  borrowing.empty_for_good = true;
  return borrowing;
}

CloseBorrowing::Decision CloseBorrowing::decide(const CloseBorrowing& asked,
                                                const Borrowing& borrowing) {
  Decision decision = then();
  if (borrowing.empty_for_good) return decision;
  if (!borrowing.closed) {
    BorrowingClosed closed{
        asked.customer, {}, {}, {borrowing.lines.begin(), borrowing.lines.end()}, {}, {}};
    for (const auto& [rental, loan] : borrowing.loans) {
      closed.loans.push_back(rental);
      closed.editions.push_back(loan.edition);
    }
    for (const auto& [id, hold] : borrowing.holds) {
      closed.holds.push_back(id);
      closed.held.push_back(hold.edition);
    }
    decision.add(std::move(closed));
  }
  if (borrowing.borrowed() == 0) decision.add(NothingBorrowed{asked.customer});
  return decision;
}

std::vector<Borrowing::Lapsed> Borrowing::lapse_due(const Borrowing& borrowing, Instant now) {
  std::vector<Lapsed> lapsed;
  for (const auto& [id, hold] : borrowing.holds)
    if (hold.until <= now) lapsed.emplace_back(HoldGivenUp{hold.customer, id});
  for (const auto& [id, loan] : borrowing.loans)
    if (loan.until <= now) lapsed.emplace_back(LoanEnded{loan.customer, id});
  return lapsed;
}
std::optional<Instant> Borrowing::next_lapse(const Borrowing& borrowing) {
  std::optional<Instant> next;
  for (const auto& [id, hold] : borrowing.holds)
    next = std::min(next.value_or(hold.until), hold.until);
  for (const auto& [id, loan] : borrowing.loans)
    next = std::min(next.value_or(loan.until), loan.until);
  return next;
}

}  // namespace madang::rental
