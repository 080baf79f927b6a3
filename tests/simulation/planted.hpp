#pragma once
// Which bug stands planted while a seed runs. The product knows nothing of it: tools/plant_bugs.py writes copies of
// its sources in which the bugs of tests/simulation/bugs stand behind this question, and only the program
// `simulate_planted` is linked with them.
#include <string>
#include <string_view>

namespace madang::simulation {

inline std::string planted_bug;  // empty: none
[[nodiscard]] inline bool is_planted(std::string_view name) { return planted_bug == name; }

}  // namespace madang::simulation
