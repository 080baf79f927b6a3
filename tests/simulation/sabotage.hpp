#pragma once
// Bugs that are planted to see them noticed: in a context as it is put together, before it works, on the disk, or in
// copies of the product's sources (tests/simulation/bugs). None of them is compiled into the shop.
#include "chassis/assembly/context.hpp"
#include <functional>
#include <string_view>
#include <vector>

namespace madang::simulation {

struct Sabotage {
  std::string_view name;
  std::string_view what;
  std::function<void(chassis::Context&)> alter{};
  bool syncs_lie = false;
  bool needs_broker = false;  // between the contexts
};

// Made anew for each run, since some count what they have spoilt.
std::vector<Sabotage> sabotages();
// Those of tests/simulation/bugs; in the program `simulate_planted` alone.
std::vector<Sabotage> planted_bugs();

}  // namespace madang::simulation
