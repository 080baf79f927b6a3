#include "rental/application/places.hpp"

namespace madang::rental {

namespace {

using Row = Places::Row;

constexpr std::size_t place_max = 100'000;  // who stands further back sees this

std::int64_t place_in_line(const Row& row, const chassis::Rows<Places>& places) {
  return 1 + places.count(chassis::select<Row>()
                              .only<&Row::edition>(row.edition)
                              .only<&Row::state>(PlaceState::waiting)
                              .below<&Row::order>(row.order),
                          place_max - 1);
}

PlaceView seen(const Row& row, const chassis::Rows<Places>& places) {
  if (row.state != PlaceState::waiting) return {row, std::nullopt};
  return {row, place_in_line(row, places)};
}

}  // namespace

PlaceOf::Result place_of(const PlaceOf& asked, const chassis::Rows<Places>& places) {
  const auto row = places.find(Places::key_of(asked.edition, asked.customer));
  if (!row) return std::nullopt;
  return seen(*row, places);
}

}  // namespace madang::rental
