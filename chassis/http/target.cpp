#include "chassis/http/target.hpp"

#include <array>
#include <cstdint>

namespace madang::http {

namespace {

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

enum class Part { path, query };

// What RFC 3986 lets stand unencoded in a path or query, and the five characters ([]|^`) that
// browsers send as they are.
bool may_stand(char c, Part part) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  if (std::string_view{"-._~!$&'()*+,;=:@/[]|^`"}.contains(c)) return true;
  return part == Part::query && c == '?';
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::expected<std::string, std::string_view> decoded(std::string_view text, Part part) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      if (!may_stand(text[at], part))
        return std::unexpected{"The target holds a character that must be percent-encoded."};
      plain += part == Part::query && text[at] == '+' ? ' ' : text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[at + 2]) : -1;
    if (low < 0) return std::unexpected{"A percent sign is not followed by two digits."};
    const char c = static_cast<char>(high << 4 | low);
    if (part == Part::path && (is_control(c) || c == '/' || c == '\\'))
      return std::unexpected{"The path holds an encoded slash or control character."};
    if (c == '\0') return std::unexpected{"The query holds an encoded zero byte."};
    plain += c;
    at += 2;
  }
  if (!is_utf8(plain)) return std::unexpected{"The target is not UTF-8."};
  return plain;
}

std::expected<std::string, std::string_view> decoded_path(std::string_view text) {
  if (text.empty() || text[0] != '/')
    return std::unexpected{"The target must be a path that begins with a slash."};
  auto path = decoded(text, Part::path);
  if (!path) return path;
  for (std::size_t start = 1; start <= path->size();) {
    const std::size_t end = std::min(path->find('/', start), path->size());
    const auto segment = std::string_view{*path}.substr(start, end - start);
    if (segment == "." || segment == "..") return std::unexpected{"The path holds dot segments."};
    if (segment.empty() && end != path->size())
      return std::unexpected{"The path holds an empty segment."};
    start = end + 1;
  }
  return path;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
  };
  const auto follows = [&](std::size_t at) { return (byte(at) & 0xc0) == 0x80; };
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t lead = byte(at);
    if (lead < 0x80) {
      at += 1;
    } else if (lead >= 0xc2 && lead <= 0xdf && follows(at + 1)) {
      at += 2;
    } else if ((lead & 0xf0) == 0xe0 && follows(at + 1) && follows(at + 2)) {
      const std::uint8_t second = byte(at + 1);
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return false;
      at += 3;
    } else if (lead >= 0xf0 && lead <= 0xf4 && follows(at + 1) && follows(at + 2) &&
               follows(at + 3)) {
      const std::uint8_t second = byte(at + 1);
      if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
      at += 4;
    } else {
      return false;
    }
  }
  return true;
}

std::expected<Target, std::string_view> parse_target(std::string_view text) {
  const std::size_t mark = std::min(text.find('?'), text.size());
  auto path = decoded_path(text.substr(0, mark));
  if (!path) return std::unexpected{path.error()};
  Target target{std::move(*path), {}};
  for (std::size_t start = mark + 1; start < text.size();) {
    const std::size_t end = std::min(text.find('&', start), text.size());
    const auto parameter = text.substr(start, end - start);
    start = end + 1;
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    auto name = decoded(parameter.substr(0, equals), Part::query);
    if (!name) return std::unexpected{name.error()};
    auto value = equals < parameter.size() ? decoded(parameter.substr(equals + 1), Part::query)
                                           : std::string{};
    if (!value) return std::unexpected{value.error()};
    target.query.add(std::move(*name), std::move(*value));
  }
  return target;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || std::string_view{"-._~"}.contains(c);
    if (unreserved) {
      encoded += c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      encoded += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace madang::http
