#include "chassis/storage/sqlite.hpp"
#include "chassis/subscriptions/tests/library.hpp"
#include "chassis/testing/town.hpp"

namespace madang::library {
namespace {

using testing::named, testing::Town;

struct Library : ::testing::Test {
  std::unique_ptr<Context> books = library_context(), neighbour = neighbour_context();
  Town town;
  BookId rain = named<BookId>("rain"), snow = named<BookId>("snow");
  PersonId kim = named<PersonId>("kim"), lee = named<PersonId>("lee");

  Library() {
    luck_has_turned = false;
    town.add(*books);
    town.add(*neighbour);
    town.start();
  }
  static CommandId id(std::string_view text, std::string fingerprint = {}) {
    return {digest128({"test", text}), "requests/test", std::move(fingerprint), {}};
  }
  template <class Command>
  auto give(const Command& command, std::string_view key, std::string fingerprint = {}) {
    return town.run([&] { return town.engine("library").run(command, id(key, fingerprint)); });
  }
  void lend_to_kim(int how_many) {
    for (int i = 0; i < how_many; ++i)
      static_cast<void>(
          give(LendBook{named<BookId>("book " + std::to_string(i)), kim}, "l" + std::to_string(i)));
  }
  auto loans(const PersonId& reader, PageRequest page = {}) {
    return town.run([&] {
      auto& library = town.engine("library");
      return library.ask(LoansOf{reader, page}, {{"library", library.state().head}});
    });
  }
  std::size_t count(const std::string& type) { return town.count("library", type); }
};
using ACommand = Library;
using ATimer = Library;
using AReadModel = Library;
using APolicy = Library;
using AProcess = Library;
using AMessage = Library;

TEST_F(ACommand, IsAnsweredTheSameWhenItComesAgainThoughTheStateHasChanged) {
  EXPECT_FALSE(give(LendBook{rain, kim}, "lend").refused());
  EXPECT_FALSE(give(BringBack{rain, kim}, "back").refused());
  const auto again = give(LendBook{rain, kim}, "lend");
  ASSERT_TRUE(again.find<BookLent>());
  EXPECT_TRUE(again.find<ReaderTookBook>());
  EXPECT_EQ(count("BookLent"), 1U);
}
TEST_F(ACommand, KeepsItsRefusalThoughItWouldBeAcceptedToday) {
  EXPECT_TRUE(give(BringBack{rain, kim}, "back").refused_because<because::not_lent>());
  EXPECT_FALSE(give(LendBook{rain, kim}, "lend").refused());
  EXPECT_TRUE(give(BringBack{rain, kim}, "back").refused_because<because::not_lent>());
  EXPECT_FALSE(give(BringBack{rain, kim}, "back again").refused());
}
TEST_F(ACommand, IsFoundByItsRequestWithoutBeingGiven) {
  const auto request =
      RequestKey::of_request("library", kim, "lend", "k", "one", "requests/kim", {});
  const auto found = [&](const RequestKey& by) {
    return town.run([&] { return town.engine("library").outcome_of<LendBook>(by, "lend"); });
  };
  EXPECT_FALSE(found(request));
  EXPECT_EQ(count("BookLent"), 0U);
  Positions written;
  town.run([&] {
    static_cast<void>(
        town.engine("library").run(LendBook{rain, kim}, request.step("lend"), &written));
  });
  EXPECT_FALSE(give(BringBack{rain, kim}, "back").refused());
  const auto first = found(request);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->find<BookLent>());
  EXPECT_EQ(request.written(), written);  // where it stands in the log, not where the log ends
  EXPECT_EQ(count("BookLent"), 1U);
  const auto other = RequestKey::of_request("library", kim, "lend", "k", "two", "requests/kim", {});
  EXPECT_ANY_THROW(static_cast<void>(found(other)));
}
TEST_F(ACommand, IsNotGivenUnderTheKeyOfAnother) {
  EXPECT_FALSE(give(LendBook{rain, kim}, "k", "one").refused());
  EXPECT_ANY_THROW(static_cast<void>(give(LendBook{rain, kim}, "k", "two")));
  EXPECT_EQ(count("BookLent"), 1U);
}
TEST_F(ACommand, HasOneEffectAndOneAnswerWhenItComesAHundredTimesAtOnce) {
  std::vector<std::function<void()>> clients;
  std::set<Instant> answers;
  clients.reserve(100);
  for (int i = 0; i < 100; ++i)
    clients.emplace_back([&] {
      const auto lent = town.engine("library").run(LendBook{rain, kim}, id("lend"));
      ASSERT_FALSE(lent.refused());
      answers.insert(lent.find<BookLent>()->until);
    });
  town.run_all(clients);
  EXPECT_EQ(answers.size(), 1U);
  EXPECT_EQ(count("BookLent"), 1U);
}
TEST_F(ACommand, WithADefectFailsAloneAndDisturbsNoNeighbourOfItsBatch) {
  std::vector<std::function<void()>> clients;
  int lent = 0, failed = 0;
  clients.reserve(20);
  for (int i = 0; i < 20; ++i)
    clients.emplace_back([&, i] {
      auto& library = town.engine("library");
      const auto book = named<BookId>("book " + std::to_string(i));
      try {
        if (i % 2 == 0) static_cast<void>(library.run(Explode{rain}, id("x" + std::to_string(i))));
        else lent += !library.run(LendBook{book, kim}, id("l" + std::to_string(i))).refused();
      } catch (const Defect&) {
        ++failed;
      }
    });
  town.run_all(clients);
  EXPECT_EQ(lent, 10);
  EXPECT_EQ(failed, 10);
}
TEST_F(ACommand, IsRefusedWhenWhatItClaimsIsTaken) {
  EXPECT_FALSE(give(ShelveBook{rain, "A1"}, "a").refused());
  EXPECT_TRUE(give(ShelveBook{snow, "A1"}, "b").refused_because<because::mark_taken>());
  EXPECT_EQ(give(ShelveBook{snow, "A1"}, "b").refused_because<because::mark_taken>()->mark, "A1");
  EXPECT_FALSE(give(ShelveBook{rain, "A2"}, "c").refused());  // which frees A1
  EXPECT_FALSE(give(ShelveBook{snow, "A1"}, "d").refused());
}
TEST_F(ACommand, IsSubmittedWithoutWaitingAndAnsweredWhenItIsDurable) {
  std::vector<std::string> answers;
  const auto remembered = [&] {
    return Reply<std::string>{[&](OrFailed<std::string> said) { answers.push_back(*said); }};
  };
  town.run([&] {
    auto& library = town.engine("library");
    library.submit(LendBook{rain, kim}, id("lend"))
        .then([](const LendBook::Decision& lent) -> std::string {
          return lent.find<BookLent>() ? "lent" : "not lent";
        })
        .start(remembered());
    library.submit(Explode{rain}, id("explode"))
        .settled([](const OrFailed<Explode::Decision>& failed) -> std::string {
          return failed ? "stood" : "failed";
        })
        .start(remembered());
    EXPECT_TRUE(answers.empty());
  });
  town.settle();
  EXPECT_EQ(answers, (std::vector<std::string>{"lent", "failed"}));
  EXPECT_EQ(count("BookLent"), 1U);
}
TEST_F(ACommand, AmongManyIsAnsweredInItsPlaceAndRemembered) {
  const auto lend_all = [&] {
    return town.run([&] {
      std::vector<std::pair<LendBook, CommandId>> many;
      for (const auto* key : {"one", "two", "three"})
        many.emplace_back(LendBook{rain, kim}, id(key));
      many.emplace_back(LendBook{snow, lee}, id("four"));
      return town.engine("library").run_all(std::move(many));
    });
  };
  for (int round = 0; round < 2; ++round) {
    const auto decided = lend_all();
    ASSERT_EQ(decided.size(), 4U);
    EXPECT_TRUE(decided[0]->find<BookLent>());
    EXPECT_TRUE(decided[1]->refused_because<because::already_lent>());
    EXPECT_TRUE(decided[2]->refused_because<because::already_lent>());
    EXPECT_EQ(decided[3]->find<BookLent>()->reader, lee);
  }
  EXPECT_EQ(count("BookLent"), 2U);
}
TEST_F(ACommand, AmongManyFailsAlone) {
  static_cast<void>(give(LendBook{rain, kim}, "k", "one"));
  town.run([&] {
    auto& library = town.engine("library");
    const auto exploded = library.run_all<Explode>({{{rain}, id("x")}, {{snow}, id("y")}});
    ASSERT_EQ(exploded.size(), 2U);
    EXPECT_EQ(exploded[1].error().why, Failed::Why::defect);
    EXPECT_EQ(exploded[1].error().text, "a defect");
    const auto lent =
        library.run_all<LendBook>({{{snow, lee}, id("k", "two")}, {{snow, kim}, id("l")}});
    EXPECT_EQ(lent[0].error().why, Failed::Why::key_reused);
    EXPECT_TRUE(lent[1]->find<BookLent>());
    EXPECT_TRUE(library.run_all<LendBook>({}).empty());
  });
}
TEST_F(ACommand, IsThereAfterThePowerWasLost) {
  EXPECT_FALSE(give(LendBook{rain, kim}, "lend").refused());
  for (int round = 0; round < 3; ++round) {
    town.lose_power();
    town.start();
    EXPECT_TRUE(give(LendBook{rain, kim}, "lend").find<BookLent>());
    EXPECT_TRUE(give(LendBook{rain, lee}, "late " + std::to_string(round))
                    .refused_because<because::already_lent>());
  }
  EXPECT_EQ(count("BookLent"), 1U);
}

TEST_F(ATimer, BringsWhatTimeAloneBringsAndNeverEarly) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  town.pass(23h);
  EXPECT_EQ(count("LoanRanOut"), 0U);
  town.pass(61min);
  EXPECT_EQ(count("LoanRanOut"), 1U);
  EXPECT_FALSE(give(LendBook{rain, lee}, "next").refused());
}
TEST_F(ATimer, SurvivesARestartAndFiresOnce) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  for (int round = 0; round < 3; ++round) {
    town.lose_power();
    town.start();
    town.pass(11h);
  }
  EXPECT_EQ(count("LoanRanOut"), 1U);
}
TEST_F(ATimer, DoesNotFireWhenWhatItWaitedForHasHappened) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  static_cast<void>(give(BringBack{rain, kim}, "back"));
  town.pass(48h);
  EXPECT_EQ(count("LoanRanOut"), 0U);
}
TEST_F(ATimer, IsPrecededByTheCommandThatNoticesFirst) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  town.stop();
  town.simulator.run_for(25h);
  town.start();
  EXPECT_FALSE(give(LendBook{rain, lee}, "next").refused());
  town.settle();
  EXPECT_EQ(count("LoanRanOut"), 1U);
}

