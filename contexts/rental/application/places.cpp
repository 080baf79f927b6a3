#include "rental/application/places.hpp"

#include <utility>

namespace madang::rental {

namespace {

using Row = Places::Row;

// How many stand before it.
std::int64_t before(const Row& row, const chassis::Rows<Places>& places) {
  const auto line = chassis::select<Row>()
                        .only<&Row::edition>(row.edition)
                        .only<&Row::state>(PlaceState::waiting)
                        .ordered_by<&Row::order>();
  std::int64_t count = 0;
  for (chassis::PageRequest asked{1000, {}};;) {
    auto page = places.page(line, asked);
    for (const auto& other : page.rows) {
      if (other.order >= row.order) return count;
      ++count;
    }
    if (!page.next) return count;
    asked.after = std::move(page.next);
  }
}

PlaceView seen(const Row& row, const chassis::Rows<Places>& places) {
  if (row.state != PlaceState::waiting) return {row, std::nullopt};
  const auto place = before(row, places) + 1;
  return {row, place};
}

}  // namespace

PlaceOf::Result place_of(const PlaceOf& asked, const chassis::Rows<Places>& places) {
  const auto row = places.find(Places::key_of(asked.edition, asked.customer));
  if (!row) return std::nullopt;
  return seen(*row, places);
}

}  // namespace madang::rental
