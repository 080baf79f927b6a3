#pragma once
// What this context holds about one customer, for them to take along: their shelf and their notices, with the titles.
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
  const auto title_of = [&](const EditionId& edition) {
    return titles.find(edition).value_or(Titles::Row{});
  };
  AboutCustomer::Result held;
  for (auto& row : rentals.every_of<&Rentals::Row::customer>(asked.customer, &Rentals::Row::starts))
    held.shelf.push_back({row, title_of(row.edition)});
  for (auto& row : notices.every_of<&Notices::Row::customer>(asked.customer, &Notices::Row::since))
    held.notices.push_back({row, title_of(row.edition)});
  return held;
}

}  // namespace madang::insight
