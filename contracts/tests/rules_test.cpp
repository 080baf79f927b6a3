#include "contracts/support/rules.hpp"

#include <gtest/gtest.h>

#include <array>

#include "kernel/ids.hpp"

namespace madang::contracts {
namespace {

using kernel::Money;

// "the value", or the rules broken and where: "too-long(3) at /name".
template <class Rule>
std::string broken(const Rule& rule, std::string_view json) {
  Faults faults;
  const auto value = read_body(json, rule, faults);
  EXPECT_EQ(value.has_value(), faults.count() == 0) << json;
  std::string all;
  for (const auto& fault : faults.all())
    all += (all.empty() ? "" : "; ") + fault.rule + "(" + fault.limit + ") at " + fault.at;
  return all;
}
template <class Rule>
std::string broken_text(const Rule& rule, std::string_view text) {
  Faults faults;
  const auto value = rule.from_text(text, Place::parameter(In::query, "q"), faults);
  EXPECT_EQ(value.has_value(), faults.count() == 0) << text;
  return faults.count() == 0 ? "" : faults.all()[0].rule;
}

TEST(ABody, IsJson) {
  EXPECT_EQ(broken(Boolean{}, "{"), "not-json() at ");
  EXPECT_EQ(broken(Boolean{}, ""), "not-json() at ");
  EXPECT_EQ(broken(Boolean{}, "true"), "");
}

TEST(AText, IsCountedInCodePoints) {
  const Text three{.least = 2, .most = 3};
  EXPECT_EQ(broken(three, R"("가나다")"), "");
  EXPECT_EQ(broken(three, R"("가나다라")"), "too-long(3) at ");
  EXPECT_EQ(broken(three, R"("가")"), "too-short(2) at ");
  EXPECT_EQ(broken(three, R"("😀😀😀")"), "");
  EXPECT_EQ(broken(three, "7"), "wrong-type(string) at ");
  EXPECT_EQ(broken(three, "null"), "wrong-type(string) at ");
}

TEST(AText, MatchesItsPattern) {
  const Pattern lower{"^[a-z]+$"};
  EXPECT_EQ(broken(Text{.pattern = &lower}, R"("abc")"), "");
  EXPECT_EQ(broken(Text{.pattern = &lower}, R"("aBc")"), "not-as-described(^[a-z]+$) at ");
}

TEST(AnInteger, StaysWithinItsLimits) {
  const Integer<std::int32_t> rule{.least = 1, .most = 365};
  EXPECT_EQ(broken(rule, "1"), "");
  EXPECT_EQ(broken(rule, "365"), "");
  EXPECT_EQ(broken(rule, "0"), "too-small(1) at ");
  EXPECT_EQ(broken(rule, "366"), "too-large(365) at ");
  EXPECT_EQ(broken(rule, "99999999999999999999"), "too-large(365) at ");
  EXPECT_EQ(broken(rule, "-99999999999999999999"), "too-small(1) at ");
}

TEST(AnInteger, MayBeWrittenAsJsonSchemaAllows) {
  const Integer<std::int64_t> rule;
  EXPECT_EQ(broken(rule, "3.0"), "");
  EXPECT_EQ(broken(rule, "1e2"), "");
  EXPECT_EQ(broken(rule, "3.5"), "wrong-type(integer) at ");
  EXPECT_EQ(broken(rule, R"("3")"), "wrong-type(integer) at ");
  EXPECT_EQ(broken(rule, "true"), "wrong-type(integer) at ");
}

TEST(AnInteger, IsPlainDigitsInAParameter) {
  const Integer<std::int32_t> rule{.least = 1, .most = 100};
  EXPECT_EQ(broken_text(rule, "20"), "");
  EXPECT_EQ(broken_text(rule, "0"), "too-small");
  EXPECT_EQ(broken_text(rule, "101"), "too-large");
  EXPECT_EQ(broken_text(rule, "99999999999999999999"), "too-large");
  EXPECT_EQ(broken_text(rule, "-99999999999999999999"), "too-small");
  for (const auto* text : {"", " 1", "1 ", "+1", "1.0", "1e1", "0x1", "one", "１"})
    EXPECT_EQ(broken_text(rule, text), "wrong-type") << text;
}

TEST(ABoolean, IsTrueOrFalse) {
  EXPECT_EQ(broken(Boolean{}, "false"), "");
  EXPECT_EQ(broken(Boolean{}, R"("false")"), "wrong-type(boolean) at ");
  EXPECT_EQ(broken_text(Boolean{}, "true"), "");
  EXPECT_EQ(broken_text(Boolean{}, "1"), "wrong-type");
  EXPECT_EQ(broken_text(Boolean{}, "True"), "wrong-type");
}

TEST(AnId, IsAUuid) {
  const Identity<kernel::EditionId> rule;
  EXPECT_EQ(broken(rule, R"("01234567-89ab-8def-8001-0203040506ff")"), "");
  EXPECT_EQ(broken(rule, R"("01234567-89AB-8def-8001-0203040506FF")"), "");
  EXPECT_EQ(broken(rule, R"("0123456789ab8def80010203040506ff")"), "not-a-uuid() at ");
  EXPECT_EQ(broken(rule, R"("{01234567-89ab-8def-8001-0203040506ff}")"), "not-a-uuid() at ");
  EXPECT_EQ(broken(rule, "7"), "wrong-type(string) at ");
}

TEST(ATime, IsReadAsRfc3339HasIt) {
  const auto read = [](std::string_view text) {
    const auto at = parse_instant(text);
    return at ? text_of(*at) : "not a time";
  };
  EXPECT_EQ(read("2026-07-15T09:00:00.000Z"), "2026-07-15T09:00:00.000Z");
  EXPECT_EQ(read("2026-07-15t09:00:00z"), "2026-07-15T09:00:00.000Z");
  EXPECT_EQ(read("2026-07-15T09:00:00.1239Z"), "2026-07-15T09:00:00.123Z");
  EXPECT_EQ(read("2026-07-15T18:00:00+09:00"), "2026-07-15T09:00:00.000Z");
  EXPECT_EQ(read("2026-07-14T23:30:00-09:30"), "2026-07-15T09:00:00.000Z");
  EXPECT_EQ(read("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(read("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(read("1990-12-31T23:59:60Z"), "1991-01-01T00:00:00.000Z");
  for (const auto* text :
       {"", "2026-07-15", "2026-07-15T09:00Z", "2026-07-15 09:00:00Z", "2026-07-15T09:00:00",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-07-15T24:00:00Z",
        "2026-07-15T09:60:00Z", "2026-07-15T09:00:00.Z", "2026-07-15T09:00:00+0900",
        "2026-07-15T09:00:00+24:00", "2026-07-15T09:00:00Zx", "26-07-15T09:00:00Z"})
    EXPECT_EQ(read(text), "not a time") << text;
}

TEST(AnAmount, IsMinorUnitsOfACurrency) {
  const Amount price{.least = 1, .most = 1000};
  EXPECT_EQ(broken(price, R"({"amount":1000,"currency":"KRW"})"), "");
  EXPECT_EQ(broken(price, R"({"amount":1001,"currency":"KRW"})"), "too-large(1000) at /amount");
  EXPECT_EQ(broken(price, R"({"amount":1.5,"currency":"won"})"),
            "wrong-type(integer) at /amount; not-as-described(^[A-Z]{3}$) at /currency");
  EXPECT_EQ(broken(price, R"({"amount":1})"), "missing() at /currency");
  EXPECT_EQ(broken(price, "1000"), "wrong-type(object) at ");
  Faults faults;
  EXPECT_EQ(read_body(R"({"currency":"KRW","amount":7})", price, faults), Money::won(7));
}

TEST(AVersion, StandsInQuotes) {
  EXPECT_EQ(broken_text(Version{}, R"("7")"), "");
  for (const auto* text : {"7", "\"\"", "*", "W/\"7\"", "\"7\", \"8\"", "\"-7\""})
    EXPECT_EQ(broken_text(Version{}, text), "not-as-described") << text;
}

enum class Colour { red, green };
constexpr std::array<std::string_view, 2> colours{"red", "green"};

TEST(AChoice, IsOneOfItsNames) {
  Faults faults;
  EXPECT_EQ(read_body(R"("green")", Choice<Colour>{colours}, faults), Colour::green);
  EXPECT_EQ(broken(Choice<Colour>{colours}, R"("Green")"), "not-in-list(red, green) at ");
  EXPECT_EQ(broken(Choice<Colour>{colours}, "1"), "wrong-type(string) at ");
}

TEST(AList, HasSoManyItemsEachInOrder) {
  const List<Text> names{.item = {.most = 3}, .least = 1, .most = 2};
  EXPECT_EQ(broken(names, R"(["a","b"])"), "");
  EXPECT_EQ(broken(names, "[]"), "too-few(1) at ");
  EXPECT_EQ(broken(names, R"(["a","b","c"])"), "too-many(2) at ");
  EXPECT_EQ(broken(names, R"(["abcd",7])"), "too-long(3) at /0; wrong-type(string) at /1");
  EXPECT_EQ(broken(names, R"({"0":"a"})"), "wrong-type(array) at ");
}

struct Point {
  std::int32_t x;
  std::optional<bool> y;
};
std::optional<Point> read_point(JsonView from, const Place& place, Faults& faults) {
  static constexpr std::array<std::string_view, 2> names{"x", "a/~y"};
  const Members in{from, place, faults, names};
  auto x = in.required("x", Integer<std::int32_t>{});
  auto y = in.optional("a/~y", Boolean{});
  if (!in.sound()) return std::nullopt;
  return Point{*x, y};
}

TEST(AnObject, HasItsMembersAndNoOthers) {
  const Object<Point> point{read_point};
  EXPECT_EQ(broken(point, R"({"x":1})"), "");
  EXPECT_EQ(broken(point, R"({"x":1,"a/~y":true})"), "");
  EXPECT_EQ(broken(point, R"({"y":1})"), "unknown() at /y; missing() at /x");
  EXPECT_EQ(broken(point, R"({"x":null})"), "wrong-type(integer) at /x");
  EXPECT_EQ(broken(point, R"({"x":1,"x":2})"), "not-json() at ");
}

TEST(AFault, SaysItsPlaceAsAJsonPointer) {
  EXPECT_EQ(broken(List<Object<Point>>{.item = {read_point}}, R"([{"x":1},{"x":1,"a/~y":0}])"),
            "wrong-type(boolean) at /1/a~1~0y");
}

TEST(Faults, AreKeptUpToALimit) {
  std::string many = "[";
  for (int i = 0; i < 100; ++i) many += std::string{i > 0 ? "," : ""} + "0";
  Faults faults;
  EXPECT_FALSE(read_body(many + "]", List<Boolean>{}, faults));
  EXPECT_EQ(faults.count(), 100U);
  EXPECT_EQ(faults.all().size(), 32U);
}

TEST(Faults, SpeakTheReadersLanguage) {
  Faults faults;
  faults.add(Place::parameter(In::query, "limit"), "too-large", 100);
  const auto english = faults.as_problem(http::Language::en);
  const auto korean = faults.as_problem(http::Language::ko);
  EXPECT_EQ(english.members[0].json,
            R"([{"in":"query","at":"limit","rule":"too-large","detail":"It is at most 100."}])");
  EXPECT_NE(korean.members[0].json.find("100 이하여야 합니다."), std::string::npos);
}

}  // namespace
}  // namespace madang::contracts
