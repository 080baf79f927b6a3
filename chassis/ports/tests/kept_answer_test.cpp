#include "chassis/ports/kept_answer.hpp"

#include <gtest/gtest.h>

namespace madang::chassis {
namespace {

using namespace std::chrono_literals;

struct HowMany {
  using Result = int;
};

// A context of which only its log's head and the number of times that it was asked matter.
class Counting final : public Commands {
 public:
  Position position = 1;
  int asked = 0;
  bool is_busy = false;

  std::optional<std::string> owner_of(const std::string&, const std::string&) override {
    return std::nullopt;
  }
  Positions head() override { return {{"counting", position}}; }

 protected:
  std::shared_ptr<void> execute(std::type_index, std::shared_ptr<const void>, const CommandId&,
                                Positions*) override {
    throw std::logic_error{"nobody gives it a command"};
  }
  std::shared_ptr<void> answer(std::type_index, const void*, const Positions& after) override {
    if (is_busy) throw Unavailable{"the read model has not come so far yet"};
    EXPECT_EQ(after, head());
    return std::make_shared<int>(++asked);
  }
};

TEST(AKeptAnswer, IsAskedForAgainOnlyOnceTheLogHasGrown) {
  Counting context;
  KeptAnswer<HowMany> answer{context};
  const Instant now{};
  EXPECT_EQ(answer.at(now), 1);
  EXPECT_EQ(answer.at(now + 1s), 1);
  ++context.position;
  EXPECT_EQ(answer.at(now + 2s), 2);
  EXPECT_EQ(answer.at(now + 3s), 2);
}

TEST(AKeptAnswer, IsAskedForAgainNowAndThenThoughNothingHappens) {
  Counting context;
  KeptAnswer<HowMany> answer{context};
  const Instant now{};
  EXPECT_EQ(answer.at(now), 1);
  EXPECT_EQ(answer.at(now + 59s), 1);
  EXPECT_EQ(answer.at(now + 60s), 2);
}

TEST(AKeptAnswer, IsNoneWhenTheReadModelHasNotComeSoFar) {
  Counting context;
  KeptAnswer<HowMany> answer{context};
  EXPECT_EQ(answer.at(Instant{}), 1);
  ++context.position;
  context.is_busy = true;
  EXPECT_THROW(answer.at(Instant{}), Unavailable);
  EXPECT_THROW(answer.at(Instant{}), Unavailable);
  context.is_busy = false;
  EXPECT_EQ(answer.at(Instant{}), 2);
}

}  // namespace
}  // namespace madang::chassis
