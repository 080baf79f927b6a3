#pragma once
// Two releases of the shop that take turns, start by start: an upgrade, and a roll-back. Some events have got another
// form, drawn per seed. The release before reads both and still writes the older one, as the rule for such a change
// demands it; the next writes the newer. Snapshots of the one are of no use to the other, so streams are read from
// their beginning, in both forms; read models are built of both.
#include "chassis/assembly/context.hpp"
#include "chassis/runtime/simulator.hpp"
#include <set>
#include <string>

namespace madang::simulation {

// "rental RentalStarted": a context, and a type of event in its log.
using TwoForms = std::set<std::string>;
TwoForms drawn_two_forms(runtime::Simulator&);

enum class Release { before, next };
void come_from(Release, const TwoForms&, chassis::Context&);

// For whoever reads logs from outside and knows the newer form alone. False: it is that already.
bool brought_to_newer_form(const std::string& context, const std::string& type,
                           chassis::JsonDocument&);

}  // namespace madang::simulation
