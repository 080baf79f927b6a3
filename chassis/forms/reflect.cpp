#include "chassis/forms/reflect.hpp"

namespace madang::chassis {

std::string snake_case(std::string_view pascal) {
  std::string snake;
  for (const char letter : pascal) {
    const bool is_capital = letter >= 'A' && letter <= 'Z';
    if (is_capital && !snake.empty()) snake += '_';
    snake += is_capital ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return snake;
}

std::string slug_case(std::string_view snake) {
  std::string slug{snake};
  for (char& letter : slug)
    if (letter == '_') letter = '-';
  return slug;
}

}  // namespace madang::chassis
