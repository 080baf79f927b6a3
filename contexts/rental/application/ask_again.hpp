#pragma once
// How long a process waits for an answer before it asks once more: a minute, then twice as long each
// time, an hour at most. It never gives up, for what it asks for is money that is owed.
#include <algorithm>
#include <cstdint>

#include "rental/domain/words.hpp"

namespace madang::rental {

[[nodiscard]] inline Instant ask_again_at(Instant now, std::int32_t times_asked) {
  using std::chrono::minutes;
  return now + std::min(minutes{1} * (1 << std::min(times_asked, 6)), minutes{60});
}

}  // namespace madang::rental
