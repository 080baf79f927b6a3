#pragma once
// An authenticator app as people have on their phones, for tests: it is given a secret as the shop tells it, in base32, and shows the code
// of the moment.
#include <cstdint>
#include <string>
#include <string_view>

#include "chassis/security/totp.hpp"

namespace madang::testing {

inline std::string bytes_of_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    bits = (bits << 5U) | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> held) & 255U);
  }
  return bytes;
}

inline std::string code_shown(std::string_view secret, kernel::Instant now) {
  return security::totp_code(bytes_of_base32(secret), security::totp_step_at(now));
}

}  // namespace madang::testing
