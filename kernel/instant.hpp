#pragma once
#include <chrono>

namespace madang::kernel {

// A moment in UTC, to the millisecond. It comes in as an argument; no rule ever asks a clock.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace madang::kernel
