#pragma once
// Days as people in a place count them. A zone is named as the IANA names it ("Asia/Seoul"); its rules
// are the machine's own (tzdata), so that a law that moves a midnight needs no new program.
#include "kernel/instant.hpp"
#include <string>

namespace madang::chassis {

[[nodiscard]] bool is_zone(const std::string& name);

// The first moment that is no longer the day `days` after the one that `moment` falls on: 0 is the
// midnight at which that day itself ends. Throws std::invalid_argument for a zone that is none.
[[nodiscard]] kernel::Instant end_of_day(kernel::Instant moment, int days, const std::string& zone);

}  // namespace madang::chassis
