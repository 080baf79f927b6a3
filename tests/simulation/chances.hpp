#pragma once
// Small places in the shop where chance strikes: narrow journals, snapshots of another release, deliveries that
// cannot be handled when they come. The product has no place of its own for it (docs/adr): what is narrow are its
// limits, and what is altered is a context's registry, before it works.
#include "apps/madang/surroundings.hpp"
#include "chassis/assembly/context.hpp"
#include "chassis/runtime/simulator.hpp"
#include <functional>

namespace madang::simulation {

// A batch of one, a mailbox of a few, no cached states, a snapshot after each event, no tail: each in some seeds.
chassis::JournalLimits narrow_places(runtime::Simulator&);

// One or two readers and workers of a context, as a rule.
app::Hands few_hands(runtime::Simulator&);

// States have another shape, and snapshots another form, than those of the release beside it, which cannot read them.
void take_no_snapshot_of_another(chassis::Context&);

// Told of each delivery that is about to be handled, and by which consumer of which context.
using Handled = std::function<void(const std::string& by, const chassis::Delivery&)>;
void tell_of_deliveries(chassis::Context&, const Handled&);

// A consumer cannot handle what `strikes`; tried again, perhaps.
void poison(chassis::Context&, const std::function<bool()>& strikes);

}  // namespace madang::simulation
