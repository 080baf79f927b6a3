#include "identity/adapters/inbound/erasure_ids.hpp"

#include <algorithm>

#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/keyed_digest.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t seal_size = 16;

}  // namespace

std::string ErasureIds::of(const kernel::PersonId& person) const {
  const auto whose = security::as_text(person.bytes());
  const auto seal = security::keyed_digest(key_, "erasure", {whose});
  return security::base64url(std::string{whose} +
                             std::string{security::as_text(seal).substr(0, seal_size)});
}

std::optional<kernel::PersonId> ErasureIds::read(std::string_view id) const {
  const auto bytes = security::parse_base64url(id);
  kernel::IdBytes whose{};
  if (!bytes || bytes->size() != whose.size() + seal_size) return std::nullopt;
  std::ranges::transform(bytes->substr(0, whose.size()), whose.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  const kernel::PersonId person{whose};
  if (!security::same_secret(of(person), id)) return std::nullopt;
  return person;
}

}  // namespace madang::identity
