#include "customer/application/profile_page.hpp"

#include "chassis/testing/scenario.hpp"

namespace madang::customer {
namespace {

using testing::july, testing::named;

const auto kim = named<PersonId>("kim");
const Personal<std::string> name{kim, "sealed name"}, email{kim, "sealed e-mail"};
const auto first = named<RentalId>("first"), second = named<RentalId>("second");
const auto edition = named<EditionId>("edition");

// Rows as a store would give them, in the order that was asked for.
struct StoredRows final : chassis::RowReader {
  std::map<std::string, std::string> by_key;
  std::vector<chassis::RowFound> selected;
  mutable chassis::RowQuery asked;

  std::optional<std::string> find(const std::string& key) const override {
    const auto found = by_key.find(key);
    return found == by_key.end() ? std::nullopt : std::optional{found->second};
  }
  std::vector<chassis::RowFound> select(const chassis::RowQuery& query) const override {
    asked = query;
    return selected;
  }
  std::int64_t count(const chassis::RowQuery&) const override {
    return static_cast<std::int64_t>(selected.size());
  }
};

TEST(TheProfileCard, ShowsTheProfileAsItWasLastChanged) {
  const Personal<std::string> new_name{kim, "another sealed name"};
  auto row = ProfileCard::start({kim, name, email, Language::ko});
  EXPECT_EQ(row.version, 1);
  row = ProfileCard::evolve(row, {kim, new_name, Language::en, 2});
  EXPECT_EQ(row.name, new_name);
  EXPECT_EQ(row.email, email);
  EXPECT_EQ(row.language, Language::en);
  EXPECT_EQ(row.version, 2);
}
TEST(WhatIsOnLoan, LastsUntilTheLoansStoredEnd) {
  const auto price = kernel::Money::won(3000);
  const auto payment = named<kernel::PaymentId>("payment");
  auto row = OnLoan::start({first, edition, kim, payment, price, july(1), july(15)});
  EXPECT_EQ(row.until, july(15));
  row = OnLoan::evolve(row, {first, edition, kim, payment, price, july(22)});
  EXPECT_EQ(row.until, july(22));
}
TEST(TheProfilePage, ShowsWhatTheCustomerHasOnLoanByItsEnd) {
  StoredRows cards, loans;
  cards.by_key[kim.text()] = chassis::encode(ProfileCard::Row{kim, name, email, Language::ko, 1});
  for (const auto& rental : {first, second})
    loans.selected.push_back(
        {rental.text(), {}, chassis::encode(OnLoan::Row{rental, edition, kim, july(15)})});
  const auto page =
      profile_page_of({kim}, chassis::Rows<ProfileCard>{cards}, chassis::Rows<OnLoan>{loans});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->card.name, name);
  ASSERT_EQ(page->on_loan.size(), 2u);
  EXPECT_EQ(page->on_loan[1].rental, second);
  EXPECT_EQ(loans.asked.equal,
            (std::vector<std::pair<std::string, chassis::Scalar>>{{"customer", kim.text()}}));
  EXPECT_EQ(loans.asked.order_by, "until");
}
TEST(TheProfilePage, IsNotThereBeforeTheProfileIsOpen) {
  const StoredRows none;
  EXPECT_FALSE(
      profile_page_of({kim}, chassis::Rows<ProfileCard>{none}, chassis::Rows<OnLoan>{none}));
}

}  // namespace
}  // namespace madang::customer
