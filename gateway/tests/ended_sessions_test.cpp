#include "gateway/ended_sessions.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "chassis/forms/form.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulator.hpp"
#include "contracts/messages/identity_v1.hpp"

namespace madang::gateway {
namespace {

using namespace std::chrono_literals;
using chassis::Message, chassis::MessageBatch, chassis::Position;

const auto kim = kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff").value();
const auto lee = kernel::PersonId::parse("01234567-89ab-8def-8001-020304050600").value();

// What identity tells, as the test has it told: a message at each position.
class Told final : public chassis::Outlet {
 public:
  explicit Told(runtime::Runtime& runtime) : runtime_{runtime}, appended_{runtime} {}

  template <class M>
  void tell(const char* type, const M& said) {
    Message message;
    message.type = type;
    message.at = std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
    message.payload = chassis::encode(said);
    messages.push_back(std::move(message));
    appended_.raise_to(messages.size());
  }
  void session_ended(const std::string& session) {
    tell("madang.identity.v1.SessionEnded", identity::v1::SessionEnded{kim, session});
  }
  void all_ended(std::int64_t round, std::optional<std::string> spared = {}) {
    tell("madang.identity.v1.SessionsEnded", identity::v1::SessionsEnded{kim, round, spared});
  }

  std::unique_ptr<chassis::MessageReader> read(const std::set<std::string>& types) override;
  runtime::Signal& appended() override { return appended_; }

  std::vector<Message> messages;
  std::size_t batches = 0;
  bool is_away = false;

 private:
  runtime::Runtime& runtime_;
  runtime::Signal appended_;
};

class ReaderOfTold final : public chassis::MessageReader {
 public:
  ReaderOfTold(Told& told, std::set<std::string> types) : told_{told}, types_{std::move(types)} {}
  MessageBatch after(Position from, std::size_t) override {
    if (told_.is_away) throw chassis::Unavailable{"the bus is away"};
    ++told_.batches;
    MessageBatch batch{{}, from, "one"};
    for (; batch.upto < static_cast<Position>(told_.messages.size()) && batch.messages.size() < 2;
         ++batch.upto) {
      const auto& message = told_.messages[static_cast<std::size_t>(batch.upto)];
      if (types_.contains(message.type)) batch.messages.push_back(message);
    }
    return batch;
  }
  std::string incarnation() override { return "one"; }
  Position before(kernel::Instant since) override {
    return std::ranges::count_if(told_.messages, [&](const auto& it) { return it.at < since; });
  }

 private:
  Told& told_;
  std::set<std::string> types_;
};

std::unique_ptr<chassis::MessageReader> Told::read(const std::set<std::string>& types) {
  return std::make_unique<ReaderOfTold>(*this, types);
}

struct ASessionThatEnded : ::testing::Test {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  Told identity{runtime};
  std::unique_ptr<EndedSessions> ended = opened();

  std::unique_ptr<EndedSessions> opened() {
    return std::make_unique<EndedSessions>(runtime, identity, 10min);
  }
  bool has(const std::string& session, std::int64_t round = 0, kernel::PersonId whose = kim) {
    return ended->has({.issuer = {},
                       .audience = {},
                       .person = whose,
                       .id = {},
                       .session = session,
                       .client = {},
                       .roles = {},
                       .round = round,
                       .issued_at = {},
                       .not_before = {},
                       .expires_at = {}});
  }
};

TEST_F(ASessionThatEnded, IsKnownAtTheNextQuestionAndNoOtherIs) {
  EXPECT_FALSE(has("one"));
  identity.session_ended("one");
  EXPECT_TRUE(has("one"));
  EXPECT_FALSE(has("two"));
}
TEST_F(ASessionThatEnded, WithAllOthersIsTheRoundBeforeAndNotTheNext) {
  identity.all_ended(3);
  EXPECT_TRUE(has("one", 2));
  EXPECT_FALSE(has("two", 3));
  EXPECT_FALSE(has("one", 2, lee));
}
TEST_F(ASessionThatEnded, IsNotTheOneThatWasSpared) {
  identity.all_ended(1, "one");
  EXPECT_FALSE(has("one"));
  EXPECT_TRUE(has("two"));
  identity.session_ended("one");
  EXPECT_TRUE(has("one"));
  identity.all_ended(2, "three");
  EXPECT_FALSE(has("three", 1));
  EXPECT_TRUE(has("two", 1));
}
TEST_F(ASessionThatEnded, IsEveryOneOfWhoAskedToBeForgotten) {
  identity.tell("madang.identity.v1.ErasureAsked", identity::v1::ErasureAsked{kim, {}, {}});
  EXPECT_TRUE(has("one", 99));
  EXPECT_FALSE(has("one", 99, lee));
}
TEST_F(ASessionThatEnded, CostsAReadingOnlyWhenSomethingHappened) {
  identity.session_ended("one");
  EXPECT_FALSE(has("two"));
  const auto read = identity.batches;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(has("one"));
  EXPECT_EQ(identity.batches, read);
}
TEST_F(ASessionThatEnded, IsFoundBehindMuchElse) {
  for (int i = 0; i < 9; ++i) identity.tell("madang.identity.v1.PersonRegistered", 0);
  for (int i = 0; i < 9; ++i) identity.session_ended(std::to_string(i));
  EXPECT_TRUE(has("8"));
}
TEST_F(ASessionThatEnded, IsKnownAfterARestartToo) {
  identity.session_ended("one");
  identity.all_ended(1);
  simulator.sleep(9min);
  ended = opened();
  EXPECT_TRUE(has("one", 5));
  EXPECT_TRUE(has("two"));
}
TEST_F(ASessionThatEnded, IsForgottenWhenNoTokenOfItIsLeft) {
  identity.session_ended("one");
  identity.all_ended(1);
  EXPECT_TRUE(has("one"));
  simulator.sleep(15min);
  identity.all_ended(2);
  EXPECT_TRUE(has("one"));
  EXPECT_EQ(ended->size(), 2u);
  simulator.sleep(6min);
  identity.session_ended("two");
  EXPECT_TRUE(has("two", 2));
  EXPECT_EQ(ended->size(), 2u);  // "one" is gone; all of the second round are not
  EXPECT_TRUE(has("three", 1));
  simulator.sleep(21min);
  identity.session_ended("four");
  EXPECT_TRUE(has("four"));
  EXPECT_EQ(ended->size(), 1u);
  ended = opened();
  EXPECT_EQ(ended->size(), 1u);
}
TEST_F(ASessionThatEnded, LetsNobodyInWhileItCannotBeAskedFor) {
  identity.session_ended("one");
  identity.is_away = true;
  EXPECT_THROW(static_cast<void>(has("two")), chassis::Unavailable);
  identity.is_away = false;
  EXPECT_TRUE(has("one"));
}

}  // namespace
}  // namespace madang::gateway
