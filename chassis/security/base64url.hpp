#pragma once
// Bytes as text that is safe in an address (RFC 4648 section 5), without padding, as JOSE wants it.
#include <optional>
#include <string>
#include <string_view>

namespace madang::security {

std::string base64url(std::string_view bytes);

// nullopt for anything that base64url() would not have written: padding, line ends, another
// alphabet, a length that cannot be, bits left over. So one value has one text, and no more.
std::optional<std::string> parse_base64url(std::string_view text);

}  // namespace madang::security
