#include "chassis/security/totp.hpp"

#include "chassis/http/target.hpp"
#include "chassis/security/base32.hpp"
#include "chassis/security/hmac.hpp"

namespace madang::security {

std::int64_t totp_step_at(kernel::Instant now) {
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch() / totp_step;
}

// HOTP (RFC 4226 section 5.3) of the number of the step.
std::string totp_code(std::string_view secret, std::int64_t step) {
  std::string counter(8, '\0');
  for (std::size_t i = 0; i < counter.size(); ++i)
    counter[counter.size() - 1 - i] = static_cast<char>(static_cast<std::uint64_t>(step) >> 8 * i);
  const auto digest = hmac_sha1(secret, counter);
  const std::size_t offset = digest.back() & 0x0FU;
  std::uint32_t number = digest[offset] & 0x7FU;
  for (std::size_t i = 1; i < 4; ++i) number = (number << 8U) | digest[offset + i];
  const auto digits = std::to_string(1'000'000 + number % 1'000'000);
  return digits.substr(1);
}

std::optional<std::int64_t> totp_step_of(std::string_view code, std::string_view secret,
                                         kernel::Instant now) {
  std::optional<std::int64_t> found;
  const auto present = totp_step_at(now);
  for (auto step = present - totp_steps_aside; step <= present + totp_steps_aside; ++step)
    if (same_secret(code, totp_code(secret, step))) found = step;
  return found;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account,
                        std::string_view secret) {
  const auto name = http::percent_encoded(issuer);
  return "otpauth://totp/" + name + ":" + http::percent_encoded(account) +
         "?secret=" + base32(secret) + "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace madang::security
