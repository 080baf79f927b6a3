#include "kernel/id.hpp"

namespace madang::kernel {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr bool hyphen_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

// By character; -1: it is none.
constexpr auto values = [] {
  std::array<std::int8_t, 256> all{};
  all.fill(-1);
  for (std::int8_t i = 0; i < 16; ++i) {
    const auto c = static_cast<unsigned char>(digits[static_cast<std::size_t>(i)]);
    all[c] = i;
    if (c >= 'a') all[c - 'a' + std::size_t{'A'}] = i;
  }
  return all;
}();

int digit(char c) { return values[static_cast<unsigned char>(c)]; }

}  // namespace

std::string uuid_text(const IdBytes& bytes) {
  std::string text(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (hyphen_before(i)) ++at;
    text[at++] = digits[bytes[i] >> 4U];
    text[at++] = digits[bytes[i] & 15U];
  }
  return text;
}

std::optional<IdBytes> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  IdBytes bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (hyphen_before(i) && text[at++] != '-') return std::nullopt;
    const int high = digit(text[at]);
    const int low = digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return bytes;
}

}  // namespace madang::kernel
