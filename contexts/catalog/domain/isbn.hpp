#pragma once
// The International Standard Book Number (ISO 2108): 13 digits of which the last checks the others. The
// ten-digit form of before 2007 names the same book and is taken as its 13 digits.
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace madang::catalog {

class Isbn {
 public:
  // Hyphens and spaces between digits do not matter. nullopt: this is no ISBN.
  [[nodiscard]] static std::optional<Isbn> parse(std::string_view text);
  [[nodiscard]] const std::string& digits() const { return digits_; }  // 13 of them
  friend auto operator<=>(const Isbn&, const Isbn&) = default;

 private:
  explicit Isbn(std::string digits) : digits_{std::move(digits)} {}
  std::string digits_;
};

}  // namespace madang::catalog
