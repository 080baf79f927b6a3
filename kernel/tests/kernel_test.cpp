#include "kernel/decision.hpp"
#include "kernel/id.hpp"
#include "kernel/match.hpp"
#include "kernel/money.hpp"

#include <gtest/gtest.h>

namespace madang::kernel {
namespace {

using ThingId = Id<struct ThingTag>;

TEST(AnId, ReadsWhatItWrote) {
  const ThingId id{
      IdBytes{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 1, 2, 3, 4, 5, 6, 255}};
  EXPECT_EQ(id.text(), "01234567-89ab-cdef-0001-0203040506ff");
  EXPECT_EQ(ThingId::parse("01234567-89AB-cdef-0001-0203040506FF"), id);
}
TEST(AnId, IsNothingElseThanAUuid) {
  for (const auto* wrong :
       {"", "01234567-89ab-cdef-0001-0203040506f", "01234567-89ab-cdef-0001-0203040506fff",
        "0123456789abcdef000102030405060f0000", "01234567-89ab-cdef-0001-0203040506fg",
        "01234567_89ab-cdef-0001-0203040506ff"})
    EXPECT_FALSE(ThingId::parse(wrong)) << wrong;
}
TEST(Money, AddsOnlyTheSameCurrencyAndNeverWrapsRound) {
  EXPECT_EQ(Money::won(700) + Money::won(300), Money::won(1000));
  EXPECT_THROW(static_cast<void>(Money::won(1) + Money::minor_units(1, *Currency::parse("EUR"))),
               std::logic_error);
  EXPECT_THROW(static_cast<void>(Money::won(INT64_MAX) + Money::won(1)), std::overflow_error);
  EXPECT_THROW(static_cast<void>(Money::won(INT64_MIN) - Money::won(1)), std::overflow_error);
  EXPECT_THROW(static_cast<void>(Money::won(INT64_MAX / 2) * 3), std::overflow_error);
}
TEST(Money, HasACurrencyOfThreeCapitals) {
  EXPECT_EQ(Currency::parse("KRW"), Currency::krw);
  for (const auto* wrong : {"", "krw", "KR", "KRWX", "K W"}) EXPECT_FALSE(Currency::parse(wrong));
}
TEST(Matching, CallsTheCaseOfWhatIsHeld) {
  const std::variant<int, std::string> value{std::string{"page"}};
  EXPECT_EQ(match(value, [](int) { return 1; }, [](const std::string&) { return 2; }), 2);
}

struct Opened {};
struct Closed {};
struct already_open {};
struct locked {};
static_assert(std::same_as<Merged<OneOf<Opened, Closed>, OneOf<>, OneOf<Closed, locked>>,
                           OneOf<Opened, Closed, locked>>);

TEST(ADecision, HoldsTheFactsInOrderOrTheReason) {
  using D = Then<Opened, Closed>::Unless<already_open, locked>;
  const D happened = then(Opened{}, Closed{});
  EXPECT_FALSE(happened.refused());
  ASSERT_EQ(happened.events().size(), 2U);
  EXPECT_TRUE(happened.find<Closed>());
  const D refused = already_open{};
  EXPECT_TRUE(refused.refused_because<already_open>());
  EXPECT_FALSE(refused.refused_because<locked>());
  EXPECT_FALSE(refused.find<Opened>());
  EXPECT_EQ(&happened.get<Closed>(), happened.find<Closed>());
  EXPECT_THROW(static_cast<void>(refused.get<Opened>()), std::logic_error);
  const Answer<int, OneOf<already_open, locked>> answer = refused.refusal();
  EXPECT_TRUE(answer.refused_because<already_open>());
}

}  // namespace
}  // namespace madang::kernel
