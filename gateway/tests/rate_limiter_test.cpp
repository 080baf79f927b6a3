#include "gateway/rate_limiter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "chassis/runtime/simulator.hpp"

namespace madang::gateway {
namespace {

using namespace std::chrono_literals;

struct AQuota : ::testing::Test {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
};

TEST_F(AQuota, IsABurstAndThenASteadyRate) {
  RateLimiter limiter{runtime, {.burst = 3, .per_minute = 30}, 100};
  for (std::uint32_t left : {2U, 1U, 0U}) {
    const auto taken = limiter.take("kim");
    EXPECT_TRUE(taken.allowed);
    EXPECT_EQ(taken.left, left);
    EXPECT_EQ(taken.retry_after, 0s);
  }
  EXPECT_FALSE(limiter.take("kim").allowed);
  const auto refused = limiter.take("kim");
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.left, 0U);
  EXPECT_EQ(refused.retry_after, 2s);
  EXPECT_EQ(refused.full_in, 6s);
  simulator.sleep(2s - 1us);
  EXPECT_FALSE(limiter.take("kim").allowed);
  simulator.sleep(1us);
  EXPECT_TRUE(limiter.take("kim").allowed);
  EXPECT_FALSE(limiter.take("kim").allowed);
}

TEST_F(AQuota, FillsUpToItsBurstAndNoFurther) {
  RateLimiter limiter{runtime, {.burst = 3, .per_minute = 30}, 100};
  static_cast<void>(limiter.take("kim"));
  simulator.sleep(1h);
  int allowed = 0;
  while (limiter.take("kim").allowed) ++allowed;
  EXPECT_EQ(allowed, 3);
}

TEST_F(AQuota, IsEachCallersOwn) {
  RateLimiter limiter{runtime, {.burst = 1, .per_minute = 1}, 100};
  EXPECT_TRUE(limiter.take("kim").allowed);
  EXPECT_FALSE(limiter.take("kim").allowed);
  EXPECT_TRUE(limiter.take("lee").allowed);
}

TEST_F(AQuota, IsKeptForABoundedNumberOfCallers) {
  RateLimiter limiter{runtime, {.burst = 1, .per_minute = 1}, 160};
  for (int i = 0; i < 10'000; ++i) static_cast<void>(limiter.take("caller " + std::to_string(i)));
  EXPECT_LE(limiter.callers(), 160U);
  EXPECT_GT(limiter.callers(), 100U);
}

TEST_F(AQuota, IsForgottenOnceItIsFullAgain) {
  RateLimiter limiter{runtime, {.burst = 1, .per_minute = 60}, 100'000};
  for (int i = 0; i < 1000; ++i) static_cast<void>(limiter.take("early " + std::to_string(i)));
  EXPECT_EQ(limiter.callers(), 1000U);
  simulator.sleep(1s);
  for (int i = 0; i < 1000; ++i) static_cast<void>(limiter.take("late " + std::to_string(i)));
  EXPECT_LT(limiter.callers(), 1100U);
}

// Whenever they come: in any span no more are let through than the burst and what fills in meanwhile.
RC_GTEST_FIXTURE_PROP(AQuota, IsNeverExceeded, ()) {
  const Quota quota{.burst = *rc::gen::inRange(1U, 20U), .per_minute = *rc::gen::inRange(1U, 600U)};
  const auto waits = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3'000'000));
  RateLimiter limiter{runtime, quota, 100};
  const auto began = runtime.now();
  std::int64_t allowed = 0;
  for (const auto wait : waits) {
    simulator.sleep(runtime::Duration{wait});
    if (limiter.take("kim").allowed) ++allowed;
    RC_ASSERT(allowed <= quota.burst + (runtime.now() - began) / quota.interval());
  }
}

TEST(ANetwork, IsWhatOneCallerHasTheAddressesOf) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:2::6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8::6"), "2001:db8:0:0::/64");
  EXPECT_EQ(network_of("1::2:3:4:5:6:7"), "1:0:2:3::/64");
  EXPECT_EQ(network_of("::1"), "0:0:0:0::/64");
  EXPECT_EQ(network_of("::"), "0:0:0:0::/64");
  EXPECT_EQ(network_of(""), "");
}

}  // namespace
}  // namespace madang::gateway
