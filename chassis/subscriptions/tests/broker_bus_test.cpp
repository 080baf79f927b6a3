// What is published over a broker, while everything goes wrong between it and its clients.
#include "chassis/bus/publisher.hpp"
#include "chassis/bus/record.hpp"
#include "chassis/bus/sim_broker.hpp"
#include "chassis/subscriptions/tests/library.hpp"
#include "chassis/testing/town.hpp"

namespace madang::library {
namespace {

using testing::named, testing::Town;

const std::string book_taken = "madang.library.v1.BookTaken";
const std::string topic = topic_of("library");

struct OverABroker : ::testing::Test {
  std::unique_ptr<Context> books = library_context(), neighbour = neighbour_context();
  std::optional<Town> opened;
  std::optional<SimBroker> between;
  int lent = 0;

  OverABroker() { begin(1); }
  void begin(std::uint64_t seed) {
    opened.reset();
    opened.emplace(seed);
    between.emplace(opened->simulator);
    opened->broker = &between->reached_from(opened->name);
    opened->add(*books);
    opened->add(*neighbour);
    opened->start();
  }
  ~OverABroker() override { opened->stop(); }
  Town& town() { return *opened; }
  SimBroker& broker() { return *between; }

  void lend() {
    town().run([&] {
      const auto name = "book " + std::to_string(++lent);
      const CommandId id{digest128({"test", name}), "requests/test", {}, {}};
      const LendBook lend{named<BookId>(name), named<PersonId>("kim")};
      ASSERT_FALSE(town().engine("library").run(lend, id).refused());
    });
  }
  std::size_t heard() { return town().count("neighbour", book_taken); }
  std::vector<Record> sent() {
    std::vector<Record> all;
    for (const auto& bytes : broker().topic(topic)) all.push_back(decode_record(bytes));
    return all;
  }
  bool was_told(const std::string& what) {
    return std::ranges::any_of(town().log.lines,
                               [&](const auto& line) { return line.starts_with(what); });
  }
};
using APublisher = OverABroker;
using WhoHearsOverABroker = OverABroker;

TEST_F(APublisher, LeavesNoHoleAndSaysHowFarItHasCome) {
  for (int i = 0; i < 10; ++i) lend();
  town().pass(48h);
  Position position = 0;
  for (const auto& record : sent()) {
    EXPECT_EQ(record.previous, position);
    EXPECT_GT(record.position, record.previous);
    position = record.position;
  }
  EXPECT_EQ(position, town().run([&] { return town().engine("library").state().head; }));
}
TEST_F(APublisher, GoesBeyondNothingThatItCouldNotSend) {
  broker().cut(town().name, SimBroker::Way::there);
  for (int i = 0; i < 5; ++i) lend();
  town().simulator.run_for(1h);
  EXPECT_TRUE(sent().empty());
  broker().join(town().name);
  town().pass(1min);
  ASSERT_FALSE(sent().empty());
  EXPECT_EQ(sent().front().previous, 0);
  EXPECT_EQ(heard(), 5U);
}
TEST_F(APublisher, SendsAgainWhatItWasNotToldOf) {
  broker().cut(town().name, SimBroker::Way::back);
  lend();
  town().simulator.run_for(1min);
  broker().join(town().name);
  town().pass(1min);
  std::set<Digest128> identities;
  std::size_t messages = 0;
  for (const auto& record : sent())
    for (const auto& it : record.messages) {
      identities.insert(it.identity);
      ++messages;
    }
  EXPECT_EQ(identities.size(), 1U);
  EXPECT_GE(messages, 2U);
  EXPECT_EQ(heard(), 1U);
}
TEST_F(APublisher, BeginsWhereItEndedWhenItIsStartedAgain) {
  for (int i = 0; i < 5; ++i) lend();
  town().pass(5min);
  const auto before = sent().size();
  for (int i = 0; i < 3; ++i) {
    town().lose_power();
    town().start();
    town().pass(1min);
  }
  EXPECT_EQ(sent().size(), before);
}
TEST_F(APublisher, DoesNoHarmBesideAnotherOfItsLog) {
  std::optional<Publisher> other;
  town().run([&] {
    other.emplace(*books, broker().reached_from(town().name),
                  town().engine("library").read_journal(), 0);
  });
  for (int i = 0; i < 12; ++i) {
    lend();
    if (i % 3 == 0) town().run([&] { other->send_next(4); });
  }
  town().pass(1min);
  town().run([&] { other.reset(); });
  EXPECT_GT(sent().size(), 12U);
  EXPECT_EQ(heard(), 12U);
  EXPECT_FALSE(was_told("a message is missing"));
}
TEST_F(APublisher, StopsAtWhatItCannotTellAndGoesOnWhenItCan) {
  bool can_tell = true;
  auto& map = books->published.at("BookLent").map;
  map = [&can_tell, was = map](const Delivery& it) {
    if (!can_tell) throw std::runtime_error{"no word for it"};
    return was(it);
  };
  lend();
  town().settle();
  can_tell = false;
  for (int i = 0; i < 3; ++i) lend();
  town().simulator.run_for(1min);
  EXPECT_EQ(heard(), 1U);
  EXPECT_TRUE(was_told("an event cannot be published"));
  can_tell = true;
  town().pass(1min);
  EXPECT_EQ(heard(), 4U);
}

TEST_F(WhoHearsOverABroker, HearsEachMessageOnceThoughItIsSentAgainDaysLater) {
  broker().faults.doubled_one_in = 1;
  for (int i = 0; i < 10; ++i) lend();
  town().pass(24h * 5);
  EXPECT_GE(sent().size(), 20U);
  EXPECT_EQ(heard(), 10U);
}
TEST_F(WhoHearsOverABroker, HearsEachMessageOnceWhateverHappensOnTheWay) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    begin(seed);
    broker().faults = {.lost_one_in = 6,
                       .reset_one_in = 6,
                       .doubled_one_in = 3,
                       .repeated_one_in = 2,
                       .late_max = 2h};
    for (int i = 0; i < 24; ++i) {
      lend();
      town().simulator.run_for(1min);
      if (i % 6 == 0) {
        town().lose_power();
        town().start();
      }
    }
    town().pass(3h);
    EXPECT_EQ(heard(), 24U) << seed;
    EXPECT_FALSE(was_told("a message is missing")) << seed;
    EXPECT_GT(broker().counts.lost * broker().counts.reset * broker().counts.doubled, 0U);
  }
}
TEST_F(WhoHearsOverABroker, HearsNothingMoreOnceTheSourceWasRestoredFromABackup) {
  lend();
  town().settle();
  auto restored = sent().back();
  restored.incarnation = "another life";
  broker().topic(topic).push_back(encode_record(restored));
  lend();
  town().simulator.run_for(1min);
  EXPECT_EQ(heard(), 1U);
  EXPECT_TRUE(was_told("a source was restored from a backup"));
}

