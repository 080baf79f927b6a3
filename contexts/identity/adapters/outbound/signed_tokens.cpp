#include "identity/adapters/outbound/signed_tokens.hpp"

#include <algorithm>

#include "chassis/ports/ids.hpp"
#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/token.hpp"
#include "identity/adapters/outbound/kept_hash.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t id_size = 16, chance_size = 32, seal_size = 32;
constexpr std::size_t sealed_size = 2 * id_size + chance_size;

kernel::IdBytes id_at(std::string_view bytes, std::size_t at) {
  kernel::IdBytes id;
  std::ranges::transform(bytes.substr(at, id.size()), id.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

RefreshToken token_of(std::string text, std::string_view bytes) {
  const auto hash = kept_hash(text);
  return {std::move(text), SessionId{id_at(bytes, 0)}, PersonId{id_at(bytes, id_size)}, {hash}};
}

}  // namespace

SignedTokens::SignedTokens(runtime::Runtime& runtime, const security::SigningKeys& keys,
                           std::string refresh_key, TokenSettings settings)
    : runtime_{runtime},
      keys_{keys},
      refresh_key_{std::move(refresh_key)},
      settings_{std::move(settings)} {}

AccessToken SignedTokens::access_token(const PersonId& person, const SessionId& session,
                                       const ClientName& client, const std::set<Role>& roles,
                                       std::int64_t round) {
  const auto now = std::chrono::floor<std::chrono::seconds>(runtime_.now());
  std::vector<std::string> names;
  names.reserve(roles.size());
  for (const auto role : roles) names.emplace_back(text_of(role));
  const security::TokenClaims claims{
      .issuer = settings_.issuer,
      .audience = settings_.audience,
      .person = person,
      .id = security::base64url(security::random_bytes(runtime_, id_size)),
      .session = session.text(),
      .client = client.text,
      .roles = std::move(names),
      .round = round,
      .issued_at = now,
      .not_before = now,
      .expires_at = now + settings_.lasts};
  return {security::sign_token(claims, keys_.current()), settings_.lasts};
}

RefreshToken SignedTokens::refresh_token(const SessionId& session, const PersonId& person) {
  std::string bytes;
  bytes += security::as_text(session.bytes());
  bytes += security::as_text(person.bytes());
  bytes += security::random_bytes(runtime_, chance_size);
  bytes += seal_of(bytes);
  return token_of(security::base64url(bytes), bytes);
}

std::optional<RefreshToken> SignedTokens::read(std::string_view text) const {
  const auto bytes = security::parse_base64url(text);
  if (!bytes || bytes->size() != sealed_size + seal_size) return std::nullopt;
  const std::string_view all{*bytes};
  if (!security::same_secret(all.substr(sealed_size), seal_of(all.substr(0, sealed_size))))
    return std::nullopt;
  return token_of(std::string{text}, all);
}

std::string SignedTokens::seal_of(std::string_view bytes) const {
  return std::string{
      security::as_text(security::keyed_digest(refresh_key_, "refresh-token", {bytes}))};
}

}  // namespace madang::identity
