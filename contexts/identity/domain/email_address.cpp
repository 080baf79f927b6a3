#include "identity/domain/email_address.hpp"

#include <algorithm>

namespace madang::identity {
namespace {

constexpr std::size_t local_part_max = 64, label_max = 63, address_max = 254;  // RFC 5321

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_local_part(std::string_view text) {
  return !text.empty() && text.size() <= local_part_max && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view{".!#$%&'*+/=?^_`{|}~-"}.find(c) != std::string_view::npos;
  });
}
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= label_max && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}
bool is_domain(std::string_view text) {
  for (std::size_t labels = 1;; ++labels) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return labels >= 2;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<EmailAddress> EmailAddress::parse(std::string_view given) {
  if (given.size() > address_max) return std::nullopt;
  std::string text{given};
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto at = text.find('@');
  if (at == std::string::npos) return std::nullopt;
  const auto address = std::string_view{text};
  if (!is_local_part(address.substr(0, at)) || !is_domain(address.substr(at + 1)))
    return std::nullopt;
  return EmailAddress{std::move(text)};
}

std::string_view EmailAddress::local_part() const {
  return std::string_view{text_}.substr(0, text_.find('@'));
}

}  // namespace madang::identity
