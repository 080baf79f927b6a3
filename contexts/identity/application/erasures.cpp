#include "identity/application/erasures.hpp"

#include <algorithm>

namespace madang::identity {

using Row = Erasures::Row;

ErasureOf::Result erasure_of(const ErasureOf& asked, const chassis::Rows<Erasures>& erasures) {
  return erasures.find(asked.person);
}

AllErasures::Result all_erasures(const AllErasures& asked,
                                 const chassis::Rows<Erasures>& erasures) {
  return erasures.page(chassis::select<Row>().newest_first<&Row::asked_at>(), asked.page);
}

ErasuresOpen::Result erasures_open(const ErasuresOpen& asked,
                                   const chassis::Rows<Erasures>& erasures) {
  ErasuresOpen::Result found{0, 0, {}};
  for (const auto state : {ErasureState::ending_business, ErasureState::destroying_keys})
    for (const auto& row : erasures.all(chassis::select<Row>().only<&Row::state>(state))) {
      ++found.open;
      if (row.at_latest < asked.now) ++found.overdue;
      found.oldest = std::min(found.oldest.value_or(row.asked_at), row.asked_at);
    }
  return found;
}

}  // namespace madang::identity
