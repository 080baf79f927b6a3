#pragma once
// How many points a customer has.
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "tests/points/domain/points_account.hpp"

namespace madang::points {

struct PointsHeld {
  using Key = PersonId;
  using Reads = OneOf<PointsAccount>;
  struct Row {
    std::int64_t points = 0;
  };

  static Row evolve(Row row, const PointsGiven& it) { return {row.points + it.points}; }
  static Row evolve(Row row, const PointsTakenBack& it) { return {row.points - it.points}; }
};

struct PointsOf {
  using Result = std::int64_t;
  PersonId customer;
};
inline std::int64_t points_of(const PointsOf& asked, const chassis::Rows<PointsHeld>& held) {
  const auto row = held.find(asked.customer);
  return row ? row->points : 0;
}

}  // namespace madang::points