TEST_F(AReadModel, ShowsAWriterWhatTheyHaveWritten) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  EXPECT_EQ(loans(kim).rows.size(), 1U);
  static_cast<void>(give(BringBack{rain, kim}, "back"));
  EXPECT_TRUE(loans(kim).rows.empty());
}
TEST_F(AReadModel, GathersWhatComesOneByOneUnlessSomebodyWaitsForIt) {
  const auto behind = [&] {
    const auto state = town.engine("library").state();
    return state.head - state.views;
  };
  static_cast<void>(give(LendBook{rain, kim}, "first"));
  town.settle();
  town.run([&] {
    auto& library = town.engine("library");
    static_cast<void>(library.run(BringBack{rain, kim}, id("back")));
    EXPECT_TRUE(library.ask(LoansOf{kim, {}}, {{"library", library.state().head}}).rows.empty());
    // It has folded just now, and nobody waits for this one.
    static_cast<void>(library.run(LendBook{snow, kim}, id("second")));
    EXPECT_GT(behind(), 0);
    const auto asked_at = town.now();
    EXPECT_EQ(library.ask(LoansOf{kim, {}}, {{"library", library.state().head}}).rows.size(), 1U);
    EXPECT_LT(town.now() - asked_at, 1ms);
    static_cast<void>(library.run(BringBack{snow, kim}, id("second back")));
    EXPECT_GT(behind(), 0);
  });
  town.pass(3ms);
  EXPECT_EQ(behind(), 0);
}
TEST_F(AReadModel, IsReadInPagesThatInsertsDoNotShift) {
  std::set<std::string> seen;
  lend_to_kim(7);
  PageRequest page{3, {}};
  for (int number = 0; number < 3; ++number) {
    const auto rows = loans(kim, page);
    for (const auto& row : rows.rows) EXPECT_TRUE(seen.insert(row.book.text()).second);
    static_cast<void>(give(LendBook{named<BookId>("new " + std::to_string(number)), kim},
                           "n" + std::to_string(number)));
    page.after = rows.next;
  }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_FALSE(page.after);
}
// A reader with years of loans is answered as quickly as one with few.
TEST_F(AReadModel, IsReadInTheOrderOfAnIndexWhicheverFieldIsAskedFor) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  town.settle();
  town.run([&] {
    storage::Database db{"town/library/views.db", storage::Synchronous::normal,
                         storage::Open::read_only};
    auto plan = db.prepare(
        "EXPLAIN QUERY PLAN SELECT row FROM rows_loans_1 WHERE c_reader IS ?1"
        " AND (c_until, key) < (?2, ?3) ORDER BY c_until DESC, key DESC LIMIT 3");
    ASSERT_TRUE(plan.bind("kim", 1, "rain").step());
    const std::string first{plan.text(3)};
    EXPECT_TRUE(first.contains("rows_loans_1_by_reader (c_reader=? AND (c_until,key)<(?,?))"))
        << first;
    EXPECT_FALSE(plan.step()) << plan.text(3);
  });
}
TEST_F(AReadModel, IsHandedOutWholeOrNotAtAll) {
  lend_to_kim(7);
  const auto all = [&](std::size_t at_most) {
    return town.run([&] {
      auto& library = town.engine("library");
      return library.ask(AllLoansOf{kim, at_most}, {{"library", library.state().head}}).size();
    });
  };
  for (const std::size_t enough : {7, 8, 1000}) EXPECT_EQ(all(enough), 7U);
  for (const std::size_t few : {1, 3, 6}) EXPECT_THROW(all(few), std::runtime_error) << few;
}
TEST_F(AReadModel, IsTheSameAfterARebuildBesideIt) {
  lend_to_kim(30);
  town.settle();
  const auto comparison = town.run([&] { return town.engine("library").rebuild("loans"); });
  ASSERT_TRUE(comparison);
  EXPECT_EQ(comparison->rows, 30U);
  EXPECT_EQ(comparison->differing, 0U);
  EXPECT_EQ(loans(kim).rows.size(), 30U);
  town.lose_power();
  town.start();
  EXPECT_EQ(loans(kim).rows.size(), 30U);
}
TEST_F(AReadModel, GoesOnWithWhatHappensWhileItIsBuiltAgainBeside) {
  lend_to_kim(6);
  town.run([&] {
    std::vector<Delivery> all;
    for (const auto& event : town.engine("library").read_journal()->after(0, 100))
      all.push_back(delivery_of(event));
    const auto part = [&](std::size_t first, std::size_t last) {
      return std::vector<Delivery>{all.begin() + static_cast<std::ptrdiff_t>(first),
                                   all.begin() + static_cast<std::ptrdiff_t>(last)};
    };
    const auto head = all.back().position, middle = all[2].position;
    Views views{*books, "town/apart.db", town.process().now(), town.log};
    views.apply(part(0, 3), middle);
    views.begin_rebuild("loans");
    EXPECT_EQ(views.furthest(), middle);
    views.apply(part(3, all.size()),
                INT64_MAX);  // people read on, though the new one lacks what was before
    EXPECT_EQ(views.live_position(), head);
    EXPECT_EQ(views.position(), 0);
    EXPECT_TRUE(views.is_rebuilding("loans"));
    views.apply(part(0, all.size()), head);
    EXPECT_FALSE(views.is_rebuilding("loans"));
    EXPECT_EQ(views.last_comparison("loans")->rows, 6U);
    EXPECT_EQ(views.last_comparison("loans")->differing, 0U);
  });
}

