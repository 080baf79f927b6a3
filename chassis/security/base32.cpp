#include "chassis/security/base32.hpp"

#include <cstdint>

namespace madang::security {

std::string base32(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<std::uint8_t>(c);
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += alphabet[(bits >> held) & 31U];
    }
  }
  if (held > 0) text += alphabet[(bits << (5 - held)) & 31U];
  return text;
}

}  // namespace madang::security
