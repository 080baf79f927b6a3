#pragma once
// A customer takes the last place in the line for an edition of which no licence is free. Which place that
// is, they ask afterwards (place_of): it changes as others are served or leave.
#include "chassis/ports/commands.hpp"
#include "rental/application/own_place.hpp"
#include "rental/domain/licence_pool.hpp"

namespace madang::rental {

chassis::Later<JoinLine::Decision> join_line(const OwnPlace&, const chassis::RequestKey&,
                                             chassis::Gives<JoinLine>);

}  // namespace madang::rental
