#pragma once
// How far a client has come, as it carries it from an effect to a query (Madang-Position). Opaque to
// the client, and only the shop can make one, so a query cannot be made to wait for what is not there.
//
//   positions = log "=" number *( "," log "=" number )
#include <optional>
#include <string>
#include <string_view>

#include "chassis/ports/commands.hpp"
#include "chassis/security/signed_text.hpp"

namespace madang::contracts {

std::string position_token(const chassis::Positions&, const security::SignedTexts&);

// nullopt for what the shop has not made.
std::optional<chassis::Positions> parse_position_token(std::string_view,
                                                       const security::SignedTexts&);

}  // namespace madang::contracts
