#include "identity/domain/email_address.hpp"

#include <algorithm>

namespace madang::identity {
namespace {

constexpr std::size_t local_part_max = 64, label_max = 63, address_max = 254;  // RFC 5321

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_atom(char c) {
  return is_letter_or_digit(c) ||
         std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
}
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= label_max && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// Parts between dots, none of them empty.
template <class IsPart>
bool are_dotted(std::string_view text, std::size_t at_least, IsPart is_part) {
  std::size_t parts = 0;
  for (;;) {
    const auto dot = text.find('.');
    if (!is_part(text.substr(0, dot))) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts >= at_least;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<EmailAddress> EmailAddress::parse(std::string_view given) {
  if (given.size() > address_max) return std::nullopt;
  std::string text{given};
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto at = text.rfind('@');
  if (at == std::string::npos || at > local_part_max) return std::nullopt;
  const auto local = std::string_view{text}.substr(0, at);
  const auto domain = std::string_view{text}.substr(at + 1);
  const auto is_local = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_atom);
  };
  if (!are_dotted(local, 1, is_local) || !are_dotted(domain, 2, is_label)) return std::nullopt;
  return EmailAddress{std::move(text)};
}

std::string_view EmailAddress::local_part() const {
  return std::string_view{text_}.substr(0, text_.rfind('@'));
}

}  // namespace madang::identity
