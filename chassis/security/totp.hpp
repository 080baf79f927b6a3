#pragma once
// Codes of six digits that an app on a phone shows for thirty seconds each (TOTP, RFC 6238, over HMAC-SHA-1 as every such app
// does it). App and server share a secret and count the same steps of time. A code is known in its own step and one to
// either side, as clocks differ and people type (RFC 6238 section 5.2); that it is taken once only is for the caller to see
// to, by the step that it was for.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/instant.hpp"

namespace madang::security {

inline constexpr std::chrono::seconds totp_step{30};
inline constexpr std::int64_t totp_steps_aside = 1;
inline constexpr std::size_t totp_secret_size =
    20;  // bytes: as long as the digest (RFC 4226 section 4)

std::int64_t totp_step_at(kernel::Instant);
std::string totp_code(std::string_view secret, std::int64_t step);

// The step that this is the code of: the latest, should it be that of two. Nothing: of none near enough. Takes the same
// time whichever it is.
std::optional<std::int64_t> totp_step_of(std::string_view code, std::string_view secret,
                                         kernel::Instant now);

// What an app reads, from a picture of it mostly: whose secret it is, and how it is used. Secret.
std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace madang::security
