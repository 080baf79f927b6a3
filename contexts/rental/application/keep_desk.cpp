#include "rental/application/keep_desk.hpp"

namespace madang::rental {

WhatWaits::Result what_waits(const WhatWaits&, const chassis::Rows<HoldsNotBegun>& holds,
                             const chassis::Rows<ClosedDesks>& editions) {
  return {holds.all(chassis::select<HoldsNotBegun::Row>()),
          editions.all(chassis::select<ClosedDesks::Row>())};
}

void let_stand_still(const HoldsNotBegun::Row& it, const chassis::RequestKey& request,
                     chassis::Gives<StandStill> rental) {
  rental.give(StandStill{it.edition, it.customer, it.hold}, request, "stand still");
}
void let_go_on(const HoldsNotBegun::Row& it, const chassis::RequestKey& request,
               chassis::Gives<GoOn> rental) {
  rental.give(GoOn{it.edition, it.customer, it.hold}, request, "go on");
}
void open_desk(const ClosedDesks::Row& it, const chassis::RequestKey& request,
               chassis::Gives<OpenDesk> rental) {
  rental.give(OpenDesk{it.edition}, request, "open");
}

}  // namespace madang::rental
