#include "identity/adapters/outbound/derived_codes.hpp"

#include <algorithm>

#include "chassis/security/base64url.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "identity/adapters/outbound/kept_hash.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t secret_size = 16;

}  // namespace

ResetCode DerivedCodes::make(const PersonId& person, const ResetId& reset) {
  const auto whose = security::as_text(person.bytes());
  const auto secret =
      security::keyed_digest(key_, "reset-code", {whose, security::as_text(reset.bytes())});
  const auto text = security::base64url(
      std::string{whose} + std::string{security::as_text(secret).substr(0, secret_size)});
  return {text, person, {kept_hash(text)}};
}

std::optional<ResetCode> DerivedCodes::read(std::string_view text) const {
  const auto bytes = security::parse_base64url(text);
  kernel::IdBytes whose{};
  if (!bytes || bytes->size() != whose.size() + secret_size) return std::nullopt;
  std::ranges::transform(bytes->substr(0, whose.size()), whose.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return ResetCode{std::string{text}, PersonId{whose}, {kept_hash(text)}};
}

}  // namespace madang::identity
