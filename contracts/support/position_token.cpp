#include "contracts/support/position_token.hpp"

#include <algorithm>
#include <charconv>

namespace madang::contracts {

std::string position_token(const chassis::Positions& positions,
                           const security::SignedTexts& signatures) {
  std::string text;
  for (const auto& [log, position] : positions)
    text += (text.empty() ? "" : ",") + log + '=' + std::to_string(position);
  return signatures.sign(text);
}

std::optional<chassis::Positions> parse_position_token(std::string_view token,
                                                       const security::SignedTexts& signatures) {
  const auto text = signatures.open(token);
  if (!text) return std::nullopt;

  chassis::Positions positions;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const auto equals = part.find('=');
    chassis::Position position = 0;
    if (equals == std::string_view::npos ||
        std::from_chars(part.data() + equals + 1, part.data() + part.size(), position).ptr !=
            part.data() + part.size())
      return std::nullopt;
    positions.emplace(part.substr(0, equals), position);
  }
  return positions;
}

}  // namespace madang::contracts
