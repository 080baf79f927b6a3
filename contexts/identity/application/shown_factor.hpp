#pragma once
// What someone shows of their second factor is looked at here, where its secret can be opened: a code of their app or a
// recovery code. Whether it was used before is for the rules (domain/second_factor.hpp).
#include "chassis/ports/vault.hpp"
#include "identity/application/ports/outbound/factor_secrets.hpp"
#include "identity/domain/second_factor.hpp"

namespace madang::identity {

inline constexpr std::string_view factor_secret_field = "second_factor_secret";  // as it is sealed

// Nothing: it is not right, or its secret can be read no more.
std::optional<AppCode> app_code_in(const std::string& shown, const KeptFactor&, Instant now,
                                   const FactorSecrets&, chassis::Vault&);
std::optional<SecondProof> proof_in(const std::string& shown, const KeptFactor&, Instant now,
                                    const FactorSecrets&, chassis::Vault&);

}  // namespace madang::identity
