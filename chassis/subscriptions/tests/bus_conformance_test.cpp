// What every bus must do, seen by whoever hears a context: the same for one that reads the context's journal, and
// for one with a broker in between.
#include "chassis/bus/sim_broker.hpp"
#include "chassis/subscriptions/tests/library.hpp"
#include "chassis/testing/town.hpp"

namespace madang::library {
namespace {

using testing::named, testing::Town;

const std::string book_taken = "madang.library.v1.BookTaken";
constexpr std::size_t at_once = 3;

struct Embedded {
  static void put_between(Town&, SimBroker&) {}
};
struct WithABroker {
  static void put_between(Town& town, SimBroker& broker) {
    town.broker = &broker.reached_from(town.name);
  }
};

template <class Kind>
struct ABus : ::testing::Test {
  std::unique_ptr<Context> books = library_context(), neighbour = neighbour_context();
  Town town;
  SimBroker broker{town.simulator};
  PersonId kim = named<PersonId>("kim");
  int lent = 0;

  ABus() {
    town.add(*books);
    town.add(*neighbour);
    Kind::put_between(town, broker);
    town.start();
  }
  template <class Command>
  void give(const Command& command) {
    town.run([&] {
      const CommandId id{digest128({"test", ++lent}), "requests/test", {}, {}};
      ASSERT_FALSE(town.engine("library").run(command, id).refused());
    });
  }
  static BookId book(int number) { return named<BookId>("book " + std::to_string(number)); }
  void lend(int number) { give(LendBook{book(number), kim}); }
  void take_back(int number) { give(BringBack{book(number), kim}); }
  Position head() {
    return town.run([&] { return town.engine("library").state().head; });
  }
  std::unique_ptr<MessageReader> open(std::set<std::string> types = {book_taken}) {
    town.settle();
    return town.run([&] { return town.outlet("library").read(types); });
  }
  std::vector<Message> read_on(MessageReader& reader, Position& at) {
    return town.run([&] {
      std::vector<Message> all;
      while (true) {
        const auto batch = reader.after(at, at_once);
        all.insert(all.end(), batch.messages.begin(), batch.messages.end());
        if (batch.upto == at) return all;
        at = batch.upto;
      }
    });
  }
  std::vector<Message> read(Position at = 0) {
    const auto reader = open();
    return read_on(*reader, at);
  }
  std::vector<Message> published() {
    return town.run([&] {
      std::vector<Message> all;
      const auto journal = town.engine("library").read_journal();
      const auto incarnation = journal->head().incarnation;
      for (const auto& event : journal->after(0, 1000))
        for (auto& it : messages_of(*books, event, incarnation)) all.push_back(std::move(it));
      return all;
    });
  }
};
using Kinds = ::testing::Types<Embedded, WithABroker>;
TYPED_TEST_SUITE(ABus, Kinds);

TYPED_TEST(ABus, GivesWhatWasPublishedInOrderAndAllThatItSays) {
  for (int i = 0; i < 5; ++i) this->lend(i);
  const auto wanted = this->published(), found = this->read();
  ASSERT_EQ(wanted.size(), 5U);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(found[i].type, wanted[i].type);
    EXPECT_EQ(found[i].source, "library");
    EXPECT_EQ(found[i].incarnation, wanted[i].incarnation);
    EXPECT_EQ(found[i].slice, wanted[i].slice);
    EXPECT_EQ(found[i].position, wanted[i].position);
    EXPECT_EQ(found[i].stream, wanted[i].stream);
    EXPECT_EQ(found[i].at, wanted[i].at);
    EXPECT_EQ(found[i].identity, wanted[i].identity);
    EXPECT_EQ(found[i].cause.causation, wanted[i].cause.causation);
    EXPECT_EQ(found[i].cause.correlation, wanted[i].cause.correlation);
    EXPECT_EQ(found[i].cause.traceparent, wanted[i].cause.traceparent);
    EXPECT_EQ(found[i].payload, wanted[i].payload);
  }
}
TYPED_TEST(ABus, SaysHowFarTheLogHasComeThoughNothingWasPublished) {
  this->lend(1);
  this->take_back(1);
  const auto reader = this->open();
  Position at = 0;
  EXPECT_EQ(this->read_on(*reader, at).size(), 1U);
  EXPECT_EQ(at, this->head());
  EXPECT_EQ(this->town.outlet("library").appended().count(), static_cast<std::uint64_t>(at));
}
TYPED_TEST(ABus, PassesOverWhatNobodyHears) {
  this->lend(1);
  const auto reader = this->open({"madang.library.v1.RemindReader"});
  Position at = 0;
  EXPECT_TRUE(this->read_on(*reader, at).empty());
  EXPECT_EQ(at, this->head());
}
TYPED_TEST(ABus, BeginsAfterAnyPosition) {
  for (int i = 0; i < 6; ++i) this->lend(i);
  const auto all = this->read();
  for (Position from = 0; from <= this->head(); ++from) {
    const auto after = [&](const Message& it) { return it.position > from; };
    EXPECT_EQ(std::ssize(this->read(from)), std::ranges::count_if(all, after)) << from;
  }
}
TYPED_TEST(ABus, GivesAgainWhatItHasGiven) {
  for (int i = 0; i < 6; ++i) this->lend(i);
  const auto reader = this->open();
  Position at = 0;
  EXPECT_EQ(this->read_on(*reader, at).size(), 6U);
  at = 0;
  EXPECT_EQ(this->read_on(*reader, at).size(), 6U);
  this->lend(6);
  this->town.settle();
  EXPECT_EQ(this->read_on(*reader, at).size(), 1U);
}
TYPED_TEST(ABus, KnowsWhatCameBeforeAnInstant) {
  for (int i = 0; i < 6; ++i) {
    this->lend(i);
    this->town.pass(1h);
  }
  const auto all = this->read();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto reader = this->open();
    const auto before = this->town.run([&] { return reader->before(all[i].at); });
    EXPECT_LT(before, all[i].position);
    EXPECT_GE(before, i == 0 ? 0 : all[i - 1].position);
  }
}
TYPED_TEST(ABus, IsOfOneIncarnation) {
  const auto reader = this->open();
  this->lend(1);
  const auto message = this->read().front();
  EXPECT_EQ(this->town.run([&] { return reader->incarnation(); }), message.incarnation);
  EXPECT_EQ(this->town.run([&] { return reader->after(0, 1).incarnation; }), message.incarnation);
}
TYPED_TEST(ABus, GoesOnAfterThePowerWasLost) {
  for (int i = 0; i < 6; ++i) {
    this->lend(i);
    this->town.lose_power();
    this->town.start();
  }
  EXPECT_EQ(this->read().size(), 6U);
  EXPECT_EQ(this->town.count("neighbour", book_taken), 6U);
}
TYPED_TEST(ABus, BringsEachMessageOnceToWhoeverHearsIt) {
  for (int i = 0; i < 6; ++i) this->lend(i);
  this->town.settle();
  EXPECT_EQ(this->town.count("neighbour", book_taken), 6U);
}

}  // namespace
}  // namespace madang::library
