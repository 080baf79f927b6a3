#include "identity/domain/password.hpp"

#include <gtest/gtest.h>

#include <string>

namespace madang::identity {
namespace {

const auto kim = *EmailAddress::parse("kim.minsu@example.com");

bool too_short(std::string_view password, PasswordRule rule = {}) {
  return std::holds_alternative<because::password_too_short>(refusal_of(password, kim, rule));
}
bool too_common(std::string_view password, PasswordRule rule = {}) {
  return std::holds_alternative<because::password_too_common>(refusal_of(password, kim, rule));
}
bool taken(std::string_view password, PasswordRule rule = {}) {
  return std::holds_alternative<std::monostate>(refusal_of(password, kim, rule));
}

TEST(ChoosingAPassword, TakesAnythingLongWithoutAskingForSignsOrDigits) {
  EXPECT_TRUE(taken("correct horse battery"));
  EXPECT_TRUE(taken("책을 빌려 읽는 조용한 오후의 마루"));
  EXPECT_TRUE(taken("x7#kQ2!mZ9@pL4$"));
}
TEST(ChoosingAPassword, CountsCharactersOfAnyScriptAndNotBytes) {
  EXPECT_TRUE(too_short("책을빌려읽는조용한오후의마"));  // 13 characters in 39 bytes
  EXPECT_TRUE(too_short("fourteen chars"));
  EXPECT_TRUE(taken("fifteen chars !"));
}
TEST(ChoosingAPassword, SaysHowLongItMustBe) {
  const auto refusal = refusal_of("short", kim, PasswordRule{8});
  EXPECT_EQ(std::get<because::password_too_short>(refusal).at_least, 8);
}
TEST(ChoosingAPassword, RefusesWhatEverybodyTriesFirst) {
  EXPECT_TRUE(too_common("1qaz2wsx3edc4rfv"));
  EXPECT_TRUE(too_common("MichaelJackson", {8}));
  EXPECT_TRUE(too_common("dkssudgktpdy", {8}));
  EXPECT_TRUE(too_common("password", {8}));
}
TEST(ChoosingAPassword, RefusesACommonWordWithDigitsAndSignsAroundIt) {
  EXPECT_TRUE(too_common("Sunshine2024!!!"));
  EXPECT_TRUE(too_common("***trustno1****"));
}
TEST(ChoosingAPassword, RefusesTheSameOverAndOver) {
  EXPECT_TRUE(too_common("aaaaaaaaaaaaaaaa"));
  EXPECT_TRUE(too_common("abcdabcdabcdabcd"));
  EXPECT_TRUE(too_common("passwordpassword"));
  EXPECT_TRUE(too_common("baseball7baseball7"));
}
TEST(ChoosingAPassword, RefusesARunAlongKeyboardOrAlphabet) {
  EXPECT_TRUE(too_common("qwertyuiopasdfgh"));
  EXPECT_TRUE(too_common("zyxwvutsrqponmlk"));
  EXPECT_TRUE(too_common("3456789012345678"));
}
TEST(ChoosingAPassword, RefusesLittleElseThanTheirOwnAddressOrTheShopsName) {
  EXPECT_TRUE(too_common("kim.minsu@example.com"));
  EXPECT_TRUE(too_common("Kim.Minsu-2026!"));
  EXPECT_TRUE(too_common("madangmadang777"));
  EXPECT_TRUE(taken("kim.minsu reads at night"));
}

std::string parsed(std::string_view text) {
  const auto address = EmailAddress::parse(text);
  return address ? address->text() : "refused";
}

TEST(AnEmailAddress, IsTheSameInUpperAndLowerCase) {
  EXPECT_EQ(parsed("Kim.Minsu+books@Example.COM"), "kim.minsu+books@example.com");
}
TEST(AnEmailAddress, HasALocalPartAndADomainOfTwoLabelsOrMore) {
  for (const auto* text :
       {"", "kim", "kim@", "@example.com", "kim@example", "kim@.com", "kim@example.", "kim@-a.com",
        "kim@a-.com", "kim@a..com", "민수@example.com", "kim min@example.com", "kim@exa mple.com",
        "kim@lee@example.com", "kim@example.com\n"})
    EXPECT_EQ(parsed(text), "refused") << text;
}
TEST(AnEmailAddress, IsNoLongerThanMailCanCarry) {
  EXPECT_NE(parsed(std::string(64, 'k') + "@example.com"), "refused");
  EXPECT_EQ(parsed(std::string(65, 'k') + "@example.com"), "refused");
  EXPECT_EQ(parsed("kim@" + std::string(64, 'e') + ".com"), "refused");
  std::string domain;
  while (domain.size() < 250) domain += "example.";
  EXPECT_EQ(parsed("k@" + domain + "com"), "refused");
}

}  // namespace
}  // namespace madang::identity
