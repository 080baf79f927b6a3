#include "chassis/forms/form.hpp"
#include "chassis/ports/commands.hpp"
#include "chassis/ports/rows.hpp"
#include "chassis/testing/scenario.hpp"
#include "kernel/ids.hpp"

#include <gtest/gtest.h>

namespace madang::chassis {
namespace {

using kernel::EditionId, kernel::Money, kernel::PaymentId, kernel::RentalId;
using testing::named;

enum class How { voided, refunded };
struct Line {
  std::string title;
  std::optional<int> copies;
};
struct OnLoan {
  Line line;
};
struct Closed {};
struct Asked {
  std::string title;
  std::optional<int> copies, days;
  static constexpr auto came_later = std::to_array<std::string_view>({"days"});
};
struct Everything {
  RentalId rental;
  std::optional<Money> price;
  std::vector<Line> lines;
  std::map<RentalId, Line> by_rental;
  std::variant<Closed, OnLoan> stands;
  How how;
  bool open;
  kernel::Instant at;
  kernel::Personal<std::string> name;
  std::set<PaymentId> payments;
  std::chrono::days days;
  std::optional<std::string> note;
  std::uint8_t small;
  static constexpr auto stored_names = std::to_array<StoredName>({{"note", "remark"}});
};

TEST(AStoredForm, IsReadBackAsItWasWritten) {
  const auto json = encode(sample<Everything>());
  EXPECT_EQ(encode(decode<Everything>(json)), json);
  EXPECT_EQ(field_count<Everything>, 13U);
}
TEST(AStoredForm, HasAMemberPerFieldAndSaysWhichAlternativeItIs) {
  EXPECT_EQ(encode(Line{"Rain", {}}), R"({"title":"Rain","copies":null})");
  EXPECT_EQ(encode(std::variant<Closed, OnLoan>{OnLoan{{"Rain", 2}}}),
            R"({"is":"OnLoan","line":{"title":"Rain","copies":2}})");
  EXPECT_EQ(encode(How::refunded), R"("refunded")");
  EXPECT_EQ(encode(Money::won(900)), R"({"amount":900,"currency":"KRW"})");
}
TEST(AStoredForm, KeepsTheNameThatARenamedFieldHadBefore) {
  EXPECT_NE(encode(sample<Everything>()).find(R"("remark":"note")"), std::string::npos);
}
TEST(AStoredForm, IsCorruptWhenItIsNotOfTheType) {
  EXPECT_THROW(decode<Line>(R"({"title":"Rain"})"), Corrupt);
  EXPECT_THROW(decode<How>(R"("2")"), Corrupt);
  EXPECT_THROW(decode<std::uint8_t>("256"), Corrupt);
  EXPECT_THROW((decode<std::variant<Closed, OnLoan>>(R"({"is":"Lost"})")), Corrupt);
  EXPECT_THROW(decode<RentalId>(R"("rental-1")"), Corrupt);
}
TEST(AStoredForm, HasNothingWhereAFieldThatCameLaterIsAbsent) {
  EXPECT_EQ(decode<Asked>(R"({"title":"Rain","copies":2})").days, std::nullopt);
  EXPECT_EQ(decode<Asked>(R"({"title":"Rain","copies":2,"days":7})").days, 7);
  EXPECT_EQ(decode<Asked>(encode(Asked{"Rain", {}, 7})).days, 7);
  EXPECT_THROW(decode<Asked>(R"({"title":"Rain","days":7})"), Corrupt);
}
TEST(AShape, ChangesWithNamesAndTypes) {
  struct A {
    int x;
  };
  struct B {
    int y;
  };
  struct C {
    std::string x;
  };
  EXPECT_EQ(shape_of<A>(), "{x:integer,}");
  EXPECT_NE(shape_of<A>(), shape_of<B>());
  EXPECT_NE(shape_of<A>(), shape_of<C>());
}
TEST(SameFields, MakesAnotherStructOfThoseUnderTheSameNames) {
  struct Wide {
    RentalId rental;
    Line line;
    int more;
  };
  struct Narrow {
    Line line;
    RentalId rental;
  };
  const auto narrow = same_fields<Narrow>(Wide{named<RentalId>("r"), {"Rain", 1}, 2});
  EXPECT_EQ(narrow.rental, named<RentalId>("r"));
  EXPECT_EQ(narrow.line.title, "Rain");
  EXPECT_EQ((key_in<RentalId>(narrow)), named<RentalId>("r"));
}
TEST(Names, AreThoseOfTheCode) {
  EXPECT_EQ(name_of<OnLoan>(), "OnLoan");
  EXPECT_EQ(snake_case("SettleRentalPayment"), "settle_rental_payment");
  struct price_changed {};
  EXPECT_EQ(slug_of<price_changed>(), "price-changed");
}
TEST(ACursor, IsReadBackAndNothingElseIsOne) {
  const auto cursor = cursor_of({"key-1", std::int64_t{5}, "{}"});
  EXPECT_EQ(read_cursor(cursor), (std::pair<Scalar, std::string>{std::int64_t{5}, "key-1"}));
  for (const auto* wrong : {"", "abc", "e30=", "WzEsMl0="})
    EXPECT_THROW(read_cursor(wrong), CursorInvalid) << wrong;
}
TEST(ARequestKey, GivesTheSameIdsForTheSameRequestAndOthersForEveryOther) {
  const auto person = named<kernel::PersonId>("kim");
  const auto key = [&](const char* operation, const char* text) {
    return RequestKey::of_request("rental", person, operation, text, "f", "requests/kim", {});
  };
  EXPECT_EQ(key("rent", "k1").step("hold").id, key("rent", "k1").step("hold").id);
  EXPECT_EQ(key("rent", "k1").id<RentalId>("rental"), key("rent", "k1").id<RentalId>("rental"));
  EXPECT_NE(key("rent", "k1").step("hold").id, key("rent", "k1").step("start").id);
  EXPECT_NE(key("rent", "k1").step("hold").id, key("rent", "k2").step("hold").id);
  EXPECT_NE(key("rent", "k1").step("hold").id, key("return", "k1").step("hold").id);
}

}  // namespace
}  // namespace madang::chassis
