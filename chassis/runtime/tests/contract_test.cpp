// What Mailbox, Mutex, Signal and sleeping promise, on both runtimes.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "chassis/runtime/pool.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/runtime/wait_for.hpp"

namespace madang::runtime {
namespace {

using namespace std::chrono_literals;

struct OnThreads {
  Threads runtime{1};
  Runtime& get() { return runtime; }
  void run_to_the_end() { runtime.join(); }
  void stop_when(const std::function<bool()>& ready) {
    while (!ready()) std::this_thread::yield();
    runtime.stop();
    runtime.join();
  }
  static constexpr int rounds = 3;
};

struct OnSimulator {
  inline static std::uint64_t seed = 0;
  Simulator simulator{++seed};
  Runtime& get() { return simulator.process("one"); }
  void run_to_the_end() { ASSERT_EQ(simulator.run(), Simulator::Ran::nothing_left); }
  void stop_when(const std::function<bool()>& ready) {
    ASSERT_EQ(simulator.run(ready), Simulator::Ran::done);
    simulator.run_for(1s);
    simulator.kill("one", "test");
    simulator.run();
    ASSERT_FALSE(simulator.alive("one"));
  }
  static constexpr int rounds = 200;
};

template <class World>
struct ATask : testing::Test {};
using Worlds = testing::Types<OnThreads, OnSimulator>;
TYPED_TEST_SUITE(ATask, Worlds);

TYPED_TEST(ATask, ReceivesItemsInTheOrderTheyWereSent) {
  for (int round = 0; round < TypeParam::rounds; ++round) {
    TypeParam world;
    Mailbox<int> mailbox{world.get(), 3};
    std::vector<int> received;
    world.get().spawn("sender", [&] {
      for (int item = 0; item < 50; ++item) mailbox.push(item);
    });
    world.get().spawn("receiver", [&] {
      while (received.size() < 50) {
        received.push_back(mailbox.receive());
        EXPECT_LE(mailbox.size(), 3U);
      }
    });
    world.run_to_the_end();
    std::vector<int> expected(50);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(received, expected);
  }
}

TYPED_TEST(ATask, IsRefusedByAFullMailboxAndKeepsItsItem) {
  TypeParam world;
  Mailbox<std::unique_ptr<int>> mailbox{world.get(), 2};
  EXPECT_TRUE(mailbox.try_push(std::make_unique<int>(1)));
  EXPECT_TRUE(mailbox.try_push(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(mailbox.try_push(std::move(third)));
  ASSERT_TRUE(third);
  EXPECT_EQ(*mailbox.receive(), 1);
  EXPECT_TRUE(mailbox.try_push(std::move(third)));
  EXPECT_EQ(mailbox.size(), 2U);
}

TYPED_TEST(ATask, DrainsAtMostWhatItAskedFor) {
  TypeParam world;
  Mailbox<int> mailbox{world.get(), 10};
  for (int item = 0; item < 5; ++item) EXPECT_TRUE(mailbox.try_push(int{item}));
  EXPECT_EQ(mailbox.drain(3), (std::vector{0, 1, 2}));
  EXPECT_EQ(mailbox.drain(3), (std::vector{3, 4}));
}

TYPED_TEST(ATask, LosesAndDoublesNothingAmongManySendersAndReceivers) {
  for (int round = 0; round < TypeParam::rounds; ++round) {
    TypeParam world;
    Mailbox<int> mailbox{world.get(), 2};
    std::atomic<int> sum = 0, left = 4 * 25;
    for (int sender = 0; sender < 4; ++sender)
      world.get().spawn("sender", [&] {
        for (int item = 1; item <= 25; ++item)
          if (item % 3 != 0 || !mailbox.try_push(int{item})) mailbox.push(item);
      });
    for (int receiver = 0; receiver < 3; ++receiver)
      world.get().spawn("receiver", [&, receiver] {
        // Each takes turns of its own kind; whoever finds nothing more in time has finished.
        const auto take = [&](std::vector<int> items) {
          for (const int item : items) sum += item, --left;
        };
        while (left > 0) {
          const auto deadline = world.get().now() + 20ms;
          if (receiver == 0) take(mailbox.drain_until(2, deadline));
          else if (const auto item = mailbox.receive_until(deadline)) take({*item});
        }
      });
    world.run_to_the_end();
    EXPECT_EQ(sum, 4 * 25 * 26 / 2);
    EXPECT_EQ(left, 0);
  }
}

// Only blocking receives: here a notice that woke the wrong waiter would hang for ever.
TYPED_TEST(ATask, IsNeverForgottenInAMailboxOfOne) {
  for (int round = 0; round < TypeParam::rounds; ++round) {
    TypeParam world;
    Mailbox<int> mailbox{world.get(), 1};
    std::atomic<int> received = 0;
    for (int pair = 0; pair < 4; ++pair) {
      world.get().spawn("sender", [&] {
        for (int item = 0; item < 20; ++item) mailbox.push(item);
      });
      world.get().spawn("receiver", [&] {
        for (int item = 0; item < 20; ++item) mailbox.receive(), ++received;
      });
    }
    world.run_to_the_end();
    EXPECT_EQ(received, 80);
  }
}

TYPED_TEST(ATask, IsLentWhatNobodyElseHasAndNoMoreIsMadeThanMayBe) {
  for (int round = 0; round < TypeParam::rounds; ++round) {
    TypeParam world;
    struct Thing {
      std::atomic<int> users = 0;
    };
    std::atomic<int> made = 0, used = 0;
    Pool<Thing> pool{world.get(), 2, [&] {
                       ++made;
                       return std::make_unique<Thing>();
                     }};
    for (int task = 0; task < 6; ++task)
      world.get().spawn("user", [&] {
        for (int turn = 0; turn < 5; ++turn) {
          const auto thing = pool.lend();
          EXPECT_EQ(++thing->users, 1);
          world.get().sleep(10us);
          --thing->users;
          ++used;
        }
      });
    world.run_to_the_end();
    EXPECT_EQ(used, 30);
    EXPECT_LE(made, 2);
  }
}

TYPED_TEST(ATask, IsLentNothingWhileAllIsLentNorWhatCouldNotBeMade) {
  TypeParam world;
  bool can_be_made = false;
  Pool<int> pool{world.get(), 1, [&] {
                   if (!can_be_made) throw std::runtime_error{"not today"};
                   return std::make_unique<int>(7);
                 }};
  bool over = false;
  world.get().spawn("borrower", [&] {
    EXPECT_THROW(pool.lend(), std::runtime_error);
    can_be_made = true;
    const auto lent = pool.lend();
    EXPECT_EQ(*lent.operator->(), 7);
    EXPECT_FALSE(pool.lend_until(world.get().now() + 5ms));
    over = true;
  });
  world.run_to_the_end();
  EXPECT_TRUE(over);
  EXPECT_TRUE(pool.lend_until(never));  // it was given back
}

TYPED_TEST(ATask, GivesUpAtItsDeadlineAndNotBefore) {
  TypeParam world;
  Mailbox<int> mailbox{world.get(), 1};
  Signal signal{world.get()};
  world.get().spawn("waits", [&] {
    const auto began = world.get().now();
    EXPECT_EQ(mailbox.receive_until(began + 5ms), std::nullopt);
    EXPECT_GE(world.get().now(), began + 5ms);
    EXPECT_TRUE(mailbox.drain_until(1, began + 10ms).empty());
    EXPECT_GE(world.get().now(), began + 10ms);
    EXPECT_EQ(signal.wait_beyond(0, began + 15ms), 0U);
    EXPECT_GE(world.get().now(), began + 15ms);
    world.get().sleep_until(began + 20ms);
    EXPECT_GE(world.get().now(), began + 20ms);
  });
  world.run_to_the_end();
}

TYPED_TEST(ATask, ReceivesAnItemThatComesBeforeTheDeadline) {
  TypeParam world;
  Mailbox<int> mailbox{world.get(), 1};
  world.get().spawn("receiver",
                    [&] { EXPECT_EQ(mailbox.receive_until(world.get().now() + 1h), 7); });
  world.get().spawn("sender", [&] {
    world.get().sleep(2ms);
    mailbox.push(7);
  });
  world.run_to_the_end();
}

TYPED_TEST(ATask, HoldsAMutexAloneAcrossBlockingCalls) {
  for (int round = 0; round < TypeParam::rounds; ++round) {
    TypeParam world;
    Mutex mutex{world.get()};
    int inside = 0, entered = 0;
    for (int task = 0; task < 4; ++task)
      world.get().spawn("task", [&] {
        for (int turn = 0; turn < 5; ++turn) {
          const std::unique_lock alone{mutex};
          EXPECT_EQ(++inside, 1);
          world.get().sleep(50us);
          --inside;
          ++entered;
        }
      });
    world.run_to_the_end();
    EXPECT_EQ(entered, 20);
  }
}

TYPED_TEST(ATask, MissesNoSignal) {
  for (int round = 0; round < TypeParam::rounds; ++round) {
    TypeParam world;
    Signal signal{world.get()};
    for (int waiter = 0; waiter < 3; ++waiter)
      world.get().spawn("waiter", [&] {
        for (std::uint64_t seen = 0; seen < 30;) {
          const auto now = signal.wait_beyond(seen, never);
          EXPECT_GT(now, seen);
          seen = now;
        }
      });
    world.get().spawn("raises", [&] {
      for (int time = 0; time < 29; ++time) signal.raise();
      signal.raise_to(10);  // never falls
      EXPECT_EQ(signal.count(), 29U);
      signal.raise_to(30);
    });
    world.run_to_the_end();
    EXPECT_EQ(signal.count(), 30U);
  }
}

TYPED_TEST(ATask, LeavesWhereverItWaitsWhenItsProcessIsStopped) {
  TypeParam world;
  auto& runtime = world.get();
  Mailbox<int> empty{runtime, 1}, full{runtime, 1};
  Mutex mutex{runtime};
  Signal signal{runtime};
  EXPECT_TRUE(full.try_push(1));
  std::atomic<int> arrived = 0, unwound = 0, went_on = 0;
  struct Counts {
    std::atomic<int>& count;
    ~Counts() { ++count; }
  };
  const auto task = [&](const char* name, std::function<void()> waits) {
    runtime.spawn(name, [&, waits] {
      const Counts counts{unwound};
      ++arrived;
      try {
        waits();
      } catch (const std::exception&) {
      }
      ++went_on;
    });
  };
  task("sleeps", [&] { runtime.sleep(24h); });
  task("receives", [&] { empty.receive(); });
  task("receives until", [&] { empty.receive_until(runtime.now() + 24h); });
  task("drains", [&] { empty.drain(1); });
  task("sends", [&] { full.push(2); });
  task("locks", [&] {
    mutex.lock();
    const std::unique_lock held{mutex, std::adopt_lock};
    const std::unique_lock twice{mutex};
  });
  task("awaits a signal", [&] { signal.wait_beyond(0, never); });
  // Never waits, and leaves all the same.
  task("is busy", [&] {
    while (signal.count() == 0) {
    }
  });
  world.stop_when([&] { return arrived == 8; });
  EXPECT_EQ(unwound, 8);
  EXPECT_EQ(went_on, 0);
}

TYPED_TEST(ATask, GetsNothingMoreDoneOnceItIsStopped) {
  TypeParam world;
  auto& runtime = world.get();
  Mailbox<int> mailbox{runtime, 1};
  std::atomic<bool> arrived = false;
  std::atomic<int> refused = 0;
  runtime.spawn("parent", [&] {
    arrived = true;
    try {
      runtime.sleep(24h);
    } catch (const Stopped&) {
      const auto expect_refused = [&](const auto& call) {
        try {
          call();
        } catch (const Stopped&) {
          ++refused;
        }
      };
      expect_refused([&] { runtime.spawn("child", [] {}); });
      expect_refused([&] { static_cast<void>(mailbox.try_push(1)); });
      expect_refused([&] { runtime.sleep(1ms); });
      throw;
    }
  });
  world.stop_when([&] { return arrived.load(); });
  EXPECT_EQ(refused, 3);
}

TYPED_TEST(ATask, IsStoppedAlsoWhileItHasAReplyThatAnotherWaitsFor) {
  TypeParam world;
  Mailbox<chassis::Reply<int>> asked{world.get(), 1};
  Signal never_raised{world.get()};
  std::atomic<bool> has_it = false;
  world.get().spawn("answers", [&] {
    const auto reply = asked.receive();
    has_it = true;
    never_raised.wait_beyond(0, never);
  });
  world.get().spawn("asks", [&] {
    static_cast<void>(wait_for(world.get(), chassis::Later<int>::of([&](chassis::Reply<int> reply) {
                                 asked.push(std::move(reply));
                               })));
  });
  world.stop_when([&] { return has_it.load(); });
}
TYPED_TEST(ATask, GetsRandomBytesForSecretsUpToTheLastOne) {
  TypeParam world;
  std::set<std::byte> last;
  for (int time = 0; time < 100; ++time) {
    std::array<std::byte, 37> secret{};
    world.get().fill_random(secret);
    last.insert(secret.back());
  }
  EXPECT_GT(last.size(), 50U);
}

}  // namespace
}  // namespace madang::runtime
