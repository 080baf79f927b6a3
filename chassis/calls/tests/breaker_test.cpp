#include "chassis/calls/breaker.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "chassis/calls/breaker_metrics.hpp"
#include "chassis/runtime/simulator.hpp"

namespace madang::chassis {
namespace {

using namespace std::chrono_literals;
using Outcome = Breaker::Outcome;
using State = Breaker::State;

struct ABreaker : ::testing::Test {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("caller");
  std::vector<State> changes;
  Breaker breaker{runtime, BreakerLimits{}, [this](State now) { changes.push_back(now); }};
  const BreakerLimits limits;

  ~ABreaker() override { simulator.kill_all(); }

  // As a task of the process, to its end.
  void run(const std::function<void()>& action) {
    bool over = false;
    runtime.spawn("test", [&] {
      action();
      over = true;
    });
    simulator.run([&] { return over; });
    ASSERT_TRUE(over);
  }
  // How many of so many calls, one after the other, were let through.
  int call(int times, Outcome outcome, runtime::Duration takes = 1ms) {
    int let_through = 0;
    run([&] {
      for (int count = 0; count < times; ++count) {
        auto pass = breaker.ask();
        if (!pass) continue;
        ++let_through;
        runtime.sleep(takes);
        pass->tell(outcome);
      }
    });
    return let_through;
  }
  void pass_time(runtime::Duration time) {
    run([&] { runtime.sleep(time); });
  }
  State state() {
    State now{};
    run([&] { now = breaker.state(); });
    return now;
  }
  // How long it still rests, as it says to whoever asks.
  runtime::Duration rest() {
    runtime::Duration left{};
    run([&] {
      const auto pass = breaker.ask();
      if (!pass) left = pass.error();
    });
    return left;
  }
};

TEST_F(ABreaker, LetsAllThroughWhileMostAreAnswered) {
  for (int round = 0; round < 50; ++round) {
    EXPECT_EQ(call(1, Outcome::failed), 1);
    EXPECT_EQ(call(2, Outcome::answered), 2);
  }
  EXPECT_TRUE(changes.empty());
}
TEST_F(ABreaker, OpensWhenHalfOfTheCallsFail) {
  EXPECT_EQ(call(5, Outcome::answered), 5);
  EXPECT_EQ(call(9, Outcome::failed), 5);
  EXPECT_EQ(changes, std::vector{State::open});
}
TEST_F(ABreaker, OpensWhenHalfOfTheCallsAreSlowThoughAllAreAnswered) {
  EXPECT_EQ(call(5, Outcome::answered), 5);
  EXPECT_EQ(call(4, Outcome::answered, limits.slow_after), 4);
  EXPECT_EQ(state(), State::closed);
  EXPECT_EQ(call(4, Outcome::answered, limits.slow_after), 1);
  EXPECT_EQ(state(), State::open);
}
TEST_F(ABreaker, JudgesByNoFewerCallsThanSaySomething) {
  EXPECT_EQ(call(9, Outcome::failed), 9);
  EXPECT_EQ(state(), State::closed);
}
TEST_F(ABreaker, ForgetsWhatIsOlderThanItsWindow) {
  EXPECT_EQ(call(9, Outcome::failed), 9);
  pass_time(limits.window);
  EXPECT_EQ(call(9, Outcome::failed), 9);
  EXPECT_EQ(state(), State::closed);
  pass_time(limits.window / 2);
  EXPECT_EQ(call(1, Outcome::failed), 1);
  EXPECT_EQ(state(), State::open);
}
TEST_F(ABreaker, TellsAtOnceWhenToAskAgain) {
  call(10, Outcome::failed);
  const auto rests = rest();
  pass_time(2s);
  run([&] {
    const auto asked = runtime.now();
    const auto pass = breaker.ask();
    ASSERT_FALSE(pass);
    EXPECT_LT(runtime.now() - asked, 1ms);
    EXPECT_GT(pass.error(), rests - 2100ms);
    EXPECT_LE(pass.error(), rests - 2s);
  });
}
TEST_F(ABreaker, ClosesByItselfOnceItsProbesAreAnswered) {
  call(10, Outcome::failed);
  pass_time(rest());
  EXPECT_EQ(state(), State::half_open);
  EXPECT_EQ(call(20, Outcome::answered), 20);
  EXPECT_EQ(changes, (std::vector{State::open, State::half_open, State::closed}));
  EXPECT_EQ(call(9, Outcome::failed), 9);  // what was before is forgotten
  EXPECT_EQ(state(), State::closed);
}
TEST_F(ABreaker, SendsNoMoreAtOnceThanItsProbes) {
  call(10, Outcome::failed);
  pass_time(rest());
  run([&] {
    std::vector<Breaker::Pass> probes;
    for (int count = 0; count < 3; ++count) {
      auto pass = breaker.ask();
      ASSERT_TRUE(pass);
      probes.push_back(std::move(*pass));
    }
    EXPECT_FALSE(breaker.ask());
    probes.pop_back();  // nobody learnt anything from it
    auto another = breaker.ask();
    EXPECT_TRUE(another);
    EXPECT_FALSE(breaker.ask());
    probes.front().tell(Outcome::answered);
    EXPECT_TRUE(breaker.ask());
    EXPECT_EQ(breaker.state(), State::half_open);
  });
}
TEST_F(ABreaker, RestsLongerAndLongerWhileProbesFailOrAreSlowButNotForEver) {
  call(10, Outcome::failed);
  runtime::Duration before = limits.rest, longest{};
  for (int probe = 0; probe < 40; ++probe) {
    const auto rests = rest();
    EXPECT_GT(rests, limits.rest - 10ms);
    EXPECT_LE(rests, std::min(3 * before, limits.rest_max));
    before = rests + 10ms;
    longest = std::max(longest, rests);
    pass_time(rests - 1ms);
    EXPECT_EQ(state(), State::open);
    pass_time(1ms);
    const bool slow = probe % 2 == 1;
    EXPECT_EQ(call(1, slow ? Outcome::answered : Outcome::failed, slow ? limits.slow_after : 1ms),
              1);
    EXPECT_EQ(state(), State::open);
  }
  EXPECT_GT(longest, limits.rest_max * 9 / 10);
  pass_time(rest());
  call(3, Outcome::answered);
  call(10, Outcome::failed);
  EXPECT_LE(rest(), 3 * limits.rest);
}
TEST_F(ABreaker, RestsForTimesThatScatter) {
  std::set<runtime::Duration> rests;
  for (int round = 0; round < 20; ++round) {
    call(10, Outcome::failed);
    rests.insert(rest());
    pass_time(limits.rest_max);
    call(3, Outcome::answered);
  }
  EXPECT_GT(rests.size(), 18U);
  EXPECT_GT(*rests.rbegin() - *rests.begin(), limits.rest);
}
TEST_F(ABreaker, LearnsNothingFromCallsThatBeganBeforeItChanged) {
  run([&] {
    std::vector<Breaker::Pass> old;
    for (int count = 0; count < 3; ++count) old.push_back(std::move(*breaker.ask()));
    for (int count = 0; count < 10; ++count) breaker.ask()->tell(Outcome::failed);
    runtime.sleep(breaker.ask().error());
    EXPECT_EQ(breaker.state(), State::half_open);
    for (auto& pass : old) pass.tell(Outcome::answered);
    EXPECT_EQ(breaker.state(), State::half_open);
    breaker.ask()->tell(Outcome::failed);
    EXPECT_EQ(breaker.state(), State::open);
  });
}
TEST_F(ABreaker, ShowsItsStateAndWhatItDid) {
  telemetry::Registry registry;
  const auto shown = show_metrics(breaker, "rental to payment", registry);
  call(12, Outcome::failed);
  std::string text;
  run([&] { text = registry.exposition(); });
  for (const auto* line : {"madang_breaker_state{call=\"rental to payment\"} 2\n",
                           "madang_breaker_opened{call=\"rental to payment\"} 1\n",
                           "madang_breaker_turned_away{call=\"rental to payment\"} 2\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

}  // namespace
}  // namespace madang::chassis
