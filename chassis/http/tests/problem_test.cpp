#include "chassis/http/problem.hpp"

#include <gtest/gtest.h>

#include <array>

namespace madang::http {
namespace {

constexpr std::array shop = std::to_array<ProblemText>({
    {"price-changed", 409, "The price has changed", "가격이 바뀌었습니다",
     "It costs {now} now, \"{who}\".", "지금 가격은 {now}입니다."},
});

TEST(AProblem, IsToldInTheReadersLanguageWithItsFacts) {
  const Problems problems{shop};
  const Problem changed = Problem{"price-changed"}.with("now", 3000).with("who", "a\"b");
  const Response english = problems.answer(changed, Language::en);
  EXPECT_EQ(english.status, 409);
  EXPECT_EQ(english.headers.get("content-type"), "application/problem+json");
  EXPECT_EQ(english.text(),
            R"({"type":"/problems/price-changed","title":"The price has changed","status":409,)"
            R"("detail":"It costs 3000 now, \"a\"b\".","now":3000,"who":"a\"b"})");
  const Response korean = problems.answer(changed, Language::ko);
  EXPECT_EQ(korean.headers.get("Content-Language"), "ko");
  EXPECT_NE(korean.text().find("지금 가격은 3000입니다."), std::string::npos);
}

TEST(AProblem, MayCarryItsOwnWordsAndStatus) {
  const Response answer =
      Problems{}.answer({"malformed-request", 422, "", "Line 3: no price.", {}}, Language::en);
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.text().find(R"("detail":"Line 3: no price.")"), std::string::npos);
}

TEST(AProblem, ThatNobodyDeclaredIsAnInternalError) {
  const Response answer = Problems{}.answer({"made-up"}, Language::en);
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.text().find("/problems/internal-error"), std::string::npos);
}

TEST(TheCatalogueOfProblems, TakesTheShopsWordsBeforeTheEdges) {
  constexpr std::array own =
      std::to_array<ProblemText>({{"not-found", 404, "Gone", "없음", "", ""}});
  EXPECT_EQ(Problems{own}.find("not-found")->title_en, "Gone");
}

TEST(TheCatalogueOfProblems, RefusesASlugThatComesTwice) {
  constexpr ProblemText once{"again", 409, "", "", "", ""};
  EXPECT_THROW((Problems{std::array{once, once}}), std::invalid_argument);
}

TEST(TheCatalogueOfProblems, HasWordsInBothLanguagesForAllTheEdgeKnows) {
  for (const ProblemText& text : edge_problems())
    for (const auto words : {text.title_en, text.title_ko, text.detail_en, text.detail_ko})
      EXPECT_FALSE(words.empty()) << text.slug;
}

TEST(TheLanguageOfAnAnswer, IsTheOnePreferredByTheReader) {
  const std::pair<std::string_view, Language> cases[] = {
      {"", Language::en},
      {"ko", Language::ko},
      {"ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", Language::ko},
      {"en-US,en;q=0.9,ko;q=0.8", Language::en},
      {"KO", Language::ko},
      {"fr", Language::en},
      {"fr, ko;q=0.1", Language::ko},
      {"ko;q=0", Language::en},
      {"ko;q=0.5,en;q=0.51", Language::en},
      {"*", Language::en},
      {"*;q=0.1, ko;q=0.2", Language::ko},
      {"kor", Language::en},
      {"k", Language::en},
      {";;,,;q=,ko;q=x", Language::en},
  };
  for (const auto& [accept, language] : cases)
    EXPECT_EQ(preferred_language(accept), language) << accept;
}

TEST(QuotingForJson, EscapesWhatMustBeAndReplacesWhatIsNotText) {
  EXPECT_EQ(json_quoted("a\"b\\c\n\x01 책\xff\xec\xb1"),
            "\"a\\\"b\\\\c\\n\\u0001 책\\ufffd\\ufffd\\ufffd\"");
}

}  // namespace
}  // namespace madang::http
