#pragma once
// What this context holds about one customer, for them to take along.
#include "customer/application/profile_page.hpp"

namespace madang::customer {

struct AboutCustomer {
  struct Result {
    std::optional<ProfileCard::Row> profile;
    std::vector<OnLoan::Row> on_loan;
  };
  PersonId customer;
};
inline AboutCustomer::Result about_customer(const AboutCustomer& asked,
                                            const chassis::Rows<ProfileCard>& cards,
                                            const chassis::Rows<OnLoan>& loans) {
  using Row = OnLoan::Row;
  return {cards.find(asked.customer),
          loans.every(chassis::select<Row>().only<&Row::customer>(asked.customer))};
}

}  // namespace madang::customer
