// Two engines that believe one folder their own, as when the lock of the folder is lost.
#include "chassis/subscriptions/tests/library.hpp"
#include "chassis/testing/town.hpp"

namespace madang::library {
namespace {

using testing::named, testing::Town;

struct TwoOwners : ::testing::Test {
  std::unique_ptr<Context> books = library_context();
  Town town;
  Bus nobody;
  std::unique_ptr<Engine> other;
  BookId rain = named<BookId>("rain");
  PersonId kim = named<PersonId>("kim");

  TwoOwners() {
    town.add(*books);
    town.start();
    town.run([&] {
      EngineSettings settings{.folder = "town/library"};
      settings.marks = storage::marks_in_memory();
      other = std::make_unique<Engine>(*books, town.process(), nobody, PortsOf{},
                                       std::move(settings), town.log);
      other->start();
    });
  }
  ~TwoOwners() override { town.stop(); }  // before the other's tasks lose what they use

  static CommandId id(std::string_view text) {
    return {digest128({"test", text}), "requests/test", {}, {}};
  }
};

TEST_F(TwoOwners, ShowWhatStandsBehindAClaimThatTheOtherMade) {
  town.run([&] {
    EXPECT_FALSE(other->run(ShelveBook{rain, "A1"}, id("shelve")).refused());
    EXPECT_FALSE(other->run(LendBook{rain, kim}, id("lend")).refused());
    auto& library = town.engine("library");
    ASSERT_TRUE(library.owner_of("mark", "A1"));
    EXPECT_EQ(library.ask(LoansOf{kim, {}}, library.head()).rows.size(), 1U);
  });
}

// As a gateway looks for its place in the log while it starts.
TEST_F(TwoOwners, ReadWhatTheOtherWroteUpToTheHeadThatTheyHaveRead) {
  town.run([&] {
    EXPECT_FALSE(other->run(ShelveBook{rain, "A1"}, id("shelve")).refused());
    const auto reader = town.engine("library").read({});
    EXPECT_EQ(reader->before(town.now() + 1h), 1);
  });
}

}  // namespace
}  // namespace madang::library
