#include "chassis/security/token.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "chassis/json/json.hpp"
#include "chassis/security/base64url.hpp"

namespace madang::security {
namespace {

using chassis::JsonDocument, chassis::JsonView, chassis::JsonWriter;
using kernel::Instant;

constexpr std::string_view the_algorithm = "ES256";
constexpr std::string_view the_type = "at+jwt";
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999
constexpr std::size_t roles_max = 16;
constexpr std::size_t slug_size_max = 64;

// Roles and ids travel on in headers and logs, so they are short and of harmless characters.
bool is_slug(std::string_view text) {
  constexpr auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= slug_size_max && std::ranges::all_of(text, harmless);
}

std::optional<JsonDocument> object_in(std::string_view text) {
  auto document = JsonDocument::from_outside(text);
  if (!document || !document->root().is_object()) return std::nullopt;
  return document;
}

std::optional<std::string_view> text_in(const JsonView& object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->is_text() ? std::optional{value->text()} : std::nullopt;
}

std::optional<std::string> slug_in(const JsonView& object, std::string_view name) {
  const auto text = text_in(object, name);
  return text && is_slug(*text) ? std::optional{std::string{*text}} : std::nullopt;
}

std::optional<Instant> second_in(const JsonView& object, std::string_view name) {
  const auto value = object.find(name);
  if (!value || !value->is_integer()) return std::nullopt;
  const auto seconds = value->integer();
  if (seconds < 0 || seconds > last_second) return std::nullopt;
  return Instant{std::chrono::seconds{seconds}};
}

// Tokens of before there were rounds say none.
std::optional<std::int64_t> round_in(const JsonView& object) {
  const auto value = object.find("round");
  if (!value) return 0;
  if (!value->is_integer() || value->integer() < 0) return std::nullopt;
  return value->integer();
}

std::optional<std::vector<std::string>> roles_in(const JsonView& object) {
  const auto value = object.find("roles");
  if (!value || !value->is_array() || value->size() > roles_max) return std::nullopt;
  std::vector<std::string> roles;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const auto role = value->at(i);
    if (!role.is_text() || !is_slug(role.text())) return std::nullopt;
    roles.emplace_back(role.text());
  }
  return roles;
}

void write(JsonWriter& json, std::string_view name, Instant at) {
  json.integer(name, std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::string header_for(const Es256PublicKey& key) {
  std::string text;
  JsonWriter json{text};
  json.begin_object();
  json.text("alg", the_algorithm);
  json.text("typ", the_type);
  json.text("kid", key.id());
  json.end_object();
  return text;
}

std::string payload_of(const TokenClaims& claims) {
  std::string text;
  JsonWriter json{text};
  json.begin_object();
  json.text("iss", claims.issuer);
  json.text("aud", claims.audience);
  json.text("sub", claims.person.text());
  json.text("jti", claims.id);
  json.text("sid", claims.session);
  json.text("client_id", claims.client);
  json.member("roles");
  json.begin_array();
  for (const auto& role : claims.roles) json.text(role);
  json.end_array();
  json.member("round");
  json.integer(claims.round);
  write(json, "iat", claims.issued_at);
  write(json, "nbf", claims.not_before);
  write(json, "exp", claims.expires_at);
  json.end_object();
  return text;
}

}  // namespace

std::string_view text_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::malformed: return "malformed";
    case TokenFault::wrong_algorithm: return "wrong algorithm";
    case TokenFault::wrong_type: return "wrong type";
    case TokenFault::unknown_key: return "unknown key";
    case TokenFault::wrong_signature: return "wrong signature";
    case TokenFault::wrong_issuer: return "wrong issuer";
    case TokenFault::wrong_audience: return "wrong audience";
    case TokenFault::expired: return "expired";
    case TokenFault::not_yet_valid: return "not yet valid";
  }
  return "unknown";
}

std::string sign_token(const TokenClaims& claims, const Es256PrivateKey& key) {
  const auto payload = payload_of(claims);
  if (!parse_claims(payload)) throw std::invalid_argument{"claims that no reader would take"};
  auto token = base64url(header_for(key.public_key())) + '.' + base64url(payload);
  token += '.' + base64url(key.sign(token));
  if (token.size() > token_size_max) throw std::invalid_argument{"claims too long for a token"};
  return token;
}

std::expected<UnverifiedToken, TokenFault> parse_token(std::string_view text) {
  using enum TokenFault;
  const auto first = text.find('.');
  const auto second = text.rfind('.');
  if (text.size() > token_size_max || first == second) return std::unexpected{malformed};
  const auto header_bytes = parse_base64url(text.substr(0, first));
  const auto payload = parse_base64url(text.substr(first + 1, second - first - 1));
  const auto signature = parse_base64url(text.substr(second + 1));
  if (!header_bytes || !payload || !signature) return std::unexpected{malformed};
  const auto document = object_in(*header_bytes);
  if (!document) return std::unexpected{malformed};
  const auto header = document->root();
  // "crit" lists extensions that must be understood (RFC 7515 section 4.1.11); none is here.
  if (header.find("crit")) return std::unexpected{malformed};
  if (text_in(header, "alg") != the_algorithm) return std::unexpected{wrong_algorithm};
  if (text_in(header, "typ") != the_type) return std::unexpected{wrong_type};
  const auto key_id = text_in(header, "kid");
  if (!key_id) return std::unexpected{malformed};
  return UnverifiedToken{std::string{*key_id}, text.substr(0, second), *signature, *payload};
}

std::expected<TokenClaims, TokenFault> parse_claims(std::string_view payload) {
  const auto document = object_in(payload);
  if (!document) return std::unexpected{TokenFault::malformed};
  const auto object = document->root();
  const auto issuer = text_in(object, "iss");
  const auto audience = text_in(object, "aud");
  const auto subject = text_in(object, "sub");
  const auto person = subject ? kernel::PersonId::parse(*subject) : std::nullopt;
  auto id = slug_in(object, "jti");
  auto session = slug_in(object, "sid");
  auto client = slug_in(object, "client_id");
  auto roles = roles_in(object);
  const auto round = round_in(object);
  const auto issued_at = second_in(object, "iat");
  const auto not_before = second_in(object, "nbf");
  const auto expires_at = second_in(object, "exp");
  if (!issuer || !audience || !person || !id || !session || !client || !roles || !round ||
      !issued_at || !not_before || !expires_at) {
    return std::unexpected{TokenFault::malformed};
  }
  return TokenClaims{.issuer = std::string{*issuer},
                     .audience = std::string{*audience},
                     .person = *person,
                     .id = *std::move(id),
                     .session = *std::move(session),
                     .client = *std::move(client),
                     .roles = *std::move(roles),
                     .round = *round,
                     .issued_at = *issued_at,
                     .not_before = *not_before,
                     .expires_at = *expires_at};
}

}  // namespace madang::security
