#include "chassis/journal/marks.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace madang::chassis {
namespace {

using Handling = Marks::Handling;

struct AMark : ::testing::Test {
  std::shared_ptr<storage::MarkMemory> memory = storage::marks_in_memory();
  Digest128 it = digest128({"it"}), other = digest128({"other"});

  // A process that ends while it handles this; whether it suspected it before.
  bool ends_in(const Digest128& what, Handling handling = Handling::brief, bool crashed = false) {
    Marks marks{memory};
    auto slot = marks.slot(handling);
    const bool suspected = slot.suspects("consumer", what);
    {
      const auto done = slot.mark("consumer", other);
    }
    std::array<std::byte, storage::mark_bytes> as_it_ended;
    {
      const auto marked = slot.mark("consumer", what);
      std::ranges::copy(memory->bytes(), as_it_ended.begin());
    }
    std::ranges::copy(as_it_ended, memory->bytes().begin());
    const std::uint32_t flag = crashed;
    std::memcpy(memory->bytes().data(), &flag, sizeof flag);
    return suspected;
  }
  bool is_suspect(const Digest128& what) {
    Marks marks{memory};
    return marks.slot(Handling::brief).suspects("consumer", what);
  }
};

TEST_F(AMark, IsSuspectOnceTwoStartsRunningHaveFoundIt) {
  EXPECT_FALSE(ends_in(it));
  EXPECT_FALSE(ends_in(it));
  EXPECT_TRUE(is_suspect(it));
  EXPECT_FALSE(is_suspect(other));
}
TEST_F(AMark, IsForgottenByAStartThatDoesNotFindIt) {
  ends_in(it);
  EXPECT_FALSE(is_suspect(it));
  EXPECT_FALSE(ends_in(it));
  EXPECT_FALSE(ends_in(other));
  EXPECT_FALSE(ends_in(it));
  EXPECT_FALSE(is_suspect(it));
}
TEST_F(AMark, OfACallToTheOutsideCountsOnlyWhenTheProcessEndedByItsOwnFault) {
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(ends_in(it, Handling::waits));
  EXPECT_FALSE(is_suspect(it));
  ends_in(it, Handling::waits, true);
  ends_in(it, Handling::waits, true);
  EXPECT_TRUE(is_suspect(it));
}
TEST_F(AMark, OfSomebodyElseIsNoSuspicion) {
  ends_in(it);
  ends_in(it);
  Marks marks{memory};
  const auto slot = marks.slot(Handling::brief);
  EXPECT_FALSE(slot.suspects("another", it));
  EXPECT_TRUE(slot.suspects("consumer", it));
  EXPECT_FALSE(Marks::Slot{}.suspects("consumer", it));
}

}  // namespace
}  // namespace madang::chassis
