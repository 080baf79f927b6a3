#pragma once
// The licences of one edition: on which terms they are lent, who has one, for whom one is set aside,
// and who stands in line. Nothing is lent before the edition's file is here, nor after the edition was
// withdrawn; loans that run go on to their end.
//
// Law: at each hold and offer, out + held + offered <= licences. A licence that comes free goes to the
// line at once, never to who calls next. Holds, offers and loans end by themselves. While the payment desk
// is closed (desk_closed.hpp), holds of which no payment was begun stand still and nothing is offered.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rental/domain/borrowing.hpp"
#include "rental/domain/words.hpp"

namespace madang::rental {

struct TermsSet {
  EditionId edition;
  Money price;
  std::int32_t days;
  std::int32_t licences;
  std::int32_t extensions;               // how often one loan may be extended
  std::optional<Money> extension_price;  // absent: the price of the loan
  friend bool operator==(const TermsSet&, const TermsSet&) = default;
};
struct FileExpected {
  EditionId edition;
  std::string sha256;
  std::int64_t size;
  friend bool operator==(const FileExpected&, const FileExpected&) = default;
};
struct FileFetched {  // our own copy, durable
  EditionId edition;
  std::string sha256;
  std::int64_t size;
  friend bool operator==(const FileFetched&, const FileFetched&) = default;
};
struct LendingStopped {
  EditionId edition;
};

// Everything that must be known to finish the rental though the customer is gone. On record before
// anyone is asked for money.
struct LicenceHeld {
  EditionId edition;
  HoldId hold;
  PersonId customer;
  PaymentId payment;
  RentalId rental;
  Money price;
  std::int32_t days;
  std::string zone;  // whose midnight ends the loan, by its IANA name
  Instant since;     // the loan is counted from here, whoever starts it and when
  Instant pay_by;    // payment does not begin any more after it
  Instant until;
};
struct PaymentNotBegun {  // payment could not take it and has recorded nothing
  EditionId edition;
  PersonId customer;
  HoldId hold;
};
struct PaymentTriedAgain {
  EditionId edition;
  HoldId hold;
};
struct HoldStoodStill {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  PaymentId payment;
  Instant since;
  Instant until;  // at the latest
};
struct HoldWentOn {  // with as much time as it had left
  EditionId edition;
  PersonId customer;
  HoldId hold;
  PaymentId payment;
  Instant since;
  Instant pay_by;
  Instant until;
};
struct HoldReleased {
  EditionId edition;
  HoldId hold;
};
struct HoldLapsed {
  EditionId edition;
  HoldId hold;
};
struct LicenceLent {
  EditionId edition;
  HoldId hold;
  RentalId rental;
  Instant until;
};
struct LicenceKept {  // its loan was extended
  EditionId edition;
  RentalId rental;
  Instant from;  // as it was lent until now
  Instant until;
};
struct LicenceFreed {
  EditionId edition;
  RentalId rental;
  Instant until;  // as it was lent
};
struct LineJoined {
  EditionId edition;
  PersonId customer;
};
struct LicenceOffered {
  EditionId edition;
  PersonId customer;
  Instant until;
};
struct OfferLapsed {
  EditionId edition;
  PersonId customer;
};
struct OfferTakenBack {  // fewer may be lent; they stand first in line again
  EditionId edition;
  PersonId customer;
};
struct PutFirstInLine {  // their hold has stood still as long as it may
  EditionId edition;
  PersonId customer;
};
struct DeskClosed {  // nobody can pay: the line grows, and nothing is offered
  EditionId edition;
};
struct DeskOpened {
  EditionId edition;
};
struct LineLeft {  // by their own wish; who had an offer has given it up
  EditionId edition;
  PersonId customer;
};
struct WaitingEnded {  // the edition is lent no more: a place or an offer is worth nothing now
  EditionId edition;
  PersonId customer;
};
// What those who do not know the pool may know of it.
struct AvailabilityChanged {
  EditionId edition;
  std::int32_t licences;
  std::int32_t free;                     // neither out, held nor offered
  std::optional<Instant> next_expected;  // at the latest; absent when one is free or none is out
};

// A licence that is out, in the order in which they come back.
struct Lent {
  Instant until;
  RentalId rental;
  friend auto operator<=>(const Lent&, const Lent&) = default;
};
struct Availability {
  std::int32_t licences = 0, free = 0;
  std::optional<Instant> next_expected;
  friend bool operator==(const Availability&, const Availability&) = default;
};
// What a command is about to do to a pool, as far as it matters to who waits or asks what is free.
struct PoolChange {
  int taken = 0;  // how many more are out, held or offered
  std::optional<Lent> lent = {}, freed = {};
};
// What follows from it: who gets an offer, and what is to be told.
struct Consequences {
  std::vector<LicenceOffered> offers;
  std::optional<AvailabilityChanged> told;
};

struct LicencePool {
  using Id = EditionId;
  using Events = OneOf<TermsSet, FileExpected, FileFetched, LendingStopped, LicenceHeld,
                       PaymentNotBegun, PaymentTriedAgain, HoldStoodStill, HoldWentOn, HoldReleased,
                       HoldLapsed, LicenceLent, LicenceKept, LicenceFreed, LineJoined,
                       PutFirstInLine, LineLeft, WaitingEnded, LicenceOffered, OfferLapsed,
                       OfferTakenBack, DeskClosed, DeskOpened, AvailabilityChanged>;
  using Lapsed = AnyOf<OneOf<HoldLapsed, OfferLapsed, PutFirstInLine, LicenceFreed, LicenceOffered,
                             AvailabilityChanged>>;

