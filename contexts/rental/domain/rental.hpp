#pragma once
// One edition lent to one customer, from its payment until it is returned, cancelled or runs out. An
// unpaid rental never exists, one payment starts one rental or extends one once, and a loan whose
// extension is being paid ends at its end all the same.
//
//   NotRented --StartRental--> OnLoan --ReturnBook, CancelRental, time--> Closed
//                              |    ^
//                              `----' OpenBook, BeginExtension, ExtendRental, GiveUpExtension, time
#include <array>
#include <optional>
#include <string_view>
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
struct RentalConfirmed {  // to who asks for it under their key though another has started it
  RentalId rental;
  Instant starts;
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
// Everything that must be known to extend the loan though the customer is gone. On record before anyone
// is asked for money.
struct ExtensionBegun {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  PaymentId payment;  // nothing is ever paid under it when it is free
  Money price;
  Instant from;  // the loan's end until now
  std::int32_t days;
  std::string zone;
  Instant pay_by;  // payment does not begin any more after it
  Instant lapses;
};
struct RentalExtended {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  PaymentId payment;
  Money price;
  Instant until;
};
struct ExtensionGivenUp {
  RentalId rental;
  PaymentId payment;
};
struct ExtensionLapsed {
  RentalId rental;
  PaymentId payment;
};
struct ExtensionCancelled {  // with its rental; what was paid for it is to be paid back
  RentalId rental;
  PaymentId payment;
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
  RentalStarted terms;  // until the end that it has now
  bool opened = false;
};
struct Closed {
  RentalStarted terms;
  Ended how;
};

namespace because {
struct hold_lapsed {};
struct hold_went_on {  // to another time than whoever asks knows
  Instant since;
};
struct payment_already_used {};
struct rental_unknown {};  // or it is someone else's: who asks is not told which
struct not_on_loan {};
struct already_opened {};
struct cancellation_too_late {
  Instant until;
};
struct extensions_used_up {
  std::int32_t at_most;
};
struct someone_waits {};
struct fewer_licences {};  // more are out or set aside than may be: the catalog has lowered them
struct extension_too_late {
  Instant until;
};
struct extension_lapsed {};
}  // namespace because

struct Rental {
  using Id = RentalId;
  using Events = OneOf<RentalStarted, RentalConfirmed, BookOpened, LinkGiven, ExtensionBegun,
                       RentalExtended, ExtensionGivenUp, ExtensionLapsed, BookReturned,
                       RentalExpired, RentalCancelled, ExtensionCancelled>;
  using Lapsed = AnyOf<OneOf<ExtensionLapsed, RentalExpired>>;
  using ClaimedBy = OneOf<RentalStarted, RentalExtended>;

  std::variant<NotRented, OnLoan, Closed> stands = NotRented{};
  std::vector<RentalExtended> extensions = {};  // also once it is over
  std::vector<ExtensionBegun> extending = {};   // one at most, and only while it is on loan

  [[nodiscard]] const RentalStarted* terms() const;  // those of its one loan, also once it is over
  [[nodiscard]] const OnLoan* on_loan() const;

  static Rental evolve(Rental, const RentalStarted& it) { return {.stands = OnLoan{it}}; }
  static Rental evolve(Rental rental, const RentalConfirmed&) { return rental; }
  static Rental evolve(Rental, const BookOpened&);
  static Rental evolve(Rental rental, const LinkGiven&) { return rental; }
  static Rental evolve(Rental, const ExtensionBegun&);
  static Rental evolve(Rental, const RentalExtended&);
  static Rental evolve(Rental, const ExtensionGivenUp&);
  static Rental evolve(Rental, const ExtensionLapsed&);
  static Rental evolve(Rental, const BookReturned&);
  static Rental evolve(Rental, const RentalExpired&);
  static Rental evolve(Rental, const RentalCancelled&);
  static Rental evolve(Rental rental, const ExtensionCancelled&) { return rental; }
  static std::vector<Lapsed> lapse_due(const Rental&, Instant now);
  static std::optional<Instant> next_lapse(const Rental&);
  static std::vector<kernel::Claim<because::payment_already_used>> claims(const Rental&);
};

// Whoever asks, customer or process, asks the same: a hold that stands becomes a loan; a payment that
// has started its rental already is accepted and nothing happens; a hold that is gone is a refusal, and so is
// one that went on since they counted when the loan ends: they count anew and ask again.
struct StartRental {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  HoldId hold;
  PaymentId payment;
  Instant until;
  std::optional<Instant>
      since;  // from which until was counted; absent where an older release asked
  static constexpr auto came_later = std::to_array<std::string_view>({"since"});
  using Decision = Then<RentalStarted, LicenceLent, LoanBegun, AvailabilityChanged>::Unless<
      because::hold_lapsed, because::hold_went_on, because::payment_already_used>;
  static Decision decide(const StartRental&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};

// Asked when another has started the rental, or when the hold's time is over and the payment's result
// unknown: accepted if the rental was started by that payment. Sets down since when it is counted, so that
// who asks again is told the same.
struct ConfirmRental {
  RentalId rental;
  PaymentId payment;
  using Decision = Then<RentalConfirmed>::Unless<because::hold_lapsed>;
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

// Sets down on which terms of the edition, those of today, the loan is to last longer, and what is to be
// paid for it. That stands though someone joins the line meanwhile.
struct BeginExtension {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  PaymentId payment;
  Money price_shown;
  std::string zone;  // whose midnight ends the loan
  HoldTimes times;
  using Decision = Then<ExtensionBegun>::Unless<
      because::rental_unknown, because::not_on_loan, because::payment_pending,
      because::edition_withdrawn, because::extensions_used_up, because::price_changed,
      because::someone_waits, because::fewer_licences, because::extension_too_late>;
  static Decision decide(const BeginExtension&, const Rental&, const LicencePool&, Instant now);
};

// Whoever asks, customer or process, asks the same, as with StartRental.
struct ExtendRental {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  PaymentId payment;
  Instant until;
  using Decision =
      Then<RentalExtended, LicenceKept, LoanExtended,
           AvailabilityChanged>::Unless<because::extension_lapsed, because::payment_already_used>;
  static Decision decide(const ExtendRental&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};
struct GiveUpExtension {
  RentalId rental;
  PaymentId payment;
  using Decision = Then<ExtensionGivenUp>::Always;
  static Decision decide(const GiveUpExtension&, const Rental&);
};
// Asked when its time is over and the payment's result unknown, as with ConfirmRental.
struct ConfirmExtension {
  RentalId rental;
  PaymentId payment;
  using Decision = Then<>::Unless<because::extension_lapsed>;
  static Decision decide(const ConfirmExtension&, const Rental&);
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
      Then<RentalCancelled, ExtensionCancelled, LicenceFreed, LoanEnded, LicenceOffered,
           AvailabilityChanged>::Unless<because::rental_unknown, because::not_on_loan,
                                        because::already_opened, because::cancellation_too_late>;
  static Decision decide(const CancelRental&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};

// For who is to be erased: nobody asks them any more. What they never opened is paid back, whenever that
// is; what they opened is returned. A loan that is over already stays as it ended.
struct TakeBookBack {
  RentalId rental;
  EditionId edition;
  PersonId customer;
  using Decision = Then<RentalCancelled, ExtensionCancelled, BookReturned, LicenceFreed, LoanEnded,
                        LicenceOffered, AvailabilityChanged>::Always;
  static Decision decide(const TakeBookBack&, const Rental&, const LicencePool&, const Borrowing&,
                         Instant now);
};

}  // namespace madang::rental
