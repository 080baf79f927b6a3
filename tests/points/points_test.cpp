// docs/adding-a-context.md, done: a context that the shop has never heard of hears what rental tells, from
// the first rental on, and no other part of the shop knows.
#include "tests/points/points.hpp"

#include <gtest/gtest.h>

#include "rental/tests/shop.hpp"
#include "tests/points/application/points_of.hpp"

namespace madang::points {
namespace {

using rental::examples::kim, rental::examples::lee, rental::examples::loan_ends;
using testing::given, testing::named;

const auto novel = named<RentalId>("novel");
const PointsGiven thirty{kim, novel, 30};

TEST(GivingPoints, IsAPointForEachWholeHundredOfThePrice) {
  given().when(GivePoints{kim, novel, Money::won(3099)}).then(thirty);
}
TEST(GivingPoints, ForLessThanAHundredGivesNone) {
  given().when(GivePoints{kim, novel, Money::won(99)}).then();
}
TEST(GivingPoints, HappensOnceForARental) {
  given(thirty).when(GivePoints{kim, novel, Money::won(3000)}).then();
  given(thirty, PointsTakenBack{kim, novel, 30})
      .when(GivePoints{kim, novel, Money::won(3000)})
      .then();
}
TEST(TakingPointsBack, IsOfWhatWasGivenForTheRental) {
  given(thirty).when(TakePointsBack{kim, novel}).then(PointsTakenBack{kim, novel, 30});
}
TEST(TakingPointsBack, IsRefusedWhenThereIsNothingToTake) {
  given().when(TakePointsBack{kim, novel}).then_refused(because::no_points_given{});
  given(thirty, PointsTakenBack{kim, novel, 30})
      .when(TakePointsBack{kim, novel})
      .then_refused(because::no_points_given{});
}

// The real rental context, which has been at work for a while before points is added.
struct AddingAContext : rental::Shop {
  std::unique_ptr<chassis::Context> points = points_context();

  AddingAContext() { lend(2); }
  void add_points() {
    town.stop();
    town.add(*points);
    town.start();
    town.settle();
  }
  std::int64_t points_of(const PersonId& customer) {
    town.settle();
    return town.run([&] {
      auto& at_work = town.engine("points");
      return at_work.ask(PointsOf{customer}, at_work.head());
    });
  }
};

TEST_F(AddingAContext, HearsWhatIsToldFromThenOn) {
  add_points();
  rented(kim);
  EXPECT_EQ(points_of(kim), 30);
  EXPECT_EQ(points_of(lee), 0);
}
TEST_F(AddingAContext, HearsWhatWasToldBeforeItWasThere) {
  const auto long_ago = rented(kim);
  EXPECT_FALSE(cancel_it(rented(lee)).refused());
  add_points();
  EXPECT_EQ(points_of(kim), 30);
  EXPECT_EQ(points_of(lee), 0);
  EXPECT_FALSE(cancel_it(long_ago).refused());
  EXPECT_EQ(points_of(kim), 0);
}
TEST_F(AddingAContext, GivesNothingTwiceWhenItFallsAndStandsUpAgain) {
  add_points();
  rented(kim);
  EXPECT_EQ(points_of(kim), 30);
  town.lose_power();
  town.start();
  EXPECT_EQ(points_of(kim), 30);
  EXPECT_EQ(town.count("points", "PointsGiven"), 1U);
}

}  // namespace
}  // namespace madang::points
