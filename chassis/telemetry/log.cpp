#include "chassis/telemetry/log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "chassis/http/problem.hpp"
#include "chassis/telemetry/time_text.hpp"
#include "kernel/match.hpp"

namespace madang::telemetry {

namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};
constexpr std::string_view nothing_to_see = "[redacted]";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_token(char c) { return is_alphanumeric(c) || std::string_view{"-._~+/="}.contains(c); }

// The check digit that card numbers end in (ISO/IEC 7812-1).
bool has_check_digit(std::string_view digits) {
  int sum = 0;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    const int digit = digits[digits.size() - 1 - at] - '0';
    const int weighed = at % 2 == 0 ? digit : 2 * digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 == 0;
}

// How many characters from here on are a card number, written with or without gaps; 0 for none.
std::size_t card_number_at(std::string_view text) {
  std::string digits;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size() && digits.size() <= 19; ++at) {
    if (is_digit(text[at])) {
      digits += text[at];
      length = at + 1;
    } else if (text[at] != ' ' && text[at] != '-') {
      break;
    }
  }
  const bool ends = length == text.size() || !is_alphanumeric(text[length]);
  return ends && digits.size() >= 13 && digits.size() <= 19 && has_check_digit(digits) ? length : 0;
}

// The same for a token after "Bearer ", or one that begins as a JSON Web Token does.
std::size_t token_at(std::string_view text) {
  constexpr std::string_view bearer = "bearer ";
  std::size_t from = 0;
  if (std::ranges::equal(text.substr(0, bearer.size()), bearer,
                         [](char a, char b) { return (a | 0x20) == (b | 0x20); }))
    from = bearer.size();
  else if (!text.starts_with("eyJ")) return 0;
  std::size_t end = from;
  while (end < text.size() && is_of_token(text[end])) ++end;
  return end - from >= 8 ? end : 0;
}

void append(std::string& line, std::string_view name, std::string_view json) {
  line += line.empty() ? '{' : ',';
  line += http::json_quoted(name);
  line += ':';
  line += json;
}

std::string json_of(double number) {
  if (!std::isfinite(number)) return "null";
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

}  // namespace

std::string_view text_of(Level level) { return level_names[static_cast<std::size_t>(level)]; }

std::optional<Level> parse_level(std::string_view text) {
  const auto found = std::ranges::find(level_names, text);
  if (found == level_names.end()) return std::nullopt;
  return static_cast<Level>(found - level_names.begin());
}

bool is_secret_name(std::string_view name) {
  constexpr std::string_view wherever[] = {"authorization", "cookie", "token", "password",
                                           "secret"};
  constexpr std::string_view as_a_word[] = {"card", "cvc", "credential", "credentials", "pin"};
  std::string lower{name};
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  for (const auto part : wherever)
    if (lower.contains(part)) return true;
  for (std::size_t start = 0; start < lower.size();) {
    std::size_t end = start;
    while (end < lower.size() && is_alphanumeric(lower[end])) ++end;
    const auto word = std::string_view{lower}.substr(start, end - start);
    if (std::ranges::find(as_a_word, word) != std::end(as_a_word)) return true;
    start = end + 1;
  }
  return false;
}

std::string redacted(std::string_view text) {
  std::string clean;
  bool in_word = false;
  while (!text.empty()) {
    const std::size_t secret = in_word ? 0 : std::max(token_at(text), card_number_at(text));
    if (secret > 0) {
      clean += nothing_to_see;
      text.remove_prefix(secret);
      continue;
    }
    in_word = is_alphanumeric(text[0]);
    clean += text[0];
    text.remove_prefix(1);
  }
  return clean;
}

void Log::write(Level level, std::string_view kind, std::initializer_list<Field> fields) {
  if (level < least_) return;
  std::string line;
  append(line, "at", http::json_quoted(time_text(clock_())));
  append(line, "log", http::json_quoted(kind));
  append(line, "level", http::json_quoted(text_of(level)));
  for (const Field& field : fields) {
    const std::string json =
        is_secret_name(field.name)
            ? http::json_quoted(nothing_to_see)
            : kernel::match(
                  field.value,
                  [](std::string_view text) { return http::json_quoted(redacted(text)); },
                  [](std::int64_t number) { return std::to_string(number); },
                  [](double number) { return json_of(number); },
                  [](bool truth) { return std::string{truth ? "true" : "false"}; });
    append(line, field.name, json);
  }
  sink_(std::move(line += '}'));
}

}  // namespace madang::telemetry
