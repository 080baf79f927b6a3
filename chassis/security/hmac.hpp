#pragma once
// A digest that only the owner of a key can make (HMAC-SHA-256, RFC 2104), and how to compare one
// with what a stranger sent.
#include <array>
#include <cstdint>
#include <string_view>

#include "chassis/security/sha256.hpp"

namespace madang::security {

Digest256 hmac_sha256(std::string_view key, std::string_view bytes);
// For what others compute so (totp.hpp). As an HMAC, unlike as a digest, SHA-1 is not broken (NIST SP 800-131A).
std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view bytes);

// Takes the same time whatever the contents, so that a secret cannot be guessed byte by byte. Only
// the lengths may show.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace madang::security
