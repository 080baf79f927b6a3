#include "chassis/runtime/simulator.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace madang::runtime {
namespace {

using namespace std::chrono_literals;
using Ran = Simulator::Ran;

// Two tasks sleep inside catch blocks; the one that entered first leaves first.
TEST(Fibers, KeepTheirOwnExceptionsInHandlersThatOverlap) {
  Simulator simulator{1};
  std::string seen;
  const auto task = [&](std::string own, Duration start, Duration inside) {
    simulator.process("one").spawn(own, [&, own, start, inside] {
      simulator.sleep(start);
      try {
        try {
          throw std::runtime_error{own};
        } catch (...) {
          simulator.sleep(inside);
          throw;
        }
      } catch (const std::runtime_error& caught) {
        seen += own + "=" + caught.what() + " ";
      }
    });
  };
  task("first", 1ms, 10ms);
  task("second", 5ms, 10ms);
  simulator.run();
  EXPECT_EQ(seen, "first=first second=second ");
}

TEST(Fibers, HaveRoomForDeepCalls) {
  Simulator simulator{1};
  std::size_t depth = 0;
  const std::function<void(int)> deeper = [&](int left) {
    volatile char frame[1024] = {};
    depth += 1 + static_cast<std::size_t>(frame[0]);
    if (left > 0) deeper(left - 1);
  };
  simulator.process("one").spawn("deep", [&] { deeper(200); });
  simulator.run();
  EXPECT_EQ(depth, 201U);
}

std::uint64_t trace_of(std::uint64_t seed) {
  Simulator simulator{seed};
  auto& runtime = simulator.process("one");
  Mailbox<std::uint64_t> mailbox{runtime, 2};
  for (int task = 0; task < 3; ++task) {
    runtime.spawn("sender", [&] {
      for (int item = 0; item < 10; ++item) mailbox.push(runtime.random());
    });
    runtime.spawn("receiver", [&] {
      for (int item = 0; item < 10; ++item)
        runtime.sleep(Duration{static_cast<std::int64_t>(mailbox.receive() % 1000)});
    });
  }
  simulator.run();
  return simulator.trace_hash();
}

TEST(ASeed, DecidesTheWholeRun) {
  std::set<std::uint64_t> different;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(trace_of(seed), trace_of(seed));
    different.insert(trace_of(seed));
  }
  EXPECT_EQ(different.size(), 20U);
}

TEST(Running, SaysHowItEnded) {
  Simulator simulator{1};
  auto& runtime = simulator.process("one");
  Mailbox<int> nothing_comes{runtime, 1};
  runtime.spawn("waits", [&] { nothing_comes.receive(); });
  EXPECT_EQ(simulator.run(), Ran::nothing_left);
  runtime.spawn("turns", [&] {
    while (true) runtime.sleep(1s);
  });
  EXPECT_EQ(simulator.run(100), Ran::budget_spent);
  EXPECT_EQ(simulator.run(100), Ran::budget_spent);  // the budget is of each run
  const auto until = simulator.now() + 1h;
  EXPECT_EQ(simulator.run([&] { return simulator.now() > until; }), Ran::done);
  simulator.kill_all();  // the mailbox goes before the simulator
}

TEST(Running, PassesTimeEvenWhenNothingHappens) {
  Simulator simulator{1};
  const auto began = simulator.now();
  EXPECT_EQ(simulator.run_for(3h), Ran::done);
  EXPECT_GE(simulator.now(), began + 3h);
  EXPECT_LT(simulator.now(), began + 3h + 1ms);
  EXPECT_EQ(simulator.process("one").now(), simulator.now());
}

struct Flags {
  bool unwound = false, went_on = false;
};

std::function<void()> sleeps_for_ever(Runtime& runtime, Flags& flags) {
  return [&] {
    const std::unique_ptr<bool, void (*)(bool*)> guard{&flags.unwound,
                                                       [](bool* it) { *it = true; }};
    try {
      while (true) runtime.sleep(1h);
    } catch (const std::exception&) {
    }
    flags.went_on = true;
  };
}

TEST(AKilledTask, UnwindsAndGoesNoFurther) {
  Simulator simulator{1};
  Flags flags;
  std::string told;
  simulator.when_killed([&](const std::string& process, std::string_view why) {
    EXPECT_FALSE(flags.unwound);  // the disk must be dead before destructors reach for it
    told = process + ": " + std::string{why};
  });
  simulator.process("victim").spawn("task", sleeps_for_ever(simulator.process("victim"), flags));
  simulator.process("other").spawn("killer", [&] {
    simulator.sleep(1s);
    simulator.kill("victim", "test");
    simulator.sleep(1s);
    EXPECT_FALSE(simulator.alive("victim"));
  });
  EXPECT_EQ(simulator.run(), Ran::nothing_left);
  EXPECT_TRUE(flags.unwound);
  EXPECT_FALSE(flags.went_on);
  EXPECT_EQ(told, "victim: test");
}

