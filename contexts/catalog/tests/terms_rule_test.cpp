#include "catalog/application/terms_rule.hpp"

#include <gtest/gtest.h>

namespace madang::catalog {
namespace {

Details in(const std::string& language) {
  return {"Rain", {}, language, Format::ebook, {IdentifierScheme::publisher, "maru:1"}};
}
std::string fault(std::string_view text) {
  const auto rule = TermsRule::parse(text);
  return rule ? "none" : std::to_string(rule.error().column) + ": " + rule.error().why;
}

TEST(ATermsRule, GivesATitleTheTermsOfTheFirstClauseThatSpeaksOfIt) {
  const auto rule = TermsRule::parse(
      "language=ko: 3000 KRW, 14 days, 3 licences, 1 extension at 1000 KRW; *: 200 USD, 7 days, 1 licence");
  ASSERT_TRUE(rule);
  const RentalTerms korean{Money::won(3000), 14, 3, 1, Money::won(1000)};
  const RentalTerms others{Money::minor_units(200, *kernel::Currency::parse("USD")), 7, 1, 0, {}};
  EXPECT_EQ(rule->terms_for(in("ko")), korean);
  EXPECT_EQ(rule->terms_for(in("KO-kr")), korean);
  EXPECT_EQ(rule->terms_for(in("kok")), others);
  EXPECT_EQ(rule->terms_for(in("k")), others);
}
TEST(ATermsRule, LeavesATitleWithoutTermsThatItDoesNotSpeakOf) {
  EXPECT_EQ(TermsRule::parse("language=ko: 1 KRW, 1 day, 0 licences, 10 extensions;")
                ->terms_for(in("en")),
            std::nullopt);
  EXPECT_EQ(TermsRule{}.terms_for(in("ko")), std::nullopt);
}
TEST(ATermsRule, MayHaveSpacesAnywhereOrNone) {
  EXPECT_EQ(TermsRule::parse("*:5KRW,2days,1licences,1extensions at 3KRW")->terms_for(in("en")),
            TermsRule::parse(" * : 5 KRW , 2 days , 1 licences , 1 extensions  at 3 KRW ; ")
                ->terms_for(in("en")));
}
TEST(ATermsRule, IsRefusedWithTheColumnOfItsFault) {
  EXPECT_EQ(fault(""), "1: * or language=TAG is expected");
  EXPECT_EQ(fault("subject=x: 1 KRW, 1 day, 1 licence"), "1: * or language=TAG is expected");
  EXPECT_EQ(fault("language=: 1 KRW"), "10: a language is expected, such as ko");
  EXPECT_EQ(fault("* 1 KRW"), "3: a colon is expected");
  EXPECT_EQ(fault("*: KRW"), "4: a number is expected");
  EXPECT_EQ(fault("*: -1 KRW"), "4: a number is expected");
  EXPECT_EQ(fault("*: 1 won"), "6: a currency of three capitals is expected, such as KRW");
  EXPECT_EQ(fault("*: 99999999999999999999 KRW"), "4: a number from 1 to 100000000 is expected");
  EXPECT_EQ(fault("*: 1 KRW"), "9: a comma and the days of a loan are expected");
  EXPECT_EQ(fault("*: 1 KRW, 0 days"), "11: a number from 1 to 365 is expected");
  EXPECT_EQ(fault("*: 1 KRW, 1 week"), "13: the word days is expected");
  EXPECT_EQ(fault("*: 1 KRW, 1 day; *"), "16: a comma and the number of licences are expected");
  EXPECT_EQ(fault("*: 1 KRW, 1 day, 1 licence, 11 extensions"),
            "29: a number from 0 to 10 is expected");
  EXPECT_EQ(fault("*: 1 KRW, 1 day, 1 licence, 1 extension at"), "43: a number is expected");
  EXPECT_EQ(fault("*: 1 KRW, 1 day, 1 licence *"), "28: a semicolon or the end is expected");
}

}  // namespace
}  // namespace madang::catalog
