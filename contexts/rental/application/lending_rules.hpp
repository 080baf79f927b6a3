#pragma once
// What the shop has decided about lending, from its configuration. Values that a rule needs travel in its
// command, so that what was decided under last year's rules stays decided.
#include <chrono>
#include <cstdint>
#include <string>

#include "rental/domain/words.hpp"

namespace madang::rental {

struct LendingRules {
  std::string zone = "Asia/Seoul";  // whose midnight ends a loan
  std::int32_t borrowed_max = 10;   // loans and holds of one customer
  HoldTimes hold;
  std::chrono::days cancel_within{7};
  std::chrono::minutes link_lasts{15};
};

}  // namespace madang::rental
