#include "catalog/adapters/outbound/active_content.hpp"

#include <algorithm>
#include <array>

namespace madang::catalog {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t word_max = 64;  // no name that matters here is longer
constexpr auto scripted = "javascript:"sv;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

}  // namespace

bool begins_a_program(std::string_view first_bytes) {
  constexpr std::array beginnings{
      "MZ"sv,  // Windows
      "\x7f"
      "ELF"sv,               // Linux
      "#!"sv,                // a script for a shell
      "\xca\xfe\xba\xbe"sv,  // Java, and macOS for several processors
      "\xcf\xfa\xed\xfe"sv,  // macOS
      "\xce\xfa\xed\xfe"sv,
  };
  return std::ranges::any_of(beginnings, [&](auto it) { return first_bytes.starts_with(it); });
}

bool begins_markup(std::string_view first_bytes) {
  constexpr auto marks_and_blanks = "\xef\xbb\xbf\xfe\xff\0 \t\r\n"sv;
  const auto first = first_bytes.find_first_not_of(marks_and_blanks);
  return first != first_bytes.npos && first_bytes[first] == '<';
}

void ActiveMarkup::read(std::string_view piece) {
  for (const char c : piece)
    if (c != '\0') take(small(c));  // every other byte of Latin letters in UTF-16
}

void ActiveMarkup::take(char c) {
  const bool ends_a_word = is_blank(c) || c == '/' || c == '=' || c == '<' || c == '>';
  switch (at_) {
    case At::text:
      if (c == '<') begin(At::name);
      return;
    case At::name:
      if (!ends_a_word) return add(c);
      judge_name();
      at_ = word_.starts_with('!') || word_.starts_with('?') ? At::text : At::between;
      return between(c);
    case At::attribute:
      if (!ends_a_word) return add(c);
      at_ = At::between;
      return between(c);
    case At::between: return between(c);
    case At::before_value:
      if (is_blank(c)) return;
      begin(c == '"' || c == '\'' ? At::quoted : At::bare);
      quote_ = c;
      if (at_ == At::bare) value(c);
      return;
    case At::quoted:
    case At::bare: return value(c);
  }
}

void ActiveMarkup::between(char c) {
  if (c == '<') return begin(At::name);
  if (c == '>') at_ = At::text;
  if (at_ != At::between || is_blank(c) || c == '/') return;
  if (c == '=') {
    judge_attribute();
    at_ = At::before_value;
  } else {
    begin(At::attribute);
    add(c);
  }
}

void ActiveMarkup::value(char c) {
  const bool ends = at_ == At::quoted ? c == quote_ : is_blank(c) || c == '>';
  if (ends) at_ = c == '>' ? At::text : At::between;
  else if (!is_blank(c)) add(c);
  if (ends && word_.starts_with(scripted)) found("an address that is a script");
}

void ActiveMarkup::judge_name() {
  if (word_ == "!entity") found("a declared entity");
  if (without_prefix(word_) == "script") found("a script");
}

void ActiveMarkup::judge_attribute() {
  if (word_.size() > 2 && word_.starts_with("on") && std::ranges::all_of(word_, is_letter))
    found("a script for an event");
}

void ActiveMarkup::begin(At at) {
  at_ = at;
  word_.clear();
}

void ActiveMarkup::add(char c) {
  if (word_.size() < word_max) word_ += c;
}

void ActiveMarkup::found(const char* what) {
  if (!found_) found_ = what;
}

}  // namespace madang::catalog