// SQLite's frames turn the kill into an I/O error, and its wrapper that into an exception.
TEST(AKilledTask, MayEndByAnyException) {
  Simulator simulator{1};
  simulator.process("victim").spawn("task", [&] {
    try {
      simulator.sleep(1h);
    } catch (const Stopped&) {
      throw std::runtime_error{"disk I/O error"};
    }
  });
  simulator.run_for(1s);
  simulator.kill("victim", "test");
  EXPECT_EQ(simulator.run(), Ran::nothing_left);
}

TEST(ATaskThatWasNotKilled, EndsTheProgramByAnException) {
  const auto fails = [] {
    Simulator simulator{1};
    simulator.process("one").spawn("task", [] { throw std::runtime_error{"a defect"}; });
    simulator.run();
  };
  EXPECT_DEATH(fails(), "a defect");
}

TEST(AKilledTask, NeverBeginsWhenItHadNotBegun) {
  Simulator simulator{1};
  bool began = false;
  simulator.process("victim").spawn("task", [&] { began = true; });
  simulator.kill("victim", "test");
  simulator.run();
  EXPECT_FALSE(began);
}

TEST(AProcess, EndsByItsOwnHand) {
  Simulator simulator{1};
  Flags sleeper, stopper;
  auto& runtime = simulator.process("one");
  runtime.spawn("sleeper", sleeps_for_ever(runtime, sleeper));
  runtime.spawn("stopper", [&] {
    simulator.sleep(1s);
    runtime.stop_process("an fsync failed");
  });
  simulator.run();
  EXPECT_TRUE(sleeper.unwound);
  EXPECT_FALSE(simulator.alive("one"));
}

TEST(AProcess, IsStartedAgainAfterEveryKill) {
  Simulator simulator{1};
  int starts = 0;
  simulator.program("shop", [&] {
    ++starts;
    simulator.sleep(1h);
    simulator.restart("shop", "from within");
    simulator.sleep(1h);
    ADD_FAILURE() << "outlived its process";
  });
  simulator.start("shop");
  simulator.run_for(30min);
  simulator.restart("shop", "from outside");
  simulator.run_for(3h + 30min);
  EXPECT_EQ(starts, 5);
  simulator.kill("shop", "test");
  simulator.run();
  EXPECT_EQ(starts, 5);
}

TEST(AProcess, IsKilledAtOnceFromOutsideSoThatItCanBeStartedAgain) {
  Simulator simulator{1};
  Flags first, second;
  auto& runtime = simulator.process("shop");
  runtime.spawn("first", sleeps_for_ever(runtime, first));
  simulator.run_for(1s);
  simulator.kill("shop", "test");
  runtime.spawn("second", sleeps_for_ever(runtime, second));
  simulator.run_for(1s);
  EXPECT_TRUE(first.unwound);
  EXPECT_FALSE(second.unwound);
  EXPECT_TRUE(simulator.alive("shop"));
  simulator.kill_all();
}

TEST(AProcess, EndsByWhatLeavesATaskOfItAndWhoeverWatchesIsTold) {
  Simulator simulator{1};
  std::string told;
  simulator.when_task_fails([&](const auto& process, const auto& task, const auto& what) {
    told = process + " " + task + " " + what;
  });
  simulator.process("shop").spawn("other", [&] { simulator.process("shop").sleep(1h); });
  simulator.process("shop").spawn("writer", [] { throw std::runtime_error{"a defect"}; });
  simulator.process("beside").spawn("goes on", [&] { simulator.process("beside").sleep(2h); });
  simulator.run_for(1s);
  EXPECT_EQ(told, "shop writer a defect");
  EXPECT_FALSE(simulator.alive("shop"));
  EXPECT_TRUE(simulator.alive("beside"));
}
TEST(APausedProcess, StandsStillWhileItsDeadlinesPass) {
  Simulator simulator{1};
  auto& runtime = simulator.process("paused");
  Signal signal{runtime};
  std::vector<Time> woken;
  runtime.spawn("by its timer", [&] {
    runtime.sleep(1min);
    woken.push_back(simulator.now());
  });
  runtime.spawn("by a signal", [&] {
    signal.wait_beyond(0, never);
    woken.push_back(simulator.now());
  });
  simulator.run_for(1s);
  runtime.spawn("about to run", [&] { woken.push_back(simulator.now()); });
  simulator.pause("paused");
  simulator.process("other").spawn("raises", [&] { signal.raise(); });
  simulator.run_for(1h);
  EXPECT_TRUE(woken.empty());
  EXPECT_TRUE(simulator.alive("paused"));
  const auto continued = simulator.now();
  simulator.go_on("paused");
  simulator.run_for(1s);
  ASSERT_EQ(woken.size(), 3U);
  EXPECT_GE(woken.front(), continued);
}

