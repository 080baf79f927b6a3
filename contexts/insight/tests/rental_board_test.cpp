// What the shelf and the board show of what the neighbours tell.
#include <set>

#include "insight/tests/neighbours.hpp"

namespace madang::insight {
namespace {

struct Board : Neighbours {
  std::vector<TitledRental> board(RentalBoard asked = {}) { return ask(asked).rows; }
  TitledRental the(const RentalId& wanted) {
    for (auto& row : board())
      if (row.rental.rental == wanted) return row;
    throw std::logic_error{"it is not on the board"};
  }
  static std::vector<RentalId> rentals_of(const std::vector<TitledRental>& rows) {
    std::vector<RentalId> all;
    for (const auto& row : rows) all.push_back(row.rental.rental);
    return all;
  }
  using Ids = std::vector<RentalId>;
};
using ARental = Board;
using TheBoard = Board;
using TheShelf = Board;
using ATitle = Board;

TEST_F(ARental, IsOnLoanFromItsStart) {
  start(first, rain, kim, july(1));
  const auto seen = the(first).rental;
  EXPECT_EQ(seen.edition, rain);
  EXPECT_EQ(seen.customer, kim);
  EXPECT_EQ(seen.payment, payment_of(first));
  EXPECT_EQ(seen.price, price);
  EXPECT_EQ(seen.starts, july(1));
  EXPECT_EQ(seen.until, july(15));
  EXPECT_EQ(seen.state, RentalState::on_loan);
  EXPECT_FALSE(seen.ended_at);
}
TEST_F(ARental, LastsLongerWhenItIsExtended) {
  start(first, rain, kim, july(1));
  extend(first, july(29));
  EXPECT_EQ(the(first).rental.until, july(29));
  EXPECT_EQ(the(first).rental.state, RentalState::on_loan);
}
TEST_F(ARental, StaysWhenTheBookIsReturnedAndEndedThen) {
  start(first, rain, kim, july(1));
  end<BookReturned>(first, july(9));
  EXPECT_EQ(the(first).rental.state, RentalState::returned);
  EXPECT_EQ(the(first).rental.ended_at, july(9));
}
TEST_F(ARental, EndedWhenItsReturnWasHeardIfThatDoesNotSayWhen) {
  start(first, rain, kim, july(1));
  const auto before = town.now();
  end<BookReturned>(first);
  EXPECT_GE(the(first).rental.ended_at, before);
  EXPECT_LE(the(first).rental.ended_at, town.now());
}
TEST_F(ARental, ExpiresAtItsEndHoweverLateThatIsTold) {
  start(first, rain, kim, july(1));
  extend(first, july(20));
  end<RentalExpired>(first);
  EXPECT_EQ(the(first).rental.state, RentalState::expired);
  EXPECT_EQ(the(first).rental.ended_at, july(20));
}
TEST_F(ARental, StaysWhenItIsCancelled) {
  start(first, rain, kim, july(1));
  cancel(first, july(3));
  EXPECT_EQ(the(first).rental.state, RentalState::cancelled);
  EXPECT_EQ(the(first).rental.ended_at, july(3));
}

TEST_F(TheBoard, ShowsTheLatestFirst) {
  start(second, snow, kim, july(2));
  start(third, rain, lee, july(3));
  start(first, rain, kim, july(1));
  EXPECT_EQ(rentals_of(board()), (Ids{third, second, first}));
}
TEST_F(TheBoard, ShowsOnlyWhatPassesEveryFilter) {
  start(first, rain, kim, july(1));
  start(second, snow, kim, july(2));
  start(third, rain, lee, july(3));
  end<BookReturned>(first);
  EXPECT_EQ(rentals_of(board({RentalState::on_loan, {}, {}, {}})), (Ids{third, second}));
  EXPECT_EQ(rentals_of(board({{}, rain, {}, {}})), (Ids{third, first}));
  EXPECT_EQ(rentals_of(board({{}, {}, kim, {}})), (Ids{second, first}));
  EXPECT_EQ(rentals_of(board({RentalState::returned, rain, kim, {}})), Ids{first});
  EXPECT_EQ(rentals_of(board({RentalState::returned, {}, lee, {}})), Ids{});
}
TEST_F(TheBoard, IsReadInPagesThatNewRentalsDoNotShift) {
  for (unsigned day = 1; day <= 7; ++day)
    start(named<RentalId>("old " + std::to_string(day)), rain, kim, july(day));
  std::set<std::string> seen;
  RentalBoard asked{{}, {}, {}, {3, {}}};
  for (int number = 0; number < 3; ++number) {
    const auto page = ask(asked);
    for (const auto& row : page.rows) EXPECT_TRUE(seen.insert(row.rental.rental.text()).second);
    start(named<RentalId>("new " + std::to_string(number)), rain, lee, july(20));
    asked.page.after = page.next;
  }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_FALSE(asked.page.after);
}
TEST_F(TheBoard, IsTheSameAfterARestartAndARebuild) {
  start(first, rain, kim, july(1));
  end<BookReturned>(first);
  start(second, snow, lee, july(2));
  const auto ended_at = the(first).rental.ended_at;
  town.pass(24h);
  town.lose_power();
  town.start();
  const auto comparison = town.run([&] { return engine().rebuild("rentals"); });
  ASSERT_TRUE(comparison);
  EXPECT_EQ(comparison->rows, 2U);
  EXPECT_EQ(comparison->differing, 0U);
  EXPECT_EQ(the(first).rental.ended_at, ended_at);
  EXPECT_EQ(rentals_of(board()), (Ids{second, first}));
}

TEST_F(TheShelf, ShowsEveryLoanOfOneCustomerAndNoOther) {
  start(first, rain, kim, july(1));
  start(second, snow, kim, july(2));
  start(third, rain, lee, july(3));
  cancel(first);
  EXPECT_EQ(rentals_of(ask(ShelfOf{kim, {}, {}}).rows), (Ids{second, first}));
  EXPECT_EQ(rentals_of(ask(ShelfOf{kim, RentalState::cancelled, {}}).rows), Ids{first});
  EXPECT_EQ(rentals_of(ask(ShelfOf{lee, RentalState::cancelled, {}}).rows), Ids{});
}

TEST_F(ATitle, IsShownThoughTheCatalogIsHeardAfterTheRental) {
  start(first, rain, kim, july(1));
  EXPECT_EQ(the(first).edition.title, "");
  register_edition(rain, "Rain on the Yard", "Han Seo");
  register_edition(snow, "First Snow", "Min Ara");
  EXPECT_EQ(the(first).edition.title, "Rain on the Yard");
  EXPECT_EQ(the(first).edition.contributors, std::vector<std::string>{"Han Seo"});
}
TEST_F(ATitle, IsTheNewOneWhenTheEditionIsDescribedAnew) {
  start(first, rain, kim, july(1));
  register_edition(rain, "Rain on the Yard", "Han Seo");
  describe_edition(rain, "Rain on the Courtyard", "Han Seo and others");
  EXPECT_EQ(the(first).edition.title, "Rain on the Courtyard");
  EXPECT_EQ(the(first).edition.contributors, std::vector<std::string>{"Han Seo and others"});
}

}  // namespace
}  // namespace madang::insight
