#include "chassis/runtime/threads.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

namespace madang::runtime {
namespace {

using namespace std::chrono_literals;

TEST(StoppingTheProcess, EndsTheProgramAtOnceAndSaysWhy) {
  const auto stops = [] {
    Threads runtime;
    runtime.stop_process("an fsync failed");
  };
  EXPECT_EXIT(stops(), testing::ExitedWithCode(70), "process stops: an fsync failed");
}

TEST(StoppingTheProcess, EndsOnlyItsOwnTasksInATest) {
  Threads stopped{1}, other{2};
  std::string said;
  stopped.on_stop_process = [&](std::string_view why) { said = why; };
  stopped.spawn("writer", [&] { stopped.stop_process("an fsync failed"); });
  stopped.join();
  EXPECT_EQ(said, "an fsync failed");
  EXPECT_TRUE(stopped.stopped());
  EXPECT_FALSE(other.stopped());
}

TEST(AThreadFromElsewhere, MayStillSendToAStoppedProcess) {
  Threads runtime{1};
  Mailbox<int> mailbox{runtime, 1};
  runtime.stop();
  EXPECT_TRUE(mailbox.try_push(1));
  EXPECT_FALSE(mailbox.try_push(2));
  EXPECT_THROW(mailbox.push(3), Stopped);
}

TEST(AThread, CarriesTheNameOfItsTask) {
  Threads runtime{1};
  std::array<char, 16> name{};
  runtime.spawn("rental journal writer",
                [&] { ::pthread_getname_np(::pthread_self(), name.data(), name.size()); });
  runtime.join();
  EXPECT_STREQ(name.data(), "rental journal ");
}

TEST(AThread, IsJoinedSoonAfterItsTaskHasEnded) {
  Threads runtime{1};
  // More threads than the machine would bear at once.
  for (int task = 0; task < 20'000; ++task) {
    runtime.spawn("short", [] {});
    if (task % 100 == 0) runtime.join();
  }
}

TEST(TheClock, StandsByTheWallClockAtFirst) {
  Threads runtime{1};
  EXPECT_LT(std::chrono::abs(runtime.wall_clock_departure()), 1s);
  const auto before = runtime.now();
  EXPECT_GE(runtime.now(), before);
}

TEST(Chance, IsTheSameForTheSameSeedOnly) {
  Threads first{1}, again{1}, other{2}, unseeded, unseeded_too;
  const auto one = first.random();
  EXPECT_EQ(again.random(), one);
  EXPECT_NE(other.random(), one);
  EXPECT_NE(unseeded.random(), unseeded_too.random());
}

}  // namespace
}  // namespace madang::runtime
