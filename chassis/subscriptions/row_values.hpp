#pragma once
// Values as they stand in a row of SQLite.
#include "chassis/ports/rows.hpp"
#include "chassis/storage/sqlite.hpp"
#include <string>

namespace madang::chassis {

inline Scalar scalar_at(const storage::Statement& row, int column) {
  if (row.is_null(column)) return {};
  if (row.is_integer(column)) return row.integer(column);
  return std::string{row.text(column)};
}

}  // namespace madang::chassis
