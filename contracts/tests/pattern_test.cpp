#include "contracts/support/pattern.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace madang::contracts {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return Pattern{pattern}.matches(text);
}

TEST(APattern, StandsForTheWholeText) {
  EXPECT_TRUE(matches("^abc$", "abc"));
  EXPECT_FALSE(matches("^abc$", "xabc"));
  EXPECT_FALSE(matches("^abc$", "abcx"));
  EXPECT_FALSE(matches("^abc$", "abc\n"));
  EXPECT_TRUE(matches("^$", ""));
}

TEST(APattern, TakesWhatItsClassNames) {
  EXPECT_TRUE(matches("^[a-c_-]$", "b"));
  EXPECT_TRUE(matches("^[a-c_-]$", "-"));
  EXPECT_FALSE(matches("^[a-c_-]$", "d"));
  EXPECT_FALSE(matches("^[^a-c]$", "b"));
  EXPECT_TRUE(matches("^[^\\x00-\\x1F]*$", "가나다"));
  EXPECT_FALSE(matches("^[^\\x00-\\x1F]*$", "가\n다"));
}

TEST(APattern, CountsAsOftenAsItSays) {
  for (const auto& [pattern, least, most] : {std::tuple{"^a?$", 0, 1},
                                             {"^a*$", 0, 9},
                                             {"^a+$", 1, 9},
                                             {"^a{3}$", 3, 3},
                                             {"^a{2,4}$", 2, 4},
                                             {"^a{2,}$", 2, 9},
                                             {"^(aa|b){1,2}$", -1, -1}}) {
    if (least < 0) continue;
    for (int count = 0; count < 10; ++count)
      EXPECT_EQ(matches(pattern, std::string(static_cast<std::size_t>(count), 'a')),
                count >= least && count <= most)
          << pattern << " " << count;
  }
  EXPECT_TRUE(matches("^(aa|b){1,2}$", "aab"));
  EXPECT_FALSE(matches("^(aa|b){1,2}$", "aabb"));
}

TEST(APattern, GivesBackWhatALaterPartNeeds) {
  EXPECT_TRUE(matches("^[a-z-]*[a-z]$", "a-b"));
  EXPECT_FALSE(matches("^[a-z-]*[a-z]$", "a-"));
  EXPECT_TRUE(matches("^([a-z]{0,2}x)+$", "abxxabx"));
  EXPECT_TRUE(matches("^(a*)*b$", "aab"));
  EXPECT_FALSE(matches("^(a*)*b$", "aac"));
}

TEST(APattern, NeedsNoDeepStackForALongText) {
  EXPECT_TRUE(
      matches("^[^\\x00-\\x20]([^\\x00-\\x1F]*[^\\x00-\\x20])?$", std::string(1'000'000, 'x')));
}

TEST(APattern, IsRefusedWhenItMeansMoreThanItsPart) {
  for (const auto* text : {"abc$", "^abc", "^a.c$", "^a|(b$", "^[a", "^a{,3}$", "^\\xg0$", "^é$"})
    EXPECT_THROW(Pattern{text}, std::invalid_argument) << text;
}

}  // namespace
}  // namespace madang::contracts
