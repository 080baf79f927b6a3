#pragma once
// What people are shown once a calm journey is over: every row of every read model, read from the machines' disks, with
// ids numbered as they came up, and times and what is sealed left out. However the shop is divided into processes, the same doings leave
// the same rows.
#include "tests/simulation/world.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace madang::simulation {

using ReadModels = std::map<std::string, std::vector<std::string>>;  // by context and projection

// Of the reference journey (journey.hpp), with nothing going wrong, by people who ask for each thing once. Throws
// std::runtime_error when it breaks a law.
[[nodiscard]] ReadModels left_by_a_calm_journey(std::uint64_t seed, Shape);

}  // namespace madang::simulation
