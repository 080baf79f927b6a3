#pragma once
// A moment as people and programs read it, everywhere in the shop: RFC 3339, UTC, milliseconds.
#include <string>

#include "kernel/instant.hpp"

namespace madang::telemetry {

std::string time_text(kernel::Instant);  // "2026-07-15T09:00:00.000Z"

}  // namespace madang::telemetry