TEST_F(AReadModel, IsWrittenOnceThoughAnotherProcessBelievesItsFolderItsOwnToo) {
  lend_to_kim(6);
  town.run([&] {
    std::vector<Delivery> all;
    for (const auto& event : town.engine("library").read_journal()->after(0, 100))
      all.push_back(delivery_of(event));
    const std::vector<Delivery> some{all.begin(), all.begin() + 3};
    Views one{*books, "town/apart.db", town.process().now(), town.log};
    Views other{*books, "town/apart.db", town.process().now(), town.log};
    one.apply(some, INT64_MAX);
    EXPECT_THROW(other.apply(all, INT64_MAX), Unavailable);
    EXPECT_EQ(other.position(), some.back().position);  // from where the first has left it
    other.apply(all, INT64_MAX);
    other.begin_rebuild("loans");
    other.apply(all, all.back().position);
    EXPECT_EQ(other.last_comparison("loans")->differing, 0U);
    EXPECT_THROW(one.apply(all, INT64_MAX), Unavailable);
    EXPECT_EQ(one.position(), all.back().position);
  });
}

TEST_F(APolicy, GivesItsCommandOncePerEvent) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  town.settle();
  EXPECT_EQ(count("PointEarned"), 1U);
  for (int round = 0; round < 3; ++round) {
    town.lose_power();
    town.start();
    town.settle();
  }
  EXPECT_EQ(count("PointEarned"), 1U);
}
TEST_F(APolicy, ParksWhatItCannotHandleWithWhatWaitsBehindItAndNothingElse) {
  static_cast<void>(give(LendBook{rain, unlucky_reader}, "a"));
  static_cast<void>(give(LendBook{snow, unlucky_reader}, "b"));
  static_cast<void>(give(LendBook{named<BookId>("wind"), kim}, "c"));
  town.settle();
  EXPECT_EQ(count("PointEarned"), 1U);
  EXPECT_EQ(town.run([&] { return town.engine("library").parked(); }).size(), 2U);
  town.lose_power();
  town.start();
  town.settle();
  EXPECT_EQ(town.run([&] { return town.engine("library").parked(); }).size(), 2U);

  luck_has_turned = true;
  const auto parked = town.run([&] { return town.engine("library").parked(); });
  town.run(
      [&] { town.engine("library").retry_parked(parked.front().consumer, parked.front().key); });
  town.pass(61s);
  EXPECT_EQ(count("PointEarned"), 3U);
  EXPECT_TRUE(town.run([&] { return town.engine("library").parked(); }).empty());
}

