// What people saw of the shop when they were many at once and it was killed among them: each licence, the address
// and the key did one thing after the other.
#include "tests/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace madang::simulation {
namespace {

TEST(ACrowd, SeesLicencesAnAddressAndAKeyThatDoOneThingAfterTheOther) {
  constexpr std::uint64_t runs = 50;
  Counts counts;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto outcome = simulate(seed, {.scenario = "crowd"});
    EXPECT_EQ(outcome.violations, std::vector<std::string>{}) << "seed " << seed;
    for (const auto& [what, count] : outcome.counts) counts[what] += count;
  }
  EXPECT_GT(counts["crowd: asked for licences"], runs * 20);
  EXPECT_GT(counts["crowd: refused licences"], runs);
  EXPECT_GT(counts["crowd: asked for an address"], runs * 6);
  EXPECT_GT(counts["crowd: asked for a key"], runs * 6);
  EXPECT_GT(counts[deaths_by_kill] + counts[deaths_by_power], runs);
}

}  // namespace
}  // namespace madang::simulation
