#pragma once
// What every journal store must be able to do, seen through a Journal. A World says where the log lies:
//
//   runtime::Runtime& runtime();
//   std::unique_ptr<JournalStore> store();        a connection of its own to the one log
//   std::unique_ptr<JournalReader> reader();
//   void run(std::function<void()> body);         as a task of the runtime, to its end
//   void stop();                                  ends all tasks
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "chassis/journal/tests/counters.hpp"

namespace madang::chassis {

template <class World>
class AJournal : public ::testing::Test {
 protected:
  ~AJournal() override { world.stop(); }

  // Commands that are submitted before go() are one batch.
  Journal& open(JournalLimits limits = {}) {
    return *journals.emplace_back(std::make_unique<Journal>(clock, world.store(), limits));
  }
  void go(Journal& journal) {
    world.runtime().spawn("writer", [&journal] { journal.write_batches(); });
  }
  Journal& running(JournalLimits limits = {}) {
    auto& journal = open(limits);
    go(journal);
    return journal;
  }
  std::vector<StoredEvent> log() { return world.reader()->after(0, 100'000); }
  std::shared_ptr<StoreReaders> readers() {
    return std::make_shared<StoreReaders>(world.runtime(), StoreReaders::any_number,
                                          [this] { return world.reader(); });
  }
  // Positions and versions without gaps, log time that never runs backwards.
  void expect_sound() {
    Position position = 0;
    Instant time{};
    std::map<std::string, Version> versions;
    for (const auto& event : log()) {
      EXPECT_EQ(event.position, ++position);
      EXPECT_EQ(event.version, ++versions[event.stream]);
      EXPECT_GE(event.at, time);
      EXPECT_EQ(event.slice, slice_of(event.stream));
      time = event.at;
    }
    EXPECT_EQ(world.reader()->head().position, position);
  }

  World world;
  SteppedClock clock{world.runtime()};
  std::vector<std::unique_ptr<Journal>> journals;
};
TYPED_TEST_SUITE_P(AJournal);

inline void expect_equal(const std::vector<StoredEvent>& some,
                         const std::vector<StoredEvent>& others) {
  ASSERT_EQ(some.size(), others.size());
  for (std::size_t i = 0; i < some.size(); ++i) {
    const auto &a = some[i], &b = others[i];
    EXPECT_EQ(std::tie(a.position, a.stream, a.version, a.type, a.schema, a.slice, a.at),
              std::tie(b.position, b.stream, b.version, b.type, b.schema, b.slice, b.at));
    EXPECT_EQ(a.identity(), b.identity());
    EXPECT_EQ(std::tie(a.cause.causation, a.cause.correlation, a.cause.traceparent, a.payload),
              std::tie(b.cause.causation, b.cause.correlation, b.cause.traceparent, b.payload));
  }
}

TYPED_TEST_P(AJournal, CountsPositionsAndVersionsWithoutGaps) {
  this->world.run([&] {
    auto& journal = this->running();
    for (int i = 0; i < 30; ++i) {
      const auto stream = "Counter/" + std::to_string(i % 4);
      EXPECT_EQ(give(journal, std::to_string(i), add(stream, i % 5 == 0 ? too_many : 1)).refused(),
                i % 5 == 0);
    }
    EXPECT_EQ(this->log().size(), 24U);
    this->expect_sound();
    EXPECT_THROW(this->world.reader()->after(25, 1), Corrupt);
  });
}
TYPED_TEST_P(AJournal, LetsAReaderPassWhatItDoesNotWant) {
  this->world.run([&] {
    auto& journal = this->running();
    for (int i = 0; i < 20; ++i)
      give(journal, std::to_string(i), add("Counter/" + std::to_string(i % 4), 1));
    const auto reader = this->world.reader();
    const auto slice = slice_of("Counter/1");
    std::vector<StoredEvent> found;
    const auto pass = [&](Position after, std::size_t max) {
      return reader->pass(
          after, max, [&](std::string_view, int of) { return of == slice; },
          [&](const StoredEvent& it) { found.push_back(it); });
    };
    EXPECT_EQ(pass(0, 15), 15);
    EXPECT_EQ(pass(15, 15), 20);
    EXPECT_EQ(pass(20, 15), 20);
    ASSERT_EQ(found.size(), 5U);
    for (const auto& it : found) EXPECT_EQ(it.stream, "Counter/1");
    EXPECT_EQ(found.back().version, 5);
    EXPECT_THROW(pass(21, 1), Corrupt);
  });
}
TYPED_TEST_P(AJournal, GivesARepeatItsFirstAnswerThoughTheStateHasChanged) {
  this->world.run([&] {
    auto& journal = this->running();
    EXPECT_TRUE(give(journal, "take", add("Counter/a", -1)).refused());
    EXPECT_EQ(give(journal, "add", add("Counter/a", 7)).payloads(), std::vector<std::string>{"7"});
    EXPECT_EQ(give(journal, "take", add("Counter/a", -1)).told().refusal, "out-of-bounds");
    EXPECT_EQ(give(journal, "take", add("Counter/a", -1)).told().why, "{\"total\":0}");
    EXPECT_EQ(give(journal, "add", add("Counter/a", 9)).payloads(), std::vector<std::string>{"7"});
    EXPECT_EQ(this->log().size(), 1U);
    EXPECT_EQ(journal.counts().repeats, 3U);
  });
}
TYPED_TEST_P(AJournal, KnowsARepeatInsideOneBatch) {
  this->world.run([&] {
    auto& journal = this->open();
    Answers answers{this->world.runtime()};
    for (int i = 0; i < 3; ++i) submit(journal, "one", add("Counter/a", 5), answers);
    this->go(journal);
    answers.wait(3);
    for (const auto& answer : answers.all())
      EXPECT_EQ(answer.payloads(), std::vector<std::string>{"5"});
    EXPECT_EQ(journal.counts().batches, 1U);
    EXPECT_EQ(this->log().size(), 1U);
  });
}
TYPED_TEST_P(AJournal, RefusesAKeyThatStandsForAnotherRequest) {
  this->world.run([&] {
    auto& journal = this->running();
    EXPECT_FALSE(give(journal, "key", add("Counter/a", 1), "first").refused());
    EXPECT_EQ(give(journal, "key", add("Counter/a", 1), "other").result.kind,
              Result::Kind::key_reused);
    EXPECT_EQ(give(journal, "key", add("Counter/a", 1), "first").result.kind,
              Result::Kind::decided);
    EXPECT_EQ(this->log().size(), 1U);
  });
}
TYPED_TEST_P(AJournal, DecidesNothingForWhomTheTimeWasOverBeforeTheirTurnCame) {
  this->world.run([&] {
    auto& journal = this->open();
    const auto now = std::chrono::floor<std::chrono::milliseconds>(this->clock.now());
    Answers answers{this->world.runtime()};
    const auto submit_until = [&](Instant then, const std::string& id) {
      journal.submit({id_until(then, id), &deeds, std::make_shared<Deed>(add("Counter/a", 5)),
                      [&answers, id](Result result) { answers.add({id, std::move(result)}); }});
    };
    submit_until(now + std::chrono::seconds{10}, "too late");
    submit_until(now + std::chrono::hours{1}, "in time");
    this->clock.step(std::chrono::seconds{10});  // nobody has taken them meanwhile
    this->go(journal);
    answers.wait(2);
    EXPECT_EQ(answers.of("too late").result.kind, Result::Kind::unavailable);
    EXPECT_EQ(answers.of("in time").payloads(), std::vector<std::string>{"5"});
    EXPECT_EQ(journal.counts().overdue, 1U);
    EXPECT_EQ(this->log().size(), 1U);
    // Nothing of it is on record, so that it may be asked again.
    EXPECT_EQ(give(journal, "too late", add("Counter/a", 1)).payloads(),
              std::vector<std::string>{"1"});
  });
}
TYPED_TEST_P(AJournal, AnswersWhatItHasDecidedHoweverLateItIsAskedAgain) {
  this->world.run([&] {
    auto& journal = this->running();
    EXPECT_EQ(give(journal, "once", add("Counter/a", 7)).payloads(), std::vector<std::string>{"7"});
    EXPECT_TRUE(give(journal, "never", add("Counter/a", too_many)).refused());
    const auto past =
        std::chrono::floor<std::chrono::milliseconds>(this->clock.now()) - std::chrono::hours{1};
    const auto late = [&](const std::string& id) {
      return Answered{id, journal.execute(id_until(past, id), deeds,
                                          std::make_shared<Deed>(add("Counter/a", 9)))};
    };
    EXPECT_EQ(late("once").payloads(), std::vector<std::string>{"7"});
    EXPECT_EQ(late("never").told().refusal, "out-of-bounds");
    EXPECT_EQ(journal.counts().overdue, 0U);
    EXPECT_EQ(this->log().size(), 1U);
  });
}
TYPED_TEST_P(AJournal, HoldsAClaimUntilItIsFreed) {
  this->world.run([&] {
    auto& journal = this->running();
    EXPECT_FALSE(give(journal, "1", claim("Counter/a", "", "mark")).refused());
    EXPECT_EQ(give(journal, "2", claim("Counter/b", "", "mark")).told().refusal, "taken");
    EXPECT_EQ(this->world.reader()->claim_owner("mark", "mark"), "Counter/a");
    EXPECT_FALSE(give(journal, "3", claim("Counter/a", "mark", "")).refused());
    EXPECT_FALSE(give(journal, "4", claim("Counter/b", "", "mark")).refused());
    EXPECT_EQ(this->world.reader()->claim_owner("mark", "mark"), "Counter/b");
  });
}
TYPED_TEST_P(AJournal, LetsClaimsChangeHandsWithinOneBatch) {
  this->world.run([&] {
    auto& journal = this->open();
    Answers answers{this->world.runtime()};
    submit(journal, "1", claim("Counter/a", "", "x"), answers);
    submit(journal, "2", claim("Counter/b", "", "y"), answers);
    submit(journal, "3", claim("Counter/a", "x", ""), answers);
    submit(journal, "4", claim("Counter/b", "y", "x"), answers);
    submit(journal, "5", claim("Counter/c", "", "x"), answers);
    submit(journal, "6", claim("Counter/a", "", "y"), answers);
    this->go(journal);
    answers.wait(6);
    EXPECT_EQ(journal.counts().refusals, 1U);
    EXPECT_EQ(this->world.reader()->claim_owner("mark", "x"), "Counter/b");
    EXPECT_EQ(this->world.reader()->claim_owner("mark", "y"), "Counter/a");
  });
}
TYPED_TEST_P(AJournal, KeepsATimerWithTheVersionThatArmedIt) {
  this->world.run([&] {
    auto& journal = this->running();
    const Instant soon{std::chrono::milliseconds{1000}}, later{std::chrono::milliseconds{2000}};
    give(journal, "1", arm("Counter/a", soon));
    give(journal, "2", arm("Counter/b", later));
    ASSERT_EQ(this->world.reader()->next_timer(), soon);
    const auto due = this->world.reader()->due_timers(soon, 10);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].name, "Counter/a");
    EXPECT_EQ(due[0].type, "Counter");
    EXPECT_EQ(due[0].generation, 1);
    give(journal, "3", arm("Counter/a", later));
    EXPECT_TRUE(this->world.reader()->due_timers(soon, 10).empty());
    EXPECT_EQ(this->world.reader()->due_timers(later, 10).size(), 2U);
    give(journal, "4", arm("Counter/a", {}));
    give(journal, "5", arm("Counter/b", {}));
    EXPECT_FALSE(this->world.reader()->next_timer());

    journal.wake_for_timers_before(later);
    const auto woken = journal.armed().count();
    give(journal, "6", arm("Counter/a", later));
    EXPECT_EQ(journal.armed().count(), woken);
    give(journal, "7", arm("Counter/a", soon));
    EXPECT_EQ(journal.armed().count(), woken + 1);
  });
}
TYPED_TEST_P(AJournal, ReadsASnapshotOfTheSameShapeAndNoOther) {
  this->world.run([&] {
    JournalLimits often;
    often.snapshot_every = 5;
    auto& journal = this->running(often);
    for (int i = 0; i < 12; ++i) give(journal, "a" + std::to_string(i), add("Counter/a", 2));
    evolved = 0;
    EXPECT_EQ(give(this->running(often), "same", add("Counter/a", 1)).payloads(),
              std::vector<std::string>{"1"});
    EXPECT_LT(evolved, 12);
    const CountersOfAnotherShape changed;
    evolved = 0;
    EXPECT_TRUE(give(this->running(often), "low", add("Counter/a", -26)).refused());
    EXPECT_EQ(evolved, 13);
    EXPECT_FALSE(give(this->running(often), "all", add("Counter/a", -25)).refused());
  });
}
TYPED_TEST_P(AJournal, ForgetsStatesThatWereNotUsedForLongestAndReadsThemAgain) {
  this->world.run([&] {
    JournalLimits few;
    few.cached_streams_max = 8;
    auto& journal = this->running(few);
    for (int i = 0; i < 40; ++i) {
      give(journal, "hot " + std::to_string(i), add("Counter/hot", 1));
      give(journal, "cold " + std::to_string(i), add("Counter/" + std::to_string(i), 1));
    }
    evolved = 0;
    EXPECT_TRUE(give(journal, "too low", add("Counter/hot", -41)).refused());
    EXPECT_EQ(evolved, 0);
    EXPECT_TRUE(give(journal, "too low as well", add("Counter/0", -2)).refused());
    EXPECT_EQ(evolved, 1);
    EXPECT_FALSE(give(journal, "just enough", add("Counter/hot", -40)).refused());
    this->expect_sound();
  });
}
TYPED_TEST_P(AJournal, GivesWhoFollowsItTheNewestEventsWithoutTheStore) {
  this->world.run([&] {
    JournalLimits short_tail;
    short_tail.tail_events_max = 5;
    auto& journal = this->running(short_tail);
    for (int i = 0; i < 12; ++i)
      give(journal, std::to_string(i), add("Counter/" + std::to_string(i % 3), i));
    const auto all = this->log();
    const auto without_store = journal.follow(nullptr);
    expect_equal(without_store->after(7, 3), {all.begin() + 7, all.begin() + 10});
    expect_equal(without_store->after(10, 100), {all.begin() + 10, all.end()});
    std::vector<StoredEvent> passed;
    const auto wanted = [](std::string_view, int slice) { return slice == slice_of("Counter/1"); };
    EXPECT_EQ(without_store->pass(7, 100, wanted, [&](const auto& it) { passed.push_back(it); }),
              12);
    expect_equal(passed, {all[7], all[10]});
    EXPECT_TRUE(without_store->after(12, 100).empty());
    expect_equal(journal.follow(this->readers())->after(0, 100), all);
  });
}
TYPED_TEST_P(AJournal, TellsWhoFollowsItWhatAnotherHasWritten) {
  this->world.run([&] {
    auto& journal = this->running();
    auto& another = this->running();
    const auto follower = journal.follow(this->readers());
    give(journal, "1", add("Counter/a", 1));
    EXPECT_EQ(follower->after(0, 100).size(), 1U);
    give(another, "2", add("Counter/a", 2));
    for (int look = 0; look < 8; ++look)
      EXPECT_TRUE(follower->after(1, 100).empty());  // it is not woken by the other
    EXPECT_EQ(follower->after(1, 100).size(), 1U);
    give(journal, "3", add("Counter/a", 3));
    expect_equal(follower->after(0, 100), this->log());
    expect_equal(journal.follow(this->readers())->after(1, 100), {this->log()[1], this->log()[2]});
  });
}
TYPED_TEST_P(AJournal, TellsWhoFollowsItThatNothingHasComeSinceItWasOpened) {
  this->world.run([&] {
    auto& before = this->running();
    give(before, "1", add("Counter/a", 1));
    auto& journal = this->running();
    journal.begin_after(1);
    EXPECT_TRUE(journal.follow(nullptr)->after(1, 100).empty());
    EXPECT_EQ(journal.follow(this->readers())->after(0, 100).size(), 1U);
    give(journal, "2", add("Counter/a", 2));
    EXPECT_EQ(journal.follow(nullptr)->after(1, 100).size(), 1U);
  });
}
TYPED_TEST_P(AJournal, WritesAllStreamsOfACommandOrNone) {
  this->world.run([&] {
    auto& journal = this->running();
    give(journal, "1", add("Counter/a", 5));
    EXPECT_FALSE(give(journal, "2", move("Counter/a", "Counter/b", 3)).refused());
    EXPECT_TRUE(give(journal, "3", move("Counter/a", "Counter/b", 3)).refused());
    EXPECT_FALSE(give(journal, "4", move("Counter/b", "Counter/a", 3)).refused());
    EXPECT_EQ(this->log().size(), 5U);
    this->expect_sound();
  });
}
TYPED_TEST_P(AJournal, LetsADefectFailAloneThoughItsStreamWasTouchedInTheSameBatch) {
  this->world.run([&] {
    auto& journal = this->open();
    Answers answers{this->world.runtime()};
    submit(journal, "1", add("Counter/a", 5), answers);
    submit(journal, "2", explode("Counter/a"), answers);
    submit(journal, "3", add("Counter/a", -5), answers);
    submit(journal, "4", add("Counter/b", 1), answers);
    this->go(journal);
    answers.wait(4);
    EXPECT_EQ(answers.of("2").result.kind, Result::Kind::defect);
    for (const auto* id : {"1", "3", "4"}) EXPECT_FALSE(answers.of(id).refused()) << id;
    EXPECT_EQ(this->log().size(), 3U);
    this->expect_sound();
    EXPECT_TRUE(give(journal, "5", add("Counter/a", -1)).refused());
  });
}
TYPED_TEST_P(AJournal, NeverLetsLogTimeRunBackwards) {
  this->world.run([&] {
    auto& journal = this->running();
    for (int i = 0; i < 12; ++i) {
      this->clock.step(i % 3 == 0 ? std::chrono::hours{2} : std::chrono::hours{-1});
      give(journal, std::to_string(i), add("Counter/a", 1));
    }
    this->clock.step(std::chrono::hours{-24});
    give(this->running(), "another writer", add("Counter/a", 1));
    EXPECT_EQ(this->log().size(), 13U);
    this->expect_sound();
  });
}
TYPED_TEST_P(AJournal, TakesTwoWritersInTurnsEachABatchBehind) {
  this->world.run([&] {
    auto& one = this->running();
    auto& other = this->running();
    for (int i = 0; i < 20; ++i) {
      const auto id = std::to_string(i);
      // Its cached total is 2 * i - 1 and must not be believed: only the true one makes the last fit.
      EXPECT_FALSE(give(one, "a" + id, add("Counter/a", 1)).refused());
      EXPECT_FALSE(give(other, "b" + id, add("Counter/a", 1)).refused());
      EXPECT_TRUE(give(one, "c" + id, add("Counter/a", -2 * i - 3)).refused());
      EXPECT_EQ(give(other, "a" + id, add("Counter/a", 9)).payloads(),
                std::vector<std::string>{"1"});
    }
    EXPECT_FALSE(give(one, "all", add("Counter/a", -40)).refused());
    EXPECT_TRUE(give(other, "more", add("Counter/a", -1)).refused());
    this->expect_sound();
  });
}
TYPED_TEST_P(AJournal, LosesNothingOfTwoWritersAtOnce) {
  this->world.run([&] {
    JournalLimits small;
    small.batch_max = 7;
    std::array<Journal*, 2> both{&this->running(small), &this->running(small)};
    Answers answers{this->world.runtime()};
    constexpr int commands = 120;
    for (int i = 0; i < commands; ++i)
      for (auto* journal : both)  // each command twice: once with each writer
        submit(*journal, std::to_string(i), add("Counter/" + std::to_string(i % 3), 1), answers);
    answers.wait(2 * commands);
    EXPECT_EQ(answers.all().size(), std::size_t{2 * commands});
    for (const auto& answer : answers.all()) EXPECT_FALSE(answer.refused());
    EXPECT_EQ(this->log().size(), std::size_t{commands});
    this->expect_sound();
  });
}

REGISTER_TYPED_TEST_SUITE_P(
    AJournal, CountsPositionsAndVersionsWithoutGaps, LetsAReaderPassWhatItDoesNotWant,
    GivesARepeatItsFirstAnswerThoughTheStateHasChanged, KnowsARepeatInsideOneBatch,
    RefusesAKeyThatStandsForAnotherRequest, DecidesNothingForWhomTheTimeWasOverBeforeTheirTurnCame,
    AnswersWhatItHasDecidedHoweverLateItIsAskedAgain, HoldsAClaimUntilItIsFreed,
    LetsClaimsChangeHandsWithinOneBatch, KeepsATimerWithTheVersionThatArmedIt,
    ReadsASnapshotOfTheSameShapeAndNoOther, ForgetsStatesThatWereNotUsedForLongestAndReadsThemAgain,
    GivesWhoFollowsItTheNewestEventsWithoutTheStore, TellsWhoFollowsItWhatAnotherHasWritten,
    TellsWhoFollowsItThatNothingHasComeSinceItWasOpened, WritesAllStreamsOfACommandOrNone,
    LetsADefectFailAloneThoughItsStreamWasTouchedInTheSameBatch, NeverLetsLogTimeRunBackwards,
    TakesTwoWritersInTurnsEachABatchBehind, LosesNothingOfTwoWritersAtOnce);

}  // namespace madang::chassis
