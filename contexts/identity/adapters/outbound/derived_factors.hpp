#pragma once
// Secrets and codes of second factors. Nobody without the shop's key can make one, and one request has one of each, so
// that when it is repeated it gets the same answer though no code is kept:
//
//   secret         = first 20 bytes of keyed_digest(key, "second-factor", person id, seed, password)
//   recovery code  = base32(first 15 bytes of keyed_digest(key, "recovery-code", person id, seed, code shown,
//                    number from 1 on)), in groups of four with a hyphen between them
//   what is kept   = the secret, sealed with the person's own key; of a recovery code base64url(SHA-256 of its text)
//
// The seed follows from the request's key and is kept nowhere: what is stored leads nobody back to a secret. Of a
// recovery code 120 bits are unknown to all, so that a plain digest is enough (OWASP ASVS 5.0, 6.5.2).
#include "identity/application/ports/outbound/factor_secrets.hpp"

namespace madang::identity {

inline constexpr std::size_t recovery_codes_of_one = 10;

// Any thread.
class DerivedFactors final : public FactorSecrets {
 public:
  explicit DerivedFactors(std::string key) : key_{std::move(key)} {}
  std::string secret(const PersonId&, const SeedId&, std::string_view shown) override;
  std::vector<RecoveryCode> recovery_codes(const PersonId&, const SeedId&,
                                           std::string_view shown) override;
  std::optional<CodeHash> recovery_code(std::string_view text) const override;
  std::optional<std::int64_t> step_of(std::string_view code, std::string_view secret,
                                      Instant now) const override;

 private:
  std::string key_;
};

}  // namespace madang::identity
