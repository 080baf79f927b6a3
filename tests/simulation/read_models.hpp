#pragma once
// What people are shown once a calm journey is over: every row of every read model, read from the machines' disks, with
// ids numbered as they came up, and times and what is sealed left out. However the shop is divided into processes, the same doings leave
// the same rows.
#include "tests/simulation/simulation.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace madang::simulation {

using ReadModels = std::map<std::string, std::vector<std::string>>;  // by context and projection

// Of the reference journey (journey.hpp), with nothing going wrong, by people who ask for each thing once.
[[nodiscard]] Outcome left_by_a_calm_journey(std::uint64_t seed, const Options&, ReadModels&);

// What two journeys left differently, in words.
[[nodiscard]] std::vector<std::string> differences(const ReadModels&, const ReadModels&);

// The scenario: the calm journey in this shape, whose read models are held against those of the other shape.
[[nodiscard]] Outcome calm_journey(std::uint64_t seed, const Options&);

}  // namespace madang::simulation
