#pragma once
// A seed that breaks a law, made smaller: kinds of faults and people are left out one after the other, as long as
// the same law is broken without them. What is left is what it takes.
#include "tests/simulation/simulation.hpp"

namespace madang::simulation {

struct Shrunk {
  std::string law;                // as law_of says; empty: the seed breaks none
  Options options;                // with which the seed still breaks it
  std::vector<std::string> left;  // kinds of faults and people that it takes
  std::uint64_t runs = 0;
};

// What a violation says, without the numbers and names in which one differs from the other.
[[nodiscard]] std::string law_of(std::string_view violation);

// `tell` hears of each step.
[[nodiscard]] Shrunk shrink(std::uint64_t seed, const Options&,
                            const std::function<void(const std::string&)>& tell);

}  // namespace madang::simulation
