#include "chassis/security/signed_text.hpp"

#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/keyed_digest.hpp"

namespace madang::security {
namespace {

constexpr std::size_t tag_size = 16;

std::string tag_of(std::string_view key, std::string_view purpose, std::string_view bytes) {
  return std::string{as_text(keyed_digest(key, purpose, {bytes})).substr(0, tag_size)};
}

}  // namespace

std::string SignedTexts::sign(std::string_view bytes) const {
  return base64url(std::string{bytes} + tag_of(key_.current(), purpose_, bytes));
}

std::optional<std::string> SignedTexts::open(std::string_view text) const {
  auto bytes = parse_base64url(text);
  if (!bytes || bytes->size() < tag_size) return std::nullopt;
  const auto tag = bytes->substr(bytes->size() - tag_size);
  bytes->resize(bytes->size() - tag_size);
  const bool is_ours = key_.any_of(
      [&](const std::string& key) { return same_secret(tag_of(key, purpose_, *bytes), tag); });
  return is_ours ? std::move(bytes) : std::nullopt;
}

}  // namespace madang::security
