#pragma once
// A customer waits no longer: gives up a place in line, or an offer, which goes to the next at once.
#include "chassis/ports/commands.hpp"
#include "rental/application/own_place.hpp"
#include "rental/domain/licence_pool.hpp"

namespace madang::rental {

chassis::Later<LeaveLine::Decision> leave_line(const OwnPlace&, const chassis::RequestKey&,
                                               chassis::Gives<LeaveLine>);

}  // namespace madang::rental