// A topic as it might stand there, without anyone who publishes.
struct ATopic : ::testing::Test {
  runtime::Simulator simulator{1};
  const runtime::Time began = simulator.now();
  SimBroker broker{simulator};
  runtime::Runtime& process = simulator.process("reader");
  BrokerOutlet outlet{process, broker.reached_from("reader"), "library"};
  std::unique_ptr<MessageReader> reader = outlet.read({"heard"});

  ~ATopic() override { simulator.kill_all(); }
  void put(Position position, Position previous, const std::string& incarnation = "one") {
    Message message;
    message.type = "heard";
    message.position = position;
    broker.topic(topic).push_back(encode_record({.source = "library",
                                                 .incarnation = incarnation,
                                                 .position = position,
                                                 .previous = previous,
                                                 .messages = {message}}));
  }
  void put_all(Position first, Position last, const std::string& incarnation = "one") {
    for (auto it = first; it <= last; ++it) put(it, it - 1, incarnation);
  }
  template <class Action>
  void run(Action action) {
    bool over = false;
    process.spawn("test", [&] {
      action();
      over = true;
    });
    simulator.run([&] { return over; });
    ASSERT_TRUE(over);
  }
  std::vector<Position> read(Position at) {
    std::vector<Position> found;
    run([&] {
      while (true) {
        const auto batch = reader->after(at, 4);
        for (const auto& it : batch.messages) found.push_back(it.position);
        if (batch.upto == at) return;
        at = batch.upto;
      }
    });
    return found;
  }
};

