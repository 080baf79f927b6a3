#include "contracts/generated/problems.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "contracts/support/refusals.hpp"

namespace madang::contracts {
namespace {

const http::Problems catalogue{problems()};
constexpr auto july_15 = std::chrono::sys_days{std::chrono::July / 15 / 2026};

enum class How { by_hand, by_itself };
struct Account {
  std::string text;
};
namespace because {
struct price_changed {
  kernel::Money now;
};
struct everything {
  int count;
  std::string name;
  kernel::Instant at;
  kernel::RentalId rental;
  How how;
  bool sure;
  Account account;
  std::optional<int> nothing;
  std::optional<kernel::Money> something;
};
}  // namespace because

std::string members(const http::Problem& problem) {
  std::string all;
  for (const auto& member : problem.members) all += member.name + "=" + member.json + " ";
  return all;
}

TEST(ARefusal, BecomesTheProblemOfItsName) {
  const auto problem = problem_of(because::price_changed{kernel::Money::won(3500)});
  EXPECT_EQ(problem.slug, "price-changed");
  const auto response = catalogue.answer(problem, http::Language::en);
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.text(),
            R"({"type":"/problems/price-changed","title":"The price has changed","status":409,)"
            R"("detail":"It costs 3,500 KRW now. Look again, and ask with a new key.",)"
            R"("now":{"amount":3500,"currency":"KRW"}})");
}

TEST(ARefusal, CarriesItsDataAsHttpWritesIt) {
  const because::everything it{7,
                               "a \"b\"",
                               july_15,
                               *kernel::RentalId::parse("11111111-89ab-8def-8001-0203040506ff"),
                               How::by_itself,
                               true,
                               {"intent-1"},
                               std::nullopt,
                               kernel::Money::won(1)};
  EXPECT_EQ(members(problem_of(it)),
            R"(count=7 name="a \"b\"" at="2026-07-15T00:00:00.000Z" )"
            R"(rental="11111111-89ab-8def-8001-0203040506ff" how="by_itself" sure=true )"
            R"(account="intent-1" something={"amount":1,"currency":"KRW"} )");
}

TEST(ARefusal, EndsAUseCaseOrLetsItsValueThrough) {
  using Answer = kernel::Answer<int, kernel::OneOf<because::price_changed>>;
  const auto twice = [](const int& value) { return value * 2; };
  EXPECT_EQ(answered(Answer{21}, twice).value(), 42);
  EXPECT_EQ(answered(Answer{because::price_changed{kernel::Money::won(1)}}, twice).error().slug,
            "price-changed");
}

TEST(ARefusal, EndsACommandOrLetsItsEventsThrough) {
  struct Happened {};
  using Decision = kernel::Then<Happened>::Unless<because::price_changed>;
  const auto count = [](const Decision& decided) { return decided.events().size(); };
  EXPECT_EQ(answered(Decision{kernel::then(Happened{})}, count).value(), 1U);
  EXPECT_EQ(answered(Decision{because::price_changed{kernel::Money::won(1)}}, count).error().slug,
            "price-changed");
}

TEST(AnAmountOfMoney, IsShownAsPeopleWriteIt) {
  const auto euro = *kernel::Currency::parse("EUR");
  EXPECT_EQ(shown(kernel::Money::won(0)), "0 KRW");
  EXPECT_EQ(shown(kernel::Money::won(999)), "999 KRW");
  EXPECT_EQ(shown(kernel::Money::won(1234567)), "1,234,567 KRW");
  EXPECT_EQ(shown(kernel::Money::minor_units(123456, euro)), "1,234.56 EUR");
  EXPECT_EQ(shown(kernel::Money::minor_units(5, euro)), "0.05 EUR");
}

TEST(TheCatalogueOfProblems, HoldsWhatHttpItselfRefuses) {
  for (const auto& text : http::edge_problems()) {
    const auto found = std::ranges::find(problems(), text.slug, &http::ProblemText::slug);
    ASSERT_NE(found, problems().end()) << text.slug << " is not in problems.yaml";
    EXPECT_EQ(found->status, text.status) << text.slug;
  }
}

TEST(TheCatalogueOfProblems, SpeaksBothLanguages) {
  const auto has_hangul = [](std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte >= 0xEA && byte <= 0xED;
    });
  };
  for (const auto& text : problems()) {
    EXPECT_TRUE(has_hangul(text.title_ko) && has_hangul(text.detail_ko)) << text.slug;
    EXPECT_FALSE(has_hangul(text.title_en) || has_hangul(text.detail_en)) << text.slug;
  }
}

}  // namespace
}  // namespace madang::contracts
