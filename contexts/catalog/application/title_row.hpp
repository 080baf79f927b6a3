#pragma once
// What one row of a list of titles says of an edition, checked as the catalog's REST interface checks it.
#include "catalog/domain/words.hpp"
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace madang::catalog {

// Where the columns stand, by the names in the first row.
class TitleColumns {
 public:
  // Otherwise why the list cannot be read.
  [[nodiscard]] static std::expected<TitleColumns, std::string> of(
      const std::vector<std::string>& names);
  // Otherwise why the row is refused.
  [[nodiscard]] std::expected<Details, std::string> details(
      const std::vector<std::string>& fields, const std::string& publisher,
      const std::optional<std::string>& when_untitled) const;

 private:
  std::optional<std::size_t> id_, isbn_, title_, authors_, language_;
};

}  // namespace madang::catalog
