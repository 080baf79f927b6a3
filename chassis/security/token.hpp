#pragma once
// Access tokens: a JWT (RFC 7519) in the profile of RFC 9068, signed with ES256 and nothing else.
//
//   header   {"alg":"ES256","typ":"at+jwt","kid":"<thumbprint of the key>"}
//   payload  {"iss":…,"aud":…,"sub":"<person id>","jti":…,"sid":"<session>","client_id":…,
//             "roles":["customer"],"round":n,"iat":s,"nbf":s,"exp":s}        seconds since 1970, whole numbers
//   round    of the person's sessions: those of an earlier one may have ended together; 0 when it is missing
//   token    base64url(header) "." base64url(payload) "." base64url(64 bytes of signature)
//
// What a token says about its algorithm is compared with the allow-list and never followed: with
// "none" or an HMAC under the public key as its secret, forgers have walked through many a gate.
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/security/es256.hpp"
#include "kernel/ids.hpp"
#include "kernel/instant.hpp"

namespace madang::security {

inline constexpr std::size_t token_size_max = 4096;

struct TokenClaims {
  std::string issuer, audience;
  kernel::PersonId person;
  std::string id, session, client;
  std::vector<std::string> roles;
  std::int64_t round = 0;
  kernel::Instant issued_at, not_before, expires_at;

  friend bool operator==(const TokenClaims&, const TokenClaims&) = default;
};

enum class TokenFault {
  malformed,  // not the form above; too long; a claim missing, of another type or out of range
  wrong_algorithm,  // not in the allow-list
  wrong_type,       // signed by the right key, perhaps, but never meant as an access token
  unknown_key,
  wrong_signature,
  wrong_issuer,
  wrong_audience,
  expired,
  not_yet_valid,
};
std::string_view text_of(TokenFault);  // for logs: no reader outside learns which it was

// Throws std::invalid_argument for what parse_token would not take: a role or an id that is no slug.
std::string sign_token(const TokenClaims&, const Es256PrivateKey&);

struct UnverifiedToken {
  std::string key_id;
  std::string_view signed_part;  // of the text that was parsed
  std::string signature;
  std::string payload;
};

// The form and the header alone. Believe nothing of it before the signature is verified.
std::expected<UnverifiedToken, TokenFault> parse_token(std::string_view text);

// The claims inside a payload whose signature is right.
std::expected<TokenClaims, TokenFault> parse_claims(std::string_view payload);

}  // namespace madang::security
