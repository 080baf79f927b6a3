#pragma once
// What one customer has on loan or set aside, so that nobody has more books at once than the shop
// allows, nor the same one twice. A hold and a loan end here at the same moments as in their pool.
#include <map>
#include <optional>
#include <vector>

#include "rental/domain/words.hpp"

namespace madang::rental {

struct HoldTaken {
  PersonId customer;
  HoldId hold;
  EditionId edition;
  PaymentId payment;
  Instant until;
};
struct HoldGivenUp {
  PersonId customer;
  HoldId hold;
};
struct LoanBegun {
  PersonId customer;
  HoldId hold;
  RentalId rental;
  EditionId edition;
  Instant until;
};
struct LoanExtended {
  PersonId customer;
  RentalId rental;
  Instant until;
};
struct LoanEnded {
  PersonId customer;
  RentalId rental;
};

struct Borrowing {
  using Id = PersonId;
  using Events = OneOf<HoldTaken, HoldGivenUp, LoanBegun, LoanExtended, LoanEnded>;
  using Lapsed = AnyOf<OneOf<HoldGivenUp, LoanEnded>>;

  std::map<HoldId, HoldTaken> holds;
  std::map<RentalId, LoanBegun> loans;

  [[nodiscard]] int borrowed() const;  // holds and loans together
  [[nodiscard]] const HoldTaken* hold_on(const EditionId&) const;
  [[nodiscard]] const LoanBegun* loan_of(const EditionId&) const;

  static Borrowing evolve(Borrowing, const HoldTaken&);
  static Borrowing evolve(Borrowing, const HoldGivenUp&);
  static Borrowing evolve(Borrowing, const LoanBegun&);
  static Borrowing evolve(Borrowing, const LoanExtended&);
  static Borrowing evolve(Borrowing, const LoanEnded&);
  static std::vector<Lapsed> lapse_due(const Borrowing&, Instant now);
  static std::optional<Instant> next_lapse(const Borrowing&);
};

}  // namespace madang::rental