TEST_F(ATopic, IsHeardUpToAHoleAndFurtherWhenItIsFilled) {
  put_all(1, 3);
  put(6, 5);
  run([&] {
    EXPECT_EQ(reader->after(0, 10).upto, 3);
    for (int i = 0; i < 2; ++i)
      EXPECT_THROW(static_cast<void>(reader->after(3, 10)), MessageMissing);
  });
  auto& records = broker.topic(topic);
  put_all(4, 5);
  std::rotate(records.begin() + 3, records.end() - 2, records.end());
  EXPECT_EQ(read(3), (std::vector<Position>{4, 5, 6}));
}
TEST_F(ATopic, IsHeardFromAnywhereThoughOldRecordsStandAmongTheNew) {
  put_all(1, 9);
  put_all(4, 12);
  for (const Position old : {2, 3, 3, 1, 12, 7}) put(old, old - 1);
  put_all(13, 14);
  put_all(5, 6);
  put_all(11, 15);
  for (Position from = 0; from <= 15; ++from) {
    reader = outlet.read({"heard"});
    std::vector<Position> wanted;
    for (auto it = from + 1; it <= 15; ++it) wanted.push_back(it);
    EXPECT_EQ(read(from), wanted) << from;
  }
}
TEST_F(ATopic, IsHeardFromTheBeginningWhenARecordThatCameLateLeadsAstray) {
  put_all(1, 3);
  put(1, 0);
  put_all(4, 7);
  EXPECT_EQ(read(2), (std::vector<Position>{3, 4, 5, 6, 7}));
}
TEST_F(ATopic, IsHeardFromTheBeginningWhenNothingComesAfterWhatLedAstray) {
  put_all(1, 4);
  for (int time = 0; time < 6; ++time) put(1, 0);
  EXPECT_EQ(read(2), (std::vector<Position>{3, 4}));
  outlet.start();
  simulator.run_for(10s);
  EXPECT_EQ(outlet.appended().count(), 4U);
  reader = outlet.read({"heard"});
  EXPECT_EQ(read(2), (std::vector<Position>{3, 4}));
}
TEST_F(ATopic, IsHeardToItsEndThoughSomeThatCameAgainStandInOrder) {
  put_all(1, 6);
  for (int time = 0; time < 8; ++time) put(1, 0);
  put_all(3, 4);
  EXPECT_EQ(read(2), (std::vector<Position>{3, 4, 5, 6}));
}
TEST_F(ATopic, IsHeardWholeFromAnywhereWhateverCameAgain) {
  put_all(1, 12);
  for (int time = 0; time < 40; ++time) {
    const auto first = 1 + static_cast<Position>(simulator.random() % 12);
    put_all(first, std::min<Position>(12, first + static_cast<Position>(simulator.random() % 4)));
    for (Position from = 0; from <= 12; ++from) {
      reader = outlet.read({"heard"});
      std::vector<Position> wanted;
      for (auto it = from + 1; it <= 12; ++it) wanted.push_back(it);
      EXPECT_EQ(read(from), wanted) << "from " << from << " after " << time;
    }
  }
}
TEST_F(ATopic, IsHeardAtOnceThoughOneCallInThreeGetsLost) {
  put_all(1, 900);
  broker.faults.lost_one_in = 3;
  run([&] {
    EXPECT_GT(reader->after(300, 4).upto, 300);
    EXPECT_LT(simulator.now() - began, 1min);
  });
}
TEST_F(ATopic, SaysWhereAnotherLifeOfItsLogBegins) {
  put_all(1, 3);
  put_all(3, 4, "two");
  run([&] {
    EXPECT_EQ(reader->incarnation(), "two");
    const auto first = reader->after(0, 10), second = reader->after(3, 10);
    EXPECT_EQ(first.incarnation, "one");
    EXPECT_EQ(first.upto, 3);
    EXPECT_EQ(second.incarnation, "two");
    EXPECT_EQ(second.upto, 3);
    EXPECT_EQ(reader->after(3, 10).upto, 4);
  });
}
TEST_F(ATopic, ThatIsEmptyHasNothingToTell) {
  run([&] {
    EXPECT_EQ(reader->incarnation(), "");
    EXPECT_EQ(reader->before(kernel::Instant::max()), 0);
    const auto batch = reader->after(0, 10);
    EXPECT_EQ(batch.upto, 0);
    EXPECT_EQ(batch.incarnation, "");
  });
}
TEST_F(ATopic, IsFetchedOnceForAllWhoFollowIt) {
  put_all(1, 2);
  outlet.start();
  EXPECT_EQ(read(0), (std::vector<Position>{1, 2}));
  put_all(3, 4);
  simulator.run_for(10s);
  EXPECT_EQ(outlet.appended().count(), 4U);
  broker.cut("reader", SimBroker::Way::there);
  EXPECT_EQ(read(2), (std::vector<Position>{3, 4}));
}

}  // namespace
}  // namespace madang::library
