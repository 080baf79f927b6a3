#include "identity/adapters/outbound/derived_factors.hpp"

#include "chassis/security/base32.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "chassis/security/totp.hpp"
#include "identity/adapters/outbound/kept_hash.hpp"

namespace madang::identity {
namespace {

constexpr std::size_t recovery_bytes = 15, group = 4, recovery_text_size = 29;

std::string in_groups(const std::string& letters) {
  std::string text;
  for (std::size_t i = 0; i < letters.size(); i += group)
    text += (i == 0 ? "" : "-") + letters.substr(i, group);
  return text;
}

}  // namespace

std::string DerivedFactors::secret(const PersonId& person, const SeedId& seed,
                                   std::string_view shown) {
  const auto digest = security::keyed_digest(
      key_, "second-factor",
      {security::as_text(person.bytes()), security::as_text(seed.bytes()), shown});
  return std::string{security::as_text(digest).substr(0, security::totp_secret_size)};
}

std::vector<RecoveryCode> DerivedFactors::recovery_codes(const PersonId& person, const SeedId& seed,
                                                         std::string_view shown) {
  std::vector<RecoveryCode> codes;
  for (std::size_t number = 1; number <= recovery_codes_of_one; ++number) {
    const auto digest =
        security::keyed_digest(key_, "recovery-code",
                               {security::as_text(person.bytes()), security::as_text(seed.bytes()),
                                shown, std::to_string(number)});
    const auto text =
        in_groups(security::base32(security::as_text(digest).substr(0, recovery_bytes)));
    codes.push_back({text, {kept_hash(text)}});
  }
  return codes;
}

std::optional<CodeHash> DerivedFactors::recovery_code(std::string_view text) const {
  return text.size() == recovery_text_size ? std::optional{CodeHash{kept_hash(text)}}
                                           : std::nullopt;
}

std::optional<std::int64_t> DerivedFactors::step_of(std::string_view code, std::string_view secret,
                                                    Instant now) const {
  return security::totp_step_of(code, secret, now);
}

}  // namespace madang::identity
