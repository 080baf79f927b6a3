#pragma once
// One edition lent to one customer, from its payment until it is returned, cancelled or runs out. An
// unpaid rental never exists, and one payment starts one rental at most.
//
//   NotRented --StartRental--> OnLoan --ReturnBook, CancelRental, time--> Closed
//                              |    ^
//                              `----' OpenBook
#include <optional>
#include <variant>
#include <vector>

#include "rental/domain/licence_pool.hpp"

namespace madang::rental {

struct RentalStarted {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  PaymentId payment;
  Money price;
  Instant starts;
  Instant until;
};
struct BookOpened {  // for the first time
  RentalId rental;
  EditionId edition;
  PersonId customer;
};
struct LinkGiven {  // by which the file can be read
  RentalId rental;
  std::string sha256;
  Instant until;
};
struct BookReturned {
  RentalId rental;
  EditionId edition;
  PersonId customer;
};
struct RentalExpired {
  RentalId rental;
  EditionId edition;
  PersonId customer;
};
struct RentalCancelled {  // what was paid is to be paid back
  RentalId rental;
  EditionId edition;
  PersonId customer;
  PaymentId payment;
};

enum class Ended { returned, expired, cancelled };

struct NotRented {};
struct OnLoan {
  RentalStarted terms;
  bool opened = false;
};
struct Closed {
  RentalStarted terms;
  Ended how;
};

namespace because {
struct hold_lapsed {};
struct payment_already_used {};
struct rental_unknown {};  // or it is someone else's: who asks is not told which
struct not_on_loan {};
struct already_opened {};
struct cancellation_too_late {
  Instant until;
};
}  // namespace because

struct Rental {
  using Id = RentalId;
  using Events =
      OneOf<RentalStarted, BookOpened, LinkGiven, BookReturned, RentalExpired, RentalCancelled>;
  using Lapsed = RentalExpired;
  using ClaimedBy = OneOf<RentalStarted>;

  std::variant<NotRented, OnLoan, Closed> stands = NotRented{};

  [[nodiscard]] const RentalStarted* terms() const;  // those of its one loan, also once it is over
  [[nodiscard]] const OnLoan* on_loan() const;

  static Rental evolve(Rental, const RentalStarted& it) { return {OnLoan{it}}; }
  static Rental evolve(Rental, const BookOpened&);
  static Rental evolve(Rental rental, const LinkGiven&) { return rental; }
  static Rental evolve(Rental, const BookReturned&);
  static Rental evolve(Rental, const RentalExpired&);
  static Rental evolve(Rental, const RentalCancelled&);
  static std::vector<Lapsed> lapse_due(const Rental&, Instant now);
  static std::optional<Instant> next_lapse(const Rental&);
  static std::vector<kernel::Claim<because::payment_already_used>> claims(const Rental&);
};

// Whoever asks, customer or process, asks the same: a hold that stands becomes a loan; a payment that
// has started its rental already is accepted and nothing happens; a hold that is gone is a refusal.
struct StartRental {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  HoldId hold;
  PaymentId payment;
  Instant until;
  using Decision =
      Then<RentalStarted, LicenceLent, LoanBegun,
           AvailabilityChanged>::Unless<because::hold_lapsed, because::payment_already_used>;
  static Decision decide(const StartRental&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};

// Asked when the hold's time is over and the payment's result unknown: accepted if the rental was
// started by that payment all the same.
struct ConfirmRental {
  RentalId rental;
  PaymentId payment;
  using Decision = Then<>::Unless<because::hold_lapsed>;
  static Decision decide(const ConfirmRental&, const Rental&);
};

// Gives a link, each time. A book that was opened once is not taken back for money.
struct OpenBook {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  std::chrono::minutes link_lasts;
  using Decision =
      Then<BookOpened, LinkGiven>::Unless<because::rental_unknown, because::not_on_loan>;
  static Decision decide(const OpenBook&, const Rental&, const LicencePool&, Instant now);
};

struct ReturnBook {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  using Decision = Then<BookReturned, LicenceFreed, LoanEnded, LicenceOffered,
                        AvailabilityChanged>::Unless<because::rental_unknown, because::not_on_loan>;
  static Decision decide(const ReturnBook&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};

struct CancelRental {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  std::chrono::days within;  // of its start, and only while the book was never opened
  using Decision =
      Then<RentalCancelled, LicenceFreed, LoanEnded, LicenceOffered,
           AvailabilityChanged>::Unless<because::rental_unknown, because::not_on_loan,
                                        because::already_opened, because::cancellation_too_late>;
  static Decision decide(const CancelRental&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};

}  // namespace madang::rental
