#include "contracts/support/refusals.hpp"

#include <algorithm>
#include <array>

namespace madang::contracts {
namespace {

// ISO 4217 currencies without minor units that a shop of books may meet; all others have two digits.
constexpr std::array<std::string_view, 4> whole{"CLP", "JPY", "KRW", "VND"};

}  // namespace

std::string json_of(kernel::Money money) {
  return R"({"amount":)" + std::to_string(money.in_minor_units()) + R"(,"currency":")" +
         money.currency().text() + "\"}";
}

std::string shown(kernel::Money money) {
  const auto currency = money.currency().text();
  const bool is_whole = std::ranges::find(whole, currency) != whole.end();
  const auto minor = money.in_minor_units();
  std::string digits = std::to_string(minor < 0 ? -minor : minor);
  std::string fraction;
  if (!is_whole) {
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    fraction = '.' + digits.substr(digits.size() - 2);
    digits.resize(digits.size() - 2);
  }
  for (auto at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return (minor < 0 ? "-" : "") + digits + fraction + ' ' + currency;
}

}  // namespace madang::contracts
