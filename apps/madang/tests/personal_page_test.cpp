// The page on which people read what the shop holds about them.
#include "apps/madang/personal_page.hpp"

#include <gtest/gtest.h>

namespace madang::app {
namespace {

std::string page_of(std::string_view context, std::string_view json, PageLanguage language) {
  PersonalPage page{language};
  const auto document = chassis::JsonDocument::stored(json);
  page.add(context, document.root());
  return std::move(page).html();
}
std::string in_english(std::string_view json) { return page_of("rental", json, PageLanguage::en); }
bool has(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

TEST(APageAboutSomeone, SaysFieldsAndValuesInTheirLanguage) {
  constexpr auto held =
      R"({"rentals":[{"state":"on_loan","price":{"amount":2500,"currency":"KRW"}}],"holds":[]})";
  const auto english = page_of("rental", held, PageLanguage::en);
  for (const auto* text : {"lang=\"en\"", "<h2>rental</h2>", "state</th><td>on loan</td>",
                           "<td>2500 KRW</td>", "<h3>books set aside for you</h3>\nnothing"})
    EXPECT_TRUE(has(english, text)) << text << " in " << english;
  const auto korean = page_of("rental", held, PageLanguage::ko);
  for (const auto* text : {"lang=\"ko\"", "<h2>대여</h2>", "상태</th><td>대여 중</td>", "없음"})
    EXPECT_TRUE(has(korean, text)) << text << " in " << korean;
}
TEST(APageAboutSomeone, TakesNothingThatTheyWroteForMarkupOrForAWordOfTheShop) {
  const auto page = in_english(
      R"({"account":{"name":"<script>alert('1')</script>","client":"time","title":"\"A & B\""}})");
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
  EXPECT_TRUE(has(page, "&quot;A &amp; B&quot;"));
  EXPECT_TRUE(has(page, "<td>time</td>")) << page;
  EXPECT_FALSE(has(page, "<script"));
}
TEST(APageAboutSomeone, EscapesNamesAndValuesThatTheShopHasNoWordFor) {
  const auto page = in_english(R"({"account":{"<b>":"<i>","sign_ins":[["<u>"]]}})");
  for (const auto* text : {"<b>", "<i>", "<u>"}) EXPECT_FALSE(has(page, text)) << text;
}
TEST(APageAboutSomeone, NeedsNothingFromANetwork) {
  const auto page = in_english(R"({"rentals":[]})");
  EXPECT_TRUE(has(page, "content=\"default-src 'none'; style-src 'unsafe-inline'\""));
  for (const auto* text : {"src=", "href=", "url(", "://"}) EXPECT_FALSE(has(page, text)) << text;
}

}  // namespace
}  // namespace madang::app
