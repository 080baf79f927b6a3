#include "chassis/ports/ids.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "kernel/ids.hpp"

namespace madang::chassis {
namespace {

using kernel::PersonId;

const PersonId person = PersonId::parse("01234567-89ab-cdef-0001-0203040506ff").value();

std::string text_of(std::initializer_list<Part> parts) {
  return kernel::uuid_text(digest128(parts));
}

// Computed by another implementation. Never change one: each repeat of the past is known by these.
TEST(ADerivedId, IsFrozen) {
  EXPECT_EQ(text_of({}), "e3b0c442-98fc-1c14-9afb-f4c8996fb924");
  EXPECT_EQ(text_of({""}), "af5570f5-a181-0b7a-f78c-af4bc70a660f");
  EXPECT_EQ(text_of({"", ""}), "374708ff-f771-9dd5-979e-c875d56cd228");
  EXPECT_EQ(text_of({"a", "bc"}), "3fafa1cf-2f19-a7c1-129b-eb20cf0983f7");
  EXPECT_EQ(text_of({"ab", "c"}), "601d5476-e2cc-fe2c-87a2-bba7a3226597");
  EXPECT_EQ(text_of({"rental", "rent_book", person, "hold", 0}),
            "5577f2ad-1d8f-03ae-ae60-938c87031b4f");
  EXPECT_EQ(text_of({"서점", UINT64_MAX}), "e554f58c-9d41-f364-612a-5910d95dc22c");
}

TEST(ADerivedId, IsAUuidOfVersionEight) {
  EXPECT_EQ(derived_id<PersonId>({"rental", "rent_book", person, "hold", 0}).text(),
            "5577f2ad-1d8f-83ae-ae60-938c87031b4f");
  EXPECT_EQ(derived_id<PersonId>({"a", "bc"}).text(), "3fafa1cf-2f19-87c1-929b-eb20cf0983f7");
}

TEST(ADerivedId, IsAnotherWhereverTextAndNumberAreMixedUp) {
  EXPECT_NE(digest128({1}), digest128({"1"}));
  EXPECT_NE(digest128({person}), digest128({person.text()}));
  EXPECT_EQ(digest128({person}), digest128({person.bytes()}));
}

RC_GTEST_PROP(ADerivedId, DependsOnWhereOnePartEndsAndTheNextBegins,
              (const std::string& a, const std::string& b)) {
  RC_PRE(!b.empty());
  RC_ASSERT(digest128({a, b}) != digest128({a + b.substr(0, 1), b.substr(1)}));
}

TEST(ATimedId, HoldsItsMillisecondAndThenChance) {
  using namespace std::chrono_literals;
  const kernel::Instant now{0x019F'0000'1234ms};
  const auto id = uuid_v7(now, {0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5, 6});
  EXPECT_EQ(kernel::uuid_text(id), "019f0000-1234-7fff-bfff-010203040506");
  EXPECT_LT(id, uuid_v7(now + 1ms, {}));
}

}  // namespace
}  // namespace madang::chassis
