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
TEST(ChoosingAPassword, RefusesTheMostFrequentOfItsLength) {
  // From all over the 3,000 that digests are kept of.
  for (const auto* stolen :
       {"perasperaadastra", "30secondstomars", "professionaltools", "stairwaytoheaven",
        "incrediblereview", "ManchesterUnited", "youngandrestless", "zemlyanika20111",
        "zdravstvuyVasya", "zebraprintchloe"})
    EXPECT_TRUE(too_common(stolen)) << stolen;
}
TEST(ChoosingAPassword, RefusesCommonWordsOneAfterTheOther) {
  EXPECT_TRUE(too_common("thisismypassword"));
  EXPECT_TRUE(too_common("dragonmonkeybaseball"));
  EXPECT_TRUE(too_common("MichaelJackson", {8}));
  EXPECT_TRUE(too_common("비밀번호 password!!"));
  EXPECT_TRUE(too_common("dkssudgktpdy", {8}));
  EXPECT_TRUE(taken("dragon baseball courtyard"));
}
TEST(ChoosingAPassword, RefusesACommonWordWithDigitsAndSignsAroundIt) {
  EXPECT_TRUE(too_common("Sunshine2024!!!"));
  EXPECT_TRUE(too_common("***trustno1****"));
  EXPECT_TRUE(too_common("password12345678"));
}
TEST(ChoosingAPassword, RefusesACommonWordWithSignsForItsLetters) {
  EXPECT_TRUE(too_common("P@$$w0rd p4ssword"));
  EXPECT_TRUE(too_common("pr1nc3ss sunsh1n3"));
  EXPECT_TRUE(too_common("b4s3b411 baseba11"));
}
TEST(ChoosingAPassword, RefusesTheSameOverAndOver) {
  EXPECT_TRUE(too_common("aaaaaaaaaaaaaaaa"));
  EXPECT_TRUE(too_common("abcdabcdabcdabcd"));
  EXPECT_TRUE(too_common("xq7!xq7!xq7!xq7!xq7!"));
  EXPECT_TRUE(too_common("마루위마루위마루위마루위마루위"));
  EXPECT_TRUE(too_common("baseball7baseball7"));
}
TEST(ChoosingAPassword, RefusesARunAlongKeyboardOrAlphabet) {
  EXPECT_TRUE(too_common("qwertyuiopasdfgh"));
  EXPECT_TRUE(too_common("zyxwvutsrqponmlk"));
  EXPECT_TRUE(too_common("3456789012345678"));
  EXPECT_TRUE(too_common("zaq12wsxcde34rfv"));
  EXPECT_TRUE(too_common("하파타카차자아사바마라다나가하"));
}
TEST(ChoosingAPassword, IsWorthWhatNobodyCanForesee) {
  EXPECT_EQ(worth_of("x7#kQ2!mZ9@pL4$", kim), 15);
  EXPECT_EQ(worth_of("마루에 앉아", kim), 6);
  EXPECT_EQ(worth_of("password", kim), 2);
  EXPECT_EQ(worth_of("PASSWORD", kim), 2);
  EXPECT_EQ(worth_of("p4ssw0rd", kim), 2);
  EXPECT_EQ(worth_of("passwordx", kim), 3);
  EXPECT_EQ(worth_of("ab", kim), 2);
  EXPECT_EQ(worth_of("abc", kim), 1);
  EXPECT_EQ(worth_of("ccc", kim), 1);
  EXPECT_EQ(worth_of("x7#kx7#k", kim), 5);
  EXPECT_EQ(worth_of("1987", kim), 1);
  EXPECT_EQ(worth_of("2187", kim), 4);
  EXPECT_EQ(worth_of("kim.minsu", kim), 1);
  EXPECT_EQ(worth_of("the", kim), 1);
  EXPECT_EQ(worth_of("", kim), 0);
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
