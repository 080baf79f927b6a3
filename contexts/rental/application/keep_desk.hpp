#pragma once
// What is done to holds and lines as the payment desk closes and opens: the holds for which nobody was
// asked for money, and the editions in whose lines people wait for the desk.
#include <vector>

#include "chassis/ports/commands.hpp"
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "rental/domain/desk_closed.hpp"

namespace madang::rental {

struct HoldsNotBegun {
  using Key = HoldId;
  struct Row {
    HoldId hold;
    EditionId edition;
    PersonId customer;
    bool stands_still = false;
  };
  using Indexed = chassis::Columns<&Row::customer>;
  using Reads = OneOf<LicencePool>;
  using Ends = OneOf<PaymentTriedAgain, HoldReleased, HoldLapsed, LicenceLent>;
  using Ignores =
      OneOf<TermsSet, FileExpected, FileFetched, LendingStopped, LicenceHeld, LicenceKept,
            LicenceFreed, LineJoined, PutFirstInLine, LineLeft, WaitingEnded, LicenceOffered,
            OfferLapsed, OfferTakenBack, DeskClosed, DeskOpened, AvailabilityChanged>;
  static Row start(const PaymentNotBegun& it) { return {it.hold, it.edition, it.customer, false}; }
  static Row start(const HoldStoodStill& it) { return {it.hold, it.edition, it.customer, true}; }
  static Row start(const HoldWentOn& it) { return {it.hold, it.edition, it.customer, false}; }
};
struct ClosedDesks {
  using Key = EditionId;
  struct Row {
    EditionId edition;
  };
  using Reads = OneOf<LicencePool>;
  using Ends = OneOf<DeskOpened>;
  using Ignores =
      OneOf<TermsSet, FileExpected, FileFetched, LendingStopped, LicenceHeld, PaymentNotBegun,
            PaymentTriedAgain, HoldStoodStill, HoldWentOn, HoldReleased, HoldLapsed, LicenceLent,
            LicenceKept, LicenceFreed, LineJoined, PutFirstInLine, LineLeft, WaitingEnded,
            LicenceOffered, OfferLapsed, OfferTakenBack, AvailabilityChanged>;
  static Row start(const DeskClosed& it) { return {it.edition}; }
};

// At most 1,000 of each: who keeps the desk asks again.
struct WhatWaits {
  struct Result {
    std::vector<HoldsNotBegun::Row> holds;
    std::vector<ClosedDesks::Row> editions;
  };
};
WhatWaits::Result what_waits(const WhatWaits&, const chassis::Rows<HoldsNotBegun>&,
                             const chassis::Rows<ClosedDesks>&);

void let_stand_still(const HoldsNotBegun::Row&, const chassis::RequestKey&,
                     chassis::Gives<StandStill>);
void let_go_on(const HoldsNotBegun::Row&, const chassis::RequestKey&, chassis::Gives<GoOn>);
void open_desk(const ClosedDesks::Row&, const chassis::RequestKey&, chassis::Gives<OpenDesk>);

}  // namespace madang::rental
