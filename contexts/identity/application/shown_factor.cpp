#include "identity/application/shown_factor.hpp"

#include "identity/application/password_once_more.hpp"

namespace madang::identity {

std::optional<AppCode> app_code_in(const std::string& shown, const KeptFactor& factor, Instant now,
                                   const FactorSecrets& secrets, chassis::Vault& vault) {
  const auto secret = opened(factor.secret, factor_secret_field, vault);
  const auto step = secret ? secrets.step_of(shown, *secret, now) : std::nullopt;
  return step ? std::optional{AppCode{factor.factor, *step}} : std::nullopt;
}

std::optional<SecondProof> proof_in(const std::string& shown, const KeptFactor& factor, Instant now,
                                    const FactorSecrets& secrets, chassis::Vault& vault) {
  if (const auto hash = secrets.recovery_code(shown)) return *hash;
  return app_code_in(shown, factor, now, secrets, vault);
}

}  // namespace madang::identity
