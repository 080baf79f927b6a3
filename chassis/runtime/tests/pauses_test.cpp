#include "chassis/runtime/pauses.hpp"

#include <gtest/gtest.h>

#include <set>

#include "chassis/runtime/simulator.hpp"

namespace madang::runtime {
namespace {

using namespace std::chrono_literals;

constexpr Pauses pauses{10ms, 2s};

TEST(PausesBeforeTryingAgain, LieBetweenTheFirstAndThreeTimesTheOneBefore) {
  Simulator simulator{1};
  auto& runtime = simulator.process("shop");
  for (int time = 0; time < 200; ++time)
    for (auto before = Duration::zero(); before < 1s;) {
      const auto pause = pauses.after(before, runtime);
      EXPECT_GE(pause, pauses.first);
      EXPECT_LE(pause, 3 * std::max(before, pauses.first));
      before = std::max(pause, before + 1ms);
    }
}

TEST(PausesBeforeTryingAgain, GrowToTheLongestAndNotBeyond) {
  Simulator simulator{1};
  auto& runtime = simulator.process("shop");
  Duration longest{}, pause{};
  for (int time = 0; time < 200; ++time)
    longest = std::max(longest, pause = pauses.after(pause, runtime));
  EXPECT_EQ(longest, pauses.longest);
  EXPECT_LE(pauses.after(1h, runtime), pauses.longest);
}

TEST(PausesBeforeTryingAgain, ScatterThoseWhoFailedTogether) {
  Simulator simulator{1};
  auto& runtime = simulator.process("shop");
  constexpr std::size_t many = 100;
  std::set<Duration> seen;
  for (std::size_t one = 0; one < many; ++one) seen.insert(pauses.after(Duration::zero(), runtime));
  EXPECT_GT(seen.size(), many * 9 / 10);
  EXPECT_LT(*seen.begin(), 12ms);
  EXPECT_GT(*seen.rbegin(), 28ms);
}

TEST(PausesBeforeTryingAgain, AreTheSameAgainFromTheSameSeed) {
  const auto first_of = [](std::uint64_t seed) {
    Simulator simulator{seed};
    return pauses.after(Duration::zero(), simulator.process("shop"));
  };
  EXPECT_EQ(first_of(7), first_of(7));
  EXPECT_NE(first_of(7), first_of(8));
}

}  // namespace
}  // namespace madang::runtime
