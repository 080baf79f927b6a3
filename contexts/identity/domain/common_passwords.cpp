#include "identity/domain/common_passwords.hpp"

#include <unordered_set>

namespace madang::identity {
namespace {

// Taken from the frequency lists of zxcvbn; their notice stands in common_passwords.LICENSE.
constexpr std::string_view list =
#include "identity/domain/common_passwords.inc"
    ;

std::unordered_set<std::string_view> words_of(std::string_view text) {
  std::unordered_set<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find_first_of(" \n");
    if (end != 0) words.insert(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return words;
}

}  // namespace

bool is_common_password(std::string_view in_lower_case) {
  static const auto common = words_of(list);
  return common.contains(in_lower_case);
}

}  // namespace madang::identity
