#include "catalog/domain/isbn.hpp"

namespace madang::catalog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
int value(char c) { return c - '0'; }

// The 13th digit makes the sum of all, weighted 1, 3, 1, 3 …, a multiple of ten.
char check_digit_13(std::string_view twelve) {
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) sum += value(twelve[i]) * (i % 2 == 0 ? 1 : 3);
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

// The tenth, X for 10, makes the sum weighted 10, 9, 8 … a multiple of eleven.
char check_digit_10(std::string_view nine) {
  int sum = 0;
  for (std::size_t i = 0; i < 9; ++i) sum += value(nine[i]) * (10 - static_cast<int>(i));
  const int check = (11 - sum % 11) % 11;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

// The characters that count. Empty: something else stands in it, or hyphens stand together or outside.
std::string without_hyphens(std::string_view text) {
  std::string kept;
  bool after_digit = false;
  for (const char c : text) {
    const bool counts = is_digit(c) || c == 'X' || c == 'x';
    if (!counts && (!after_digit || (c != '-' && c != ' '))) return {};
    if (counts) kept += c == 'x' ? 'X' : c;
    after_digit = counts;
  }
  return after_digit ? kept : std::string{};
}

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return true;
}

}  // namespace

std::optional<Isbn> Isbn::parse(std::string_view text) {
  auto digits = without_hyphens(text);
  if (digits.size() == 10) {
    if (!all_digits(std::string_view{digits}.substr(0, 9)) || check_digit_10(digits) != digits[9])
      return std::nullopt;
    digits = "978" + digits.substr(0, 9);
    return Isbn{digits + check_digit_13(digits)};
  }
  if (digits.size() != 13 || !all_digits(digits)) return std::nullopt;
  if (!digits.starts_with("978") && !digits.starts_with("979")) return std::nullopt;
  if (check_digit_13(digits) != digits[12]) return std::nullopt;
  return Isbn{std::move(digits)};
}

}  // namespace madang::catalog
