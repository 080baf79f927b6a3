#include <gtest/gtest.h>

#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {
namespace {

template <class Target>
struct TheSeedsOf : ::testing::Test {};

using Targets = ::testing::Types<HttpRequests, Json, Tokens, Cursors, Webhooks>;
TYPED_TEST_SUITE(TheSeedsOf, Targets);

TYPED_TEST(TheSeedsOf, EachTargetAreTakenWholeCutShortAndWithAByteChanged) {
  const auto seeds = TypeParam::seeds();
  ASSERT_GE(seeds.size(), 2U);  // one that is taken, one that is not
  for (const auto& seed : seeds) {
    ASSERT_FALSE(seed.empty());
    for (std::size_t length = 0; length <= seed.size(); ++length) {
      TypeParam::take(std::string_view{seed}.substr(0, length));
      if (length == 0) continue;
      auto changed = seed;
      changed[length - 1] ^= 0x20;
      TypeParam::take(changed);
    }
  }
}

}  // namespace
}  // namespace madang::fuzz
