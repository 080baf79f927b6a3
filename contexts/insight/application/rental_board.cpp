#include "insight/application/rental_board.hpp"

#include <utility>

namespace madang::insight {

using Row = Rentals::Row;

ShelfOf::Result shelf_of(const ShelfOf& asked, const chassis::Rows<Rentals>& rentals,
                         const chassis::Rows<Titles>& titles) {
  return rental_board({asked.state, {}, asked.customer, asked.page}, rentals, titles);
}

RentalBoard::Result rental_board(const RentalBoard& asked, const chassis::Rows<Rentals>& rentals,
                                 const chassis::Rows<Titles>& titles) {
  auto found = rentals.page(chassis::select<Row>()
                                .only_if<&Row::state>(asked.state)
                                .only_if<&Row::edition>(asked.edition)
                                .only_if<&Row::customer>(asked.customer)
                                .newest_first<&Row::starts>(),
                            asked.page);
  RentalBoard::Result page{{}, std::move(found.next)};
  for (auto& row : found.rows) {
    auto title = titles.find(row.edition);
    page.rows.push_back({std::move(row), title ? std::move(*title) : Titles::Row{}});
  }
  return page;
}

}  // namespace madang::insight
