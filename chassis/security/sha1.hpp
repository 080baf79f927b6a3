#pragma once
// SHA-1 (FIPS 180-4), which is broken: nothing may rest on it. For finding what others keep under it.
// Throws std::runtime_error only when the cryptographic library itself is broken.
#include <array>
#include <cstdint>
#include <string_view>

namespace madang::security {

std::array<std::uint8_t, 20> sha1(std::string_view bytes);

}  // namespace madang::security
