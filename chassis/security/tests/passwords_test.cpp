#include "chassis/security/passwords.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulator.hpp"

namespace madang::security {
namespace {

using namespace std::chrono_literals;
using Verdict = Passwords::Verdict;

constexpr PasswordCost cheap{.memory_kib = 64, .passes = 1};

class APassword : public ::testing::Test {
 protected:
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  Passwords passwords{runtime, cheap};
};

TEST_F(APassword, IsRecognisedAndNothingElseIs) {
  const auto stored = passwords.hash("마당 courtyard");
  EXPECT_EQ(passwords.verify("마당 courtyard", stored), Verdict::right);
  for (const auto* wrong : {"", "마당 courtyar", "마당 courtyard ", "마당 Courtyard"}) {
    EXPECT_EQ(passwords.verify(wrong, stored), Verdict::wrong) << wrong;
  }
}

TEST_F(APassword, IsKeptAsArgon2idUnderASaltOfItsOwn) {
  const auto stored = passwords.hash("courtyard");
  EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << stored;
  EXPECT_NE(passwords.hash("courtyard"), stored);
}

TEST_F(APassword, CostsWhatOwaspAsksFor) {
  EXPECT_TRUE(Passwords{runtime}.hash("courtyard").starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_F(APassword, IsToBeHashedAgainWhenTheCostHasChanged) {
  const auto stored = passwords.hash("courtyard");
  for (const auto& dearer : {PasswordCost{.memory_kib = 128, .passes = 1},
                             PasswordCost{.memory_kib = 64, .passes = 2}}) {
    Passwords today{runtime, dearer};
    EXPECT_EQ(today.verify("courtyard", stored), Verdict::right_but_hash_again);
    EXPECT_EQ(today.verify("courtyarx", stored), Verdict::wrong);
  }
}

TEST_F(APassword, OfNobodyIsAlwaysWrong) {
  EXPECT_EQ(passwords.verify("", std::nullopt), Verdict::wrong);
  EXPECT_EQ(passwords.verify("courtyard", std::nullopt), Verdict::wrong);
}

TEST_F(APassword, ThatIsStoredInNoFormWeKnowIsCorrupt) {
  for (const auto* stored : {"", "courtyard", "$argon2id$v=19$m=64,t=1,p=1$AAAA",
                             "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"}) {
    EXPECT_THROW(static_cast<void>(passwords.verify("courtyard", stored)), chassis::Corrupt)
        << stored;
  }
}

// Coarse on purpose: the machine is shared. Without the work done for nobody it is a factor of
// thousands.
TEST_F(APassword, TakesTheSameTimeWhetherOrNotThePersonExists) {
  Passwords real{runtime};
  const auto stored = real.hash("courtyard");
  const auto median_of_nine = [&](std::optional<std::string_view> against) {
    std::vector<std::chrono::nanoseconds> times;
    for (int i = 0; i < 9; ++i) {
      const auto start = std::chrono::steady_clock::now();
      EXPECT_EQ(real.verify("courtyarx", against), Verdict::wrong);
      times.push_back(std::chrono::steady_clock::now() - start);
    }
    std::ranges::sort(times);
    return times[4];
  };
  const auto known = median_of_nine(stored);
  const auto unknown = median_of_nine(std::nullopt);
  EXPECT_LT(unknown, known * 2);
  EXPECT_LT(known, unknown * 2);
}

TEST_F(APassword, WaitsForItsTurn) {
  Passwords closed{runtime, cheap, {.at_once = 0, .waiting = 0}};
  EXPECT_THROW(static_cast<void>(closed.hash("courtyard")), chassis::Unavailable);
  EXPECT_THROW(static_cast<void>(closed.verify("courtyard", std::nullopt)), chassis::Unavailable);
}

// Each caller comes a millisecond after the one before and takes ten for its work.
class Turn : public ::testing::Test {
 protected:
  std::vector<std::string> callers(int count, TurnLimits limits) {
    Turns turns{runtime, limits, "work"};
    std::vector<std::string> ends(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      runtime.spawn("caller", [&, i] {
        runtime.sleep(i * 1ms);
        auto& end = ends[static_cast<std::size_t>(i)];
        try {
          const Turns::Turn turn{turns};
          at_work = at_work + 1;
          most_at_work = std::max(most_at_work, at_work);
          runtime.sleep(10ms);
          at_work = at_work - 1;
          end = "done";
        } catch (const chassis::Unavailable& failure) {
          end = failure.what();
        }
      });
    }
    EXPECT_EQ(simulator.run(), runtime::Simulator::Ran::nothing_left);
    return ends;
  }

  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  int at_work = 0;
  int most_at_work = 0;
};

TEST_F(Turn, IsTakenByAFewAtOnceAndComesToAllWhoMayWait) {
  const auto ends = callers(6, {.at_once = 2, .waiting = 4, .wait = 1s});
  EXPECT_EQ(ends, std::vector<std::string>(6, "done"));
  EXPECT_EQ(most_at_work, 2);
}

TEST_F(Turn, IsRefusedAtOnceWhenTooManyWait) {
  EXPECT_EQ(callers(4, {.at_once = 1, .waiting = 1, .wait = 1s}),
            (std::vector<std::string>{"done", "done", "too many wait for work",
                                      "too many wait for work"}));
}

TEST_F(Turn, IsGivenUpAfterTheLongestWait) {
  auto ends = callers(4, {.at_once = 1, .waiting = 3, .wait = 15ms});
  std::ranges::sort(ends);  // which of those who wait comes next is not promised
  EXPECT_EQ(ends, (std::vector<std::string>{"done", "done", "work takes too long just now",
                                            "work takes too long just now"}));
}

}  // namespace
}  // namespace madang::security
