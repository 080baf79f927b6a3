#include "chassis/calls/wire.hpp"

#include <gtest/gtest.h>

#include <array>

#include "kernel/ids.hpp"

namespace madang::chassis::wire {
namespace {

using namespace std::chrono_literals;
using kernel::Instant, kernel::Money, kernel::PaymentId;

std::string bytes(std::initializer_list<int> all) {
  std::string text;
  for (const int it : all) text += static_cast<char>(it);
  return text;
}

// protobuf.dev/programming-guides/encoding: `int32 a = 1; a: 150`, and `string b = 2; b: "testing"`.
TEST(TheWireForm, IsThatOfTheExamplesInProtobufsManual) {
  Writer to;
  to.put(1, std::int32_t{150});
  to.put(2, std::string{"testing"});
  EXPECT_EQ(std::move(to).text(), bytes({0x08, 0x96, 0x01, 0x12, 0x07}) + "testing");
}

TEST(TheWireForm, LeavesOutWhatIsZeroOrEmpty) {
  Writer to;
  to.put(1, std::int32_t{0});
  to.put(2, std::string{});
  to.put(3, false);
  EXPECT_EQ(std::move(to).text(), "");
}

template <class T>
T there_and_back(const T& value) {
  Writer to;
  to.put(7, value);
  const auto text = std::move(to).text();
  Reader from{text};
  if (!from.next()) return given(std::optional<T>{}, "it");
  EXPECT_EQ(from.field(), 7U);
  return from.value<T>();
}

TEST(TheWireForm, GivesBackWhatWasWritten) {
  for (const auto it : {INT64_MIN, INT64_C(-1), INT64_C(0), INT64_C(127), INT64_C(128), INT64_MAX})
    EXPECT_EQ(there_and_back(it), it);
  for (const auto it : {INT32_MIN, -1, 0, INT32_MAX}) EXPECT_EQ(there_and_back(it), it);
  EXPECT_EQ(there_and_back(UINT64_MAX), UINT64_MAX);
  EXPECT_EQ(there_and_back(std::string(300, '\0')), std::string(300, '\0'));
  EXPECT_EQ(there_and_back(true), true);
  const auto id = PaymentId::parse("0190a6d2-7c1e-4b7a-9f00-000000000002").value();
  EXPECT_EQ(there_and_back(id), id);
  EXPECT_EQ(there_and_back(Money::won(-3000)), Money::won(-3000));
  for (const auto it : {Instant{}, Instant{1ms}, Instant{-1ms}, Instant{1'700'000'000'123ms}})
    EXPECT_EQ(there_and_back(it), it);
}

TEST(TheWireForm, IsReadThoughThereAreFieldsThatNobodyKnows) {
  const auto unknown =
      bytes({0x51, 1, 2, 3, 4, 5, 6, 7, 8}) + bytes({0x5d, 1, 2, 3, 4}) + bytes({0x62, 2, 9, 9});
  Writer money;
  Message<Money>::write(money, Money::won(500));
  EXPECT_EQ(decode<Money>(unknown + std::move(money).text() + unknown), Money::won(500));
}

TEST(TheWireForm, IsNotReadWhenItIsNone) {
  for (const auto& wrong : std::array{bytes({0x08}), bytes({0x12, 0x05, 'a'}), bytes({0x0b}),
                                      bytes({0x00, 0x01}), std::string(11, '\xff')}) {
    Reader from{wrong};
    EXPECT_THROW(while (from.next()){}, Corrupt);
  }
  EXPECT_THROW(decode<Money>(bytes({0x0a, 0x01, 'x'})), Corrupt) << "text where a number belongs";
  EXPECT_THROW(decode<Money>(""), Corrupt) << "no currency";
  EXPECT_THROW(decode<PaymentId>(bytes({0x0a, 0x01, 'x'})), Corrupt);
}

}  // namespace
}  // namespace madang::chassis::wire
