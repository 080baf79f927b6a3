#pragma once
// Who waits for which edition, in which order, and to whom a licence is offered until when. A place is
// gone once its offer is taken up, lapses or is given up, or the edition is lent no more.
#include <optional>
#include <string>

#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "rental/domain/licence_pool.hpp"

namespace madang::rental {

enum class PlaceState { waiting, offered };

struct Places {
  using Key = std::string;
  struct Row {
    EditionId edition;
    PersonId customer;
    PlaceState state = PlaceState::waiting;
    Instant since;           // of this state
    std::int64_t order = 0;  // in line: who has less stands before
    std::optional<Instant> offered_until;
  };
  using Indexed = chassis::Columns<&Row::edition, &Row::customer, &Row::state>;
  using OrderedBy = chassis::Columns<&Row::order>;
  using Reads = OneOf<LicencePool>;
  using Ends = OneOf<LicenceHeld, OfferLapsed, LineLeft, WaitingEnded>;
  using Ignores =
      OneOf<TermsSet, FileExpected, FileFetched, LendingStopped, PaymentNotBegun, PaymentTriedAgain,
            HoldStoodStill, HoldWentOn, HoldReleased, HoldLapsed, LicenceLent, LicenceKept,
            LicenceFreed, DeskClosed, DeskOpened, AvailabilityChanged>;

  static Key key_of(const EditionId& edition, const PersonId& customer) {
    return edition.text() + "/" + customer.text();
  }
  static Key key(const auto& event, const chassis::Happened&) {
    return key_of(event.edition, event.customer);
  }
  static Row start(const LineJoined& it, const chassis::Happened& happened) {
    return {it.edition, it.customer, PlaceState::waiting, happened.at, happened.position, {}};
  }
  static Row start(const LicenceOffered& it, const chassis::Happened& happened) {
    return {it.edition, it.customer, PlaceState::offered, happened.at, happened.position, it.until};
  }
  // Who was put in front last stands before all others.
  static Row start(const PutFirstInLine& it, const chassis::Happened& happened) {
    return {it.edition, it.customer, PlaceState::waiting, happened.at, -happened.position, {}};
  }
  static Row start(const OfferTakenBack& it, const chassis::Happened& happened) {
    return {it.edition, it.customer, PlaceState::waiting, happened.at, -happened.position, {}};
  }
};

struct PlaceView {
  Places::Row row;
  std::optional<std::int64_t> place;  // 1 is next; nothing for who has an offer
};

// Nothing: they have none.
struct PlaceOf {
  using Result = std::optional<PlaceView>;
  EditionId edition;
  PersonId customer;
};
PlaceOf::Result place_of(const PlaceOf&, const chassis::Rows<Places>&);

}  // namespace madang::rental