TEST(APausedProcess, CanBeKilled) {
  Simulator simulator{1};
  Flags flags;
  simulator.process("paused").spawn("task", sleeps_for_ever(simulator.process("paused"), flags));
  simulator.run_for(1s);
  simulator.pause("paused");
  simulator.run_for(2h);
  simulator.kill("paused", "test");
  simulator.run_for(1s);
  EXPECT_TRUE(flags.unwound);
}

TEST(AClockThatIsWrong, MovesTheReadingsAndDeadlinesOfItsProcess) {
  Simulator simulator{1};
  auto& ahead = simulator.process("ahead");
  auto& right = simulator.process("right");
  simulator.set_clock("ahead", 1h);
  EXPECT_EQ(ahead.now(), right.now() + 1h);
  const auto began = simulator.now();
  std::map<std::string, Duration> woken;
  const auto sleeper = [&](Runtime& runtime, const char* name, Time due) {
    runtime.spawn(name, [&, name, due] {
      runtime.sleep_until(due);
      EXPECT_GE(runtime.now(), due);
      woken[name] = std::chrono::floor<std::chrono::minutes>(simulator.now() - began);
    });
  };
  sleeper(ahead, "already past", began + 1h);
  sleeper(ahead, "half an hour", began + 90min);
  sleeper(ahead, "after the step", began + 5h);
  sleeper(right, "right", began + 2h);
  simulator.run_for(1h);
  simulator.set_clock("ahead", 3h);  // a step, felt by what sleeps
  simulator.run();
  EXPECT_EQ(woken["already past"], 0min);
  EXPECT_EQ(woken["half an hour"], 30min);
  EXPECT_EQ(woken["after the step"], 120min);
  EXPECT_EQ(woken["right"], 120min);
}

TEST(AClockThatIsWrong, MakesAWaitNoShorterWhenItIsSetBack) {
  Simulator simulator{1};
  auto& runtime = simulator.process("one");
  Mailbox<int> mailbox{runtime, 1};
  const auto began = simulator.now();
  Time gave_up{};
  runtime.spawn("waits", [&] {
    mailbox.receive_until(began + 1h);
    gave_up = simulator.now();
  });
  simulator.run_for(10min);
  simulator.set_clock("one", -30min);
  simulator.run();
  EXPECT_EQ(std::chrono::floor<std::chrono::minutes>(gave_up - began), 90min);
}

TEST(AClockThatTicksCoarsely, StandsStillInBetweenAndKeepsNobodyAwake) {
  Simulator simulator{1};
  auto& coarse = simulator.process("coarse");
  simulator.set_clock("coarse", 300ms);
  simulator.set_clock_tick("coarse", 1s);
  const auto began = simulator.now();
  simulator.run_for(100ms);
  EXPECT_EQ(coarse.now(), began);
  Duration on_a_tick{}, in_between{};
  const auto sleeper = [&](Time due, Duration& woken) {
    coarse.spawn("sleeps", [&, due] {
      coarse.sleep_until(due);
      woken = std::chrono::floor<std::chrono::milliseconds>(simulator.now() - began);
    });
  };
  sleeper(began + 5s, on_a_tick);
  sleeper(began + 5s + 1us, in_between);
  const auto switches = simulator.switches();
  simulator.run();
  EXPECT_EQ(on_a_tick, 4700ms);
  EXPECT_EQ(in_between, 5700ms);
  EXPECT_LT(simulator.switches() - switches, 30U);
}

TEST(AWallClockThatIsSet, IsSeenAsADepartureUntilTheNextStart) {
  Simulator simulator{1};
  auto& runtime = simulator.process("shop");
  simulator.program("shop", [&] {
    while (true) runtime.sleep(1h);
  });
  simulator.start("shop");
  simulator.run_for(1min);
  simulator.set_wall_clock("shop", 2h);
  EXPECT_EQ(runtime.now(), simulator.now());
  EXPECT_EQ(runtime.wall_clock_departure(), 2h);
  simulator.restart("shop", "test");
  simulator.run_for(1min);
  EXPECT_EQ(runtime.now(), simulator.now() + 2h);
  EXPECT_EQ(runtime.wall_clock_departure(), 0h);
}

}  // namespace
}  // namespace madang::runtime
