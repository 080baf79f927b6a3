#include "catalog/application/editions.hpp"

namespace madang::catalog {

using Row = Editions::Row;

ListEditions::Result list_editions(const ListEditions& asked,
                                   const chassis::Rows<Editions>& editions) {
  return editions.page(chassis::select<Row>()
                           .only_if<&Row::rentable>(asked.rentable)
                           .only_if<&Row::language>(asked.language)
                           .newest_first<&Row::registered_at>(),
                       asked.page);
}

EditionOf::Result edition_of(const EditionOf& asked, const chassis::Rows<Editions>& editions) {
  auto row = editions.find(asked.edition);
  if (row && !row->stands.details) return std::nullopt;
  return row;
}

}  // namespace madang::catalog
