#pragma once
// Access tokens that the chassis signs and everyone can verify, and refresh tokens that only this
// shop can tell from made-up ones:
//
//   refresh token = base64url(session id (16 bytes) | person id (16) | chance (32) | seal (32))
//   seal          = keyed digest of what stands before it, for "refresh-token"
//   what is kept  = base64url(SHA-256 of the whole text)
//
// A genuine token that is not live any more was therefore live once, and whoever presents it has
// stolen it or was stolen from: nothing else needs to be remembered to see that.
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/signing_keys.hpp"
#include "identity/application/ports/outbound/tokens.hpp"

namespace madang::identity {

inline constexpr std::chrono::minutes access_token_lasts{10};

struct TokenSettings {
  std::string issuer, audience;
  std::chrono::seconds lasts = access_token_lasts;  // of access tokens
};

// Any thread.
class SignedTokens final : public Tokens {
 public:
  SignedTokens(runtime::Runtime&, const security::SigningKeys&, std::string refresh_key,
               TokenSettings);

  AccessToken access_token(const PersonId&, const SessionId&, const ClientName&,
                           const std::set<Role>&, std::int64_t round) override;
  RefreshToken refresh_token(const SessionId&, const PersonId&) override;
  std::optional<RefreshToken> read(std::string_view text) const override;

 private:
  [[nodiscard]] std::string seal_of(std::string_view bytes) const;

  runtime::Runtime& runtime_;
  const security::SigningKeys& keys_;
  std::string refresh_key_;
  TokenSettings settings_;
};

}  // namespace madang::identity