  std::optional<TermsSet> terms;
  std::optional<FileExpected> expected;
  std::optional<FileFetched> file;
  bool stopped = false;
  std::map<HoldId, LicenceHeld> holds;
  std::map<PersonId, LicenceOffered> offers;
  std::map<HoldId, Instant> offers_held;      // until when the offer stood that a hold has taken up
  std::set<HoldId> not_begun;                 // holds for which nobody has been asked for money
  std::map<HoldId, HoldStoodStill> standing;  // those of them that stand still
  std::set<Lent> out;
  std::vector<PersonId> line;
  bool desk_closed = false;
  Availability told;

  [[nodiscard]] bool lends() const { return terms && file && !stopped; }
  [[nodiscard]] int licences() const { return lends() ? terms->licences : 0; }
  [[nodiscard]] int taken() const;  // out, held and offered
  [[nodiscard]] int free() const;
  [[nodiscard]] Instant end_of(const LicenceHeld&) const;
  [[nodiscard]] bool waits(const PersonId&) const;
  [[nodiscard]] bool may_hold(
      const PersonId&) const;  // an offer of theirs, or one that no one waits for
  [[nodiscard]] Consequences consequences(const EditionId&, const PoolChange&, Instant now) const;

  static LicencePool evolve(LicencePool, const TermsSet&);
  static LicencePool evolve(LicencePool, const FileExpected&);
  static LicencePool evolve(LicencePool, const FileFetched&);
  static LicencePool evolve(LicencePool, const LendingStopped&);
  static LicencePool evolve(LicencePool, const LicenceHeld&);
  static LicencePool evolve(LicencePool, const PaymentNotBegun&);
  static LicencePool evolve(LicencePool, const PaymentTriedAgain&);
  static LicencePool evolve(LicencePool, const HoldStoodStill&);
  static LicencePool evolve(LicencePool, const HoldWentOn&);
  static LicencePool evolve(LicencePool, const HoldReleased&);
  static LicencePool evolve(LicencePool, const HoldLapsed&);
  static LicencePool evolve(LicencePool, const LicenceLent&);
  static LicencePool evolve(LicencePool, const LicenceKept&);
  static LicencePool evolve(LicencePool, const LicenceFreed&);
  static LicencePool evolve(LicencePool, const LineJoined&);
  static LicencePool evolve(LicencePool, const PutFirstInLine&);
  static LicencePool evolve(LicencePool, const LineLeft&);
  static LicencePool evolve(LicencePool, const WaitingEnded&);
  static LicencePool evolve(LicencePool, const LicenceOffered&);
  static LicencePool evolve(LicencePool, const OfferLapsed&);
  static LicencePool evolve(LicencePool, const OfferTakenBack&);
  static LicencePool evolve(LicencePool, const DeskClosed&);
  static LicencePool evolve(LicencePool, const DeskOpened&);
  static LicencePool evolve(LicencePool, const AvailabilityChanged&);
  static std::vector<Lapsed> lapse_due(const LicencePool&, Instant now);
  static std::optional<Instant> next_lapse(const LicencePool&);
};

namespace because {
struct edition_unknown {};
struct edition_withdrawn {};
struct edition_not_rentable {};  // no terms, or no file yet
struct price_changed {
  Money now;
};
struct no_licence_free {};
struct too_many_borrowed {
  std::int32_t at_most;
};
struct payment_pending {  // they hold a licence of this edition under another request
  PaymentId payment;
};
struct already_on_loan {
  RentalId rental;
};
struct already_in_line {};
struct not_in_line {};
struct licence_is_free {};
}  // namespace because

// ---- what the catalog decides

// With fewer licences, the latest offers that can no longer be kept are taken back.
struct SetTerms {
  EditionId edition;
  Money price;
  std::int32_t days;
  std::int32_t licences;
  std::int32_t extensions;
  std::optional<Money> extension_price;
  using Decision = Then<TermsSet, OfferTakenBack, LicenceOffered, AvailabilityChanged>::Always;
  static Decision decide(const SetTerms&, const LicencePool&, Instant now);
};
struct ExpectFile {
  EditionId edition;
  std::string sha256;
  std::int64_t size;
  using Decision = Then<FileExpected>::Always;
  static Decision decide(const ExpectFile&, const LicencePool&);
};
// What is no longer expected, since another file was set meanwhile, changes nothing.
struct NoteFileReady {
  EditionId edition;
  std::string sha256;
  std::int64_t size;
  using Decision = Then<FileFetched, LicenceOffered, AvailabilityChanged>::Always;
  static Decision decide(const NoteFileReady&, const LicencePool&, Instant now);
};
// Loans run to their ends and holds may still become loans; the line and the offers end.
struct StopLending {
  EditionId edition;
  using Decision = Then<LendingStopped, WaitingEnded, AvailabilityChanged>::Always;
  static Decision decide(const StopLending&, const LicencePool&, Instant now);
};

// ---- what a customer asks for

// Sets a licence aside while its customer pays.
struct HoldLicence {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  PaymentId payment;
  RentalId rental;
  Money price_shown;
  std::string zone;
  std::int32_t borrowed_max;
  HoldTimes times;
  using Decision = Then<LicenceHeld, HoldTaken, AvailabilityChanged>::Unless<
      because::account_closing, because::payment_pending, because::already_on_loan,
      because::edition_unknown, because::edition_withdrawn, because::edition_not_rentable,
      because::price_changed, because::too_many_borrowed, because::no_licence_free>;
  static Decision decide(const HoldLicence&, const LicencePool&, const Borrowing&, Instant now);
};
// An offer that the hold had taken up stands again until its own end: a card that was declined costs
// nobody their turn.
struct ReleaseHold {
  EditionId edition;
  PersonId customer;
  HoldId hold;
  using Decision =
      Then<HoldReleased, HoldGivenUp, LicenceOffered, OfferLapsed, AvailabilityChanged>::Always;
  static Decision decide(const ReleaseHold&, const LicencePool&, const Borrowing&, Instant now);
};
struct JoinLine {
  EditionId edition;
  PersonId customer;
  using Decision = Then<LineJoined, LineEntered>::Unless<
      because::account_closing, because::payment_pending, because::already_on_loan,
      because::edition_unknown, because::edition_withdrawn, because::edition_not_rentable,
      because::already_in_line, because::licence_is_free>;
  static Decision decide(const JoinLine&, const LicencePool&, const Borrowing&);
};
// Gives up a place in line, or an offer, which then goes to the next.
struct LeaveLine {
  EditionId edition;
  PersonId customer;
  using Decision =
      Then<LineLeft, LicenceOffered, AvailabilityChanged>::Unless<because::not_in_line>;
  static Decision decide(const LeaveLine&, const LicencePool&, Instant now);
};

}  // namespace madang::rental
