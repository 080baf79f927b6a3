#include "identity/domain/throttle.hpp"

#include "chassis/testing/scenario.hpp"

namespace madang::identity {
namespace {

using namespace std::chrono_literals;
using testing::july;

const auto now = july(1);

TEST(AttemptsFromOneAddress, MayComeInABurstThenOneByOne) {
  SteadyPace pace{{.burst = 3, .between = 1s}, 100};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pace.take("a", now), std::nullopt);
  EXPECT_EQ(pace.take("a", now), Wait{1s});
  EXPECT_EQ(pace.take("a", now + 400ms), Wait{600ms});
  EXPECT_EQ(pace.take("a", now + 1s), std::nullopt);
  EXPECT_EQ(pace.take("a", now + 1s), Wait{1s});
}
TEST(AttemptsFromOneAddress, HaveTheirBurstAgainAfterARest) {
  SteadyPace pace{{.burst = 2, .between = 1s}, 100};
  for (const auto at : {now, now + 1h})
    for (int i = 0; i < 2; ++i) EXPECT_EQ(pace.take("a", at), std::nullopt);
}
TEST(AttemptsFromOneAddress, DoNotSlowDownAnother) {
  SteadyPace pace{{.burst = 1, .between = 1s}, 100};
  EXPECT_EQ(pace.take("a", now), std::nullopt);
  EXPECT_EQ(pace.take("b", now), std::nullopt);
}
TEST(AttemptsFromOneAddress, AreStillSlowedDownWhenManyOthersCome) {
  SteadyPace pace{{.burst = 2, .between = 1min}, 10};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(pace.take("often", now), std::nullopt);
  for (int i = 0; i < 1000; ++i) static_cast<void>(pace.take(std::to_string(i), now));
  EXPECT_NE(pace.take("often", now), std::nullopt);
}

TEST(AttemptsAgainstOnePerson, AreFreeTenTimesThenWaitTwiceAsLongEach) {
  GrowingWait wait{{}, 100};
  auto at = now;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(wait.take("kim", at), std::nullopt);
  for (const auto expected : {2s, 4s, 8s}) {
    EXPECT_EQ(wait.take("kim", at), Wait{expected});
    EXPECT_EQ(wait.take("kim", at + expected - 1ms), Wait{1ms});
    at += expected;
    EXPECT_EQ(wait.take("kim", at), std::nullopt);
  }
}
TEST(AttemptsAgainstOnePerson, NeverWaitLongerThanAQuarterOfAnHour) {
  GrowingWait wait{{}, 100};
  auto at = now;
  for (int i = 0; i < 90; ++i, at += 15min) EXPECT_EQ(wait.take("kim", at), std::nullopt);
  EXPECT_EQ(wait.take("kim", at - 15min), Wait{15min});
}
TEST(AttemptsAgainstOnePerson, AreForgottenWhenOneSucceedsOrADayHasPassed) {
  GrowingWait wait{{.free_attempts = 1}, 100};
  EXPECT_EQ(wait.take("kim", now), std::nullopt);
  EXPECT_NE(wait.take("kim", now), std::nullopt);
  wait.succeeded("kim");
  EXPECT_EQ(wait.take("kim", now), std::nullopt);
  EXPECT_EQ(wait.take("kim", now + 24h), std::nullopt);
  EXPECT_EQ(wait.take("kim", now + 24h), Wait{2s});
}
TEST(AttemptsAgainstOnePerson, DoNotSlowDownAnother) {
  GrowingWait wait{{.free_attempts = 1}, 100};
  EXPECT_EQ(wait.take("kim", now), std::nullopt);
  EXPECT_EQ(wait.take("lee", now), std::nullopt);
}

}  // namespace
}  // namespace madang::identity
