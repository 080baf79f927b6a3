#pragma once
// How long a process waits for an answer before it asks once more: about a minute, then twice as long each
// time, an hour at most. It never gives up, for what it asks for is money that is owed. Of each pause up to a
// quarter is left out, as much as follows from what it is about: those who began to wait together do not ask
// together again, and the same history always leads to the same instants.
#include <algorithm>
#include <cstdint>

#include "chassis/ports/ids.hpp"
#include "rental/domain/words.hpp"

namespace madang::rental {

[[nodiscard]] inline Instant ask_again_at(Instant now, std::int32_t times_asked,
                                          const chassis::Part& about) {
  using std::chrono::milliseconds, std::chrono::minutes;
  const milliseconds pause = std::min(minutes{1} * (1 << std::min(times_asked, 6)), minutes{60});
  const auto digest = chassis::digest128({"ask again", about, times_asked});
  const auto share = digest[0] * 256 + digest[1];  // of 65536
  return now + pause - pause / 4 * share / 65536;
}

}  // namespace madang::rental
