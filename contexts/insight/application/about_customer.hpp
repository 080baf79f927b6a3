#pragma once
// What this context holds about one customer, for them to take along: their shelf and their notices, with the titles.
#include <algorithm>

#include "insight/application/notices.hpp"
#include "insight/application/rental_board.hpp"

namespace madang::insight {

struct AboutCustomer {
  struct Result {
    std::vector<TitledRental> shelf;
    std::vector<TitledNotice> notices;
  };
  PersonId customer;
};
inline AboutCustomer::Result about_customer(const AboutCustomer& asked,
                                            const chassis::Rows<Rentals>& rentals,
                                            const chassis::Rows<Notices>& notices,
                                            const chassis::Rows<Titles>& titles) {
  const auto theirs = [&]<class Of>(const chassis::Rows<Of>& rows, auto in_order_of) {
    using Row = Of::Row;
    auto found = rows.every(chassis::select<Row>().template only<&Row::customer>(asked.customer));
    std::ranges::sort(found, {}, in_order_of);
    return found;
  };
  const auto title_of = [&](const EditionId& edition) {
    return titles.find(edition).value_or(Titles::Row{});
  };
  AboutCustomer::Result held;
  for (auto& row : theirs(rentals, &Rentals::Row::starts))
    held.shelf.push_back({row, title_of(row.edition)});
  for (auto& row : theirs(notices, &Notices::Row::since))
    held.notices.push_back({row, title_of(row.edition)});
  return held;
}

}  // namespace madang::insight
