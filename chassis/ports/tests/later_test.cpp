#include "chassis/ports/later.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace madang::chassis {
namespace {

// What has been posted waits here until the test brings it home.
class Doorstep final : public Home {
 public:
  void post(std::move_only_function<void()> rest) override { waiting.push_back(std::move(rest)); }
  void bring_in() {
    for (; !waiting.empty(); waiting.pop_front()) waiting.front()();
  }
  std::deque<std::move_only_function<void()>> waiting;
};

class ALaterAnswer : public testing::Test {
 protected:
  // Asked of somebody who answers when the test says so.
  Later<int> asked() {
    return Later<int>::of([this](Reply<int> reply) { open.push_back(std::move(reply)); });
  }
  Reply<std::string> told(std::shared_ptr<Home> home = {}) {
    return Reply<std::string>{[this](OrFailed<std::string> outcome) {
                                try {
                                  if (!outcome) std::rethrow_exception(outcome.error());
                                  answers.push_back(*outcome);
                                } catch (const std::exception& failure) {
                                  answers.emplace_back(failure.what());
                                }
                              },
                              std::move(home)};
  }
  static std::string in_words(int number) { return std::to_string(number); }
  using Texts = std::vector<std::string>;

  std::vector<Reply<int>> open;
  Texts answers;
};

TEST_F(ALaterAnswer, IsMadeOfWhatComesBeforeItWhenThatHasCome) {
  asked().then(in_words).then([](std::string text) { return text + "!"; }).start(told());
  EXPECT_TRUE(answers.empty());
  open.front().answer(7);
  EXPECT_EQ(answers, Texts{"7!"});
}

TEST_F(ALaterAnswer, IsAskedForByNobodyBeforeItIsStarted) {
  auto later = asked().then(in_words);
  EXPECT_TRUE(open.empty());
  std::move(later).start(told());
  EXPECT_EQ(open.size(), 1u);
}

TEST_F(ALaterAnswer, ThatIsKnownIsThereAtOnceAndThrowsToWhoAsks) {
  EXPECT_EQ(Later<int>{7}.then(in_words).at_once(), "7");
  EXPECT_THROW(
      static_cast<void>(Later<int>{7}.then([](int) -> int { throw std::range_error{"too far"}; })),
      std::range_error);
  EXPECT_THROW(static_cast<void>(asked().at_once()), std::logic_error);
}

TEST_F(ALaterAnswer, FailsWithWhatIsThrownOnItsWay) {
  asked().then([](int) -> std::string { throw std::range_error{"too far"}; }).start(told());
  asked().then(in_words).start(told());
  asked()
      .settled([](const OrFailed<int>& outcome) { return outcome ? "well" : "mended"; })
      .then([](std::string text) { return text; })
      .start(told());
  open[0].answer(7);
  open[1].fail(std::make_exception_ptr(std::range_error{"never began"}));
  open[2].fail(std::make_exception_ptr(std::range_error{"never began"}));
  EXPECT_EQ(answers, (Texts{"too far", "never began", "mended"}));
}

TEST_F(ALaterAnswer, ThatNobodyGivesSaysSo) {
  asked().then(in_words).start(told());
  open.clear();
  EXPECT_EQ(answers, Texts{"nobody has answered"});
  Later<std::string>::of([](Reply<std::string>) { throw std::range_error{"x"}; }).start(told());
  EXPECT_EQ(answers.back(), "nobody has answered");
}

TEST_F(ALaterAnswer, GoesOnAtHomeAndOnlyThere) {
  const auto home = std::make_shared<Doorstep>();
  int made = 0;
  asked()
      .then([&](int number) {
        ++made;
        return in_words(number);
      })
      .then([](std::string text) { return text; })
      .start(told(home));
  open.front().answer(7);
  EXPECT_EQ(made, 0);
  EXPECT_EQ(home->waiting.size(), 1u) << "one way home, however much is made of the answer";
  home->bring_in();
  EXPECT_EQ(answers, Texts{"7"});
}

TEST_F(ALaterAnswer, ThatCannotGoHomeLeavesNothingBehind) {
  const auto kept = std::make_shared<int>(1);
  const auto home = std::make_shared<Doorstep>();
  asked().then([kept](int number) { return in_words(number); }).start(told(home));
  open.front().answer(7);
  home->waiting.clear();
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace madang::chassis
