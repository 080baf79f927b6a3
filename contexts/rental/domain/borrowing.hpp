#pragma once
// What one customer has on loan or set aside, so that nobody has more books at once than the shop
// allows, nor the same one twice. A hold and a loan end here at the same moments as in their pool.
// Who is to be erased borrows nothing more: it is closed, and what is open of it ends.
#include <map>
#include <optional>
#include <set>
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
struct HoldKept {  // it lasts longer: the payment desk is closed, or is open again
  PersonId customer;
  HoldId hold;
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

struct LineEntered {  // left again perhaps: only the pool knows
  PersonId customer;
  EditionId edition;
};
struct BorrowingClosed {  // for good, with this still open
  PersonId customer;
  std::vector<RentalId> loans;
  std::vector<EditionId> editions;  // of the loans, in their order
  std::vector<EditionId> lines;
  std::vector<HoldId> holds;
  std::vector<EditionId> held;  // of the holds, in their order
};
struct NothingBorrowed {  // any more, and never again
  PersonId customer;
};

struct Borrowing {
  using Id = PersonId;
  using Events = OneOf<HoldTaken, HoldKept, HoldGivenUp, LoanBegun, LoanExtended, LoanEnded,
                       LineEntered, BorrowingClosed, NothingBorrowed>;
  using Lapsed = AnyOf<OneOf<HoldGivenUp, LoanEnded>>;

  std::map<HoldId, HoldTaken> holds;
  std::map<RentalId, LoanBegun> loans;
  std::set<EditionId> lines;  // entered, and no hold was taken since
  bool closed = false, empty_for_good = false;

  [[nodiscard]] int borrowed() const;  // holds and loans together
  [[nodiscard]] const HoldTaken* hold_on(const EditionId&) const;
  [[nodiscard]] const LoanBegun* loan_of(const EditionId&) const;

  static Borrowing evolve(Borrowing, const HoldTaken&);
  static Borrowing evolve(Borrowing, const HoldKept&);
  static Borrowing evolve(Borrowing, const HoldGivenUp&);
  static Borrowing evolve(Borrowing, const LoanBegun&);
  static Borrowing evolve(Borrowing, const LoanExtended&);
  static Borrowing evolve(Borrowing, const LoanEnded&);
  static Borrowing evolve(Borrowing, const LineEntered&);
  static Borrowing evolve(Borrowing, const BorrowingClosed&);
  static Borrowing evolve(Borrowing, const NothingBorrowed&);
  static std::vector<Lapsed> lapse_due(const Borrowing&, Instant now);
  static std::optional<Instant> next_lapse(const Borrowing&);
};

namespace because {
struct account_closing {};
}  // namespace because

// Asked again and again until nothing is open: holds lapse within minutes, and loans are given back.
struct CloseBorrowing {
  PersonId customer;
  using Decision = Then<BorrowingClosed, NothingBorrowed>::Always;
  static Decision decide(const CloseBorrowing&, const Borrowing&);
};

}  // namespace madang::rental
