#include "chassis/ports/zones.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace madang::chassis {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr kernel::Instant at(year_month_day day, seconds time = 0s) { return sys_days{day} + time; }

TEST(TheEndOfADay, IsMidnightInTheZoneAndNotInUtc) {
  EXPECT_EQ(end_of_day(at(2026y / 7 / 1, 12h), 0, "Asia/Seoul"), at(2026y / 7 / 1, 15h));
  EXPECT_EQ(end_of_day(at(2026y / 7 / 1, 15h), 0, "Asia/Seoul"), at(2026y / 7 / 2, 15h));
  EXPECT_EQ(end_of_day(at(2026y / 7 / 1, 15h) - 1ms, 0, "Asia/Seoul"), at(2026y / 7 / 1, 15h));
  EXPECT_EQ(end_of_day(at(2026y / 7 / 1, 12h), 0, "UTC"), at(2026y / 7 / 2));
}
TEST(TheEndOfADay, CountsDaysAndNotHours) {
  EXPECT_EQ(end_of_day(at(2026y / 7 / 1, 12h), 7, "Asia/Seoul"), at(2026y / 7 / 8, 15h));
  EXPECT_EQ(end_of_day(at(2028y / 2 / 28, 12h), 1, "Asia/Seoul"), at(2028y / 2 / 29, 15h));
  // Clocks go forward on 29 March 2026 and back on 25 October.
  EXPECT_EQ(end_of_day(at(2026y / 3 / 28, 12h), 0, "Europe/Berlin"), at(2026y / 3 / 28, 23h));
  EXPECT_EQ(end_of_day(at(2026y / 3 / 28, 12h), 1, "Europe/Berlin"), at(2026y / 3 / 29, 22h));
  EXPECT_EQ(end_of_day(at(2026y / 10 / 24, 12h), 1, "Europe/Berlin"), at(2026y / 10 / 25, 23h));
}
TEST(TheEndOfADay, IsFoundWhereThatMidnightDoesNotExist) {
  // In Cairo clocks went from 24:00 on 27 April 2023 to 01:00.
  EXPECT_EQ(end_of_day(at(2023y / 4 / 27, 12h), 0, "Africa/Cairo"), at(2023y / 4 / 27, 22h));
}
TEST(AZone, IsOneThatTheMachineKnows) {
  EXPECT_TRUE(is_zone("Asia/Seoul"));
  EXPECT_FALSE(is_zone("Asia/Nowhere"));
  EXPECT_FALSE(is_zone(""));
  EXPECT_THROW(static_cast<void>(end_of_day(at(2026y / 7 / 1), 0, "Asia/Nowhere")),
               std::invalid_argument);
}

}  // namespace
}  // namespace madang::chassis