TEST_F(AProcess, MeetsTheEventInTheTransactionThatRecordsItAndTellsWhenItsTimeIsUp) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  EXPECT_EQ(count("remind_of_loan.Stepped"), 1U);
  town.pass(13h);
  EXPECT_EQ(town.told("library", "madang.library.v1.RemindReader"), 1U);
}
TEST_F(AProcess, IsOverWhenItsReasonIsGone) {
  static_cast<void>(give(LendBook{rain, kim}, "lend"));
  static_cast<void>(give(BringBack{rain, kim}, "back"));
  town.pass(48h);
  EXPECT_EQ(town.told("library", "madang.library.v1.RemindReader"), 0U);
}

TEST_F(AMessage, ReachesTheNeighbourOnceThoughItsPowerIsLostInBetween) {
  for (int i = 0; i < 20; ++i) {
    static_cast<void>(
        give(LendBook{named<BookId>("book " + std::to_string(i)), kim}, "l" + std::to_string(i)));
    if (i % 5 == 0) {
      town.lose_power();
      town.start();
    }
  }
  town.settle();
  EXPECT_EQ(town.run([&] { return town.engine("neighbour").ask(TakenBy{kim}); }), 20);
  EXPECT_EQ(town.count("neighbour", "madang.library.v1.BookTaken"), 20U);
}
TEST(AnEngine, GoesOnWhereItWasThoughTheDiskFailsToReadWhileItStarts) {
  const auto library = library_context(), neighbour = neighbour_context();
  int started = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Town town{seed};
    town.add(*library);
    town.add(*neighbour);
    auto& faults = town.storage.disk("town").faults;
    town.start();
    town.stop();
    faults.reads_fail_one_in = 80;
    try {
      town.start();
      ++started;
    } catch (
        const std::runtime_error&) {  // it cannot even be opened: whoever started it tries again
    }
    town.simulator.run_for(std::chrono::seconds{1});
    faults.reads_fail_one_in = 0;
    town.stop();
  }
  EXPECT_GT(started, 0);
}
TEST(AnEngine, ParksNoRowThatTheDiskDoesNotGive) {
  const auto library = library_context(), neighbour = neighbour_context();
  const auto rain = named<BookId>("rain");
  const auto kim = named<PersonId>("kim");
  std::uint64_t failed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Town town{seed};
    town.add(*library);
    town.add(*neighbour);
    const auto give = [&](const auto& command, std::string_view key) {
      return town.run([&] {
        const CommandId id{digest128({"test", key}), "requests/test", {}, {}};
        return town.engine("library").run(command, id).refused();
      });
    };
    town.start();
    EXPECT_FALSE(give(LendBook{rain, kim}, "lend"));
    town.settle();
    town.stop();
    town.start();  // with nothing in memory
    auto& disk = town.storage.disk("town");
    disk.faults.reads_fail_one_in = 2;
    for (bool is_lent = false; !is_lent;) try {
        is_lent = !give(LendBook{named<BookId>("snow"), kim}, "another");
      } catch (const std::runtime_error&) {  // the journal cannot read either: again
      }
    town.simulator.run_for(std::chrono::seconds{2});
    disk.faults.reads_fail_one_in = 0;
    town.settle();
    failed += disk.counts.failed_reads;
    for (const auto& line : town.log.lines) EXPECT_FALSE(line.starts_with("parked")) << line;
    EXPECT_EQ(town.run([&] { return town.engine("neighbour").ask(TakenBy{kim}); }), 2);
    town.stop();
  }
  EXPECT_GT(failed, 0U);
}
TEST_F(AMessage, IsSeenByTheReaderWhoBringsItsPositionWhileTheNeighbourGathersMore) {
  auto shortest = runtime::Duration::max();
  for (int i = 0; i < 10; ++i) {
    town.settle();
    town.run([&] {
      const auto text = std::to_string(i);
      Positions written;
      static_cast<void>(town.engine("library").run(LendBook{named<BookId>("book " + text), kim},
                                                   id("lend " + text), &written));
      const auto asked_at = town.now();
      EXPECT_EQ(town.engine("neighbour").ask(TakenBy{kim}, written), i + 1);
      shortest = std::min<runtime::Duration>(shortest, town.now() - asked_at);
    });
  }
  EXPECT_LT(shortest, EngineSettings{}.gather);  // the neighbour's own commit takes up to 3 ms
}

}  // namespace
}  // namespace madang::library
