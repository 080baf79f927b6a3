#pragma once
// A digest that only the owner of a key can make (HMAC-SHA-256, RFC 2104), and how to compare one
// with what a stranger sent.
#include <string_view>

#include "chassis/security/sha256.hpp"

namespace madang::security {

Digest256 hmac_sha256(std::string_view key, std::string_view bytes);

// Takes the same time whatever the contents, so that a secret cannot be guessed byte by byte. Only
// the lengths may show.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace madang::security
