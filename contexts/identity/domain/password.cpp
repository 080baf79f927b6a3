#include "identity/domain/password.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "identity/domain/common_passwords.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t repeated_piece_max = 4;
constexpr int own_characters_min = 8;  // beside the person's address and the shop's name
constexpr std::size_t telling_name_min = 3;

int characters(std::string_view utf8) {
  return static_cast<int>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// The shortest piece of which the text is made: "abcabca" is made of "abc".
std::string_view piece_of(std::string_view text) {
  for (std::size_t size = 1; size < text.size(); ++size)
    if (text.substr(size) == text.substr(0, text.size() - size)) return text.substr(0, size);
  return text;
}

bool runs_along(std::string text) {
  static constexpr std::array<std::string_view, 5> rows{"abcdefghijklmnopqrstuvwxyz", "1234567890",
                                                        "qwertyuiop", "qwertyuiopasdfghjklzxcvbnm",
                                                        "가나다라마바사아자차카타파하"};
  const auto is_part_of_a_row = [&] {
    return std::ranges::any_of(rows, [&](std::string_view row) {
      std::string endless;
      while (endless.size() < text.size() + row.size()) endless += row;
      return endless.find(text) != std::string::npos;
    });
  };
  if (is_part_of_a_row()) return true;
  std::ranges::reverse(text);
  return is_part_of_a_row();
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool is_letter_or_digit(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// What stands between others: "password" of "(password123)" when only letters belong to it.
std::string_view core_of(std::string_view text, bool (*belongs)(char)) {
  while (!text.empty() && !belongs(text.front())) text.remove_prefix(1);
  while (!text.empty() && !belongs(text.back())) text.remove_suffix(1);
  return text;
}
bool is_common_at_heart(std::string_view text) {
  return is_common_password(text) || is_common_password(core_of(text, is_letter)) ||
         is_common_password(core_of(text, is_letter_or_digit));
}

int characters_without(std::string text, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (name.size() < telling_name_min) continue;
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
      text.erase(at, name.size());
  }
  return characters(text);
}

}  // namespace

PasswordRefusal refusal_of(std::string_view password, const EmailAddress& whose,
                           PasswordRule rule) {
  if (characters(password) < rule.length_min) return because::password_too_short{rule.length_min};
  const auto lower = in_lower_case(password);
  const auto piece = piece_of(lower);
  const bool tried_first = piece.size() <= repeated_piece_max || is_common_at_heart(lower) ||
                           is_common_at_heart(piece) || runs_along(lower) ||
                           characters_without(lower, {whose.text(), whose.local_part(), "madang",
                                                      "마당"}) < own_characters_min;
  if (tried_first) return because::password_too_common{};
  return {};
}

}  // namespace madang::identity
