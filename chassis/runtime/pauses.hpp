#pragma once
// How long whoever tries again waits before the next try: decorrelated jitter (M. Brooker, "Exponential Backoff
// and Jitter", 2015). Each pause lies anywhere between the first and three times the one before, so they
// grow, and those who failed together do not come back together. Everything in the shop that tries again takes its
// pauses from here; what it does not decide is when to give up. (What a rule decides, it decides without chance:
// rental/application/ask_again.hpp.)
#include <algorithm>
#include <cstdint>

#include "chassis/runtime/runtime.hpp"

namespace madang::runtime {

struct Pauses {
  Duration first, longest;

  // After a pause of `before`; zero: there was none yet. At least `first`, at most `longest`.
  [[nodiscard]] Duration after(Duration before, Runtime& runtime) const {
    const auto room = 3 * std::max(before, first) - first;
    const auto more = runtime.random_below(static_cast<std::uint64_t>(room.count()) + 1);
    return std::min(longest, first + Duration{static_cast<Duration::rep>(more)});
  }
};

}  // namespace madang::runtime
