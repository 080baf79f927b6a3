#include "chassis/runtime/threads.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <fstream>

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

std::size_t pages_of_address_space() {
  std::size_t pages = 0;
  std::ifstream{"/proc/self/statm"} >> pages;
  return pages;
}

// A thread that is never joined keeps its stack, 8 MiB of address space.
TEST(AThread, IsGivenBackSoonAfterItsTaskHasEnded) {
  Threads runtime{1};
  Signal ended{runtime};
  const auto before = pages_of_address_space();
  for (std::uint64_t task = 0; task < 500; ++task) {
    runtime.spawn("short", [&] { ended.raise(); });
    ended.wait_beyond(task, never);
  }
  EXPECT_LT(pages_of_address_space(), before + 100 * (8UL << 20) / 4096);
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
