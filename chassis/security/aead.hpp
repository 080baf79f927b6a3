#pragma once
// Encryption that also shows any change (AES-256-GCM, NIST SP 800-38D). One box under a fresh nonce
// each time; a key is good for 2^32 of them.
//
//   box = 0x01, nonce (12 bytes, random), ciphertext, tag (16 bytes)
#include <optional>
#include <string>
#include <string_view>

#include "chassis/runtime/runtime.hpp"

namespace madang::security {

inline constexpr std::size_t box_overhead = 1 + 12 + 16;

// `key` is 32 bytes. `about` is not in the box: who opens it must say the same.
std::string seal_box(runtime::Runtime&, std::string_view key, std::string_view about,
                     std::string_view plain);
std::optional<std::string> open_box(std::string_view key, std::string_view about,
                                    std::string_view box);

}  // namespace madang::security
