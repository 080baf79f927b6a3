#pragma once
// The vault of one context: seals with the person's own key as aead.hpp says, about
// "personal", the person and the field. Any thread.
#include "chassis/ports/vault.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/person_keys.hpp"

namespace madang::security {

class KeyedVault final : public chassis::Vault {
 public:
  KeyedVault(runtime::Runtime& runtime, PersonKeys& keys) : runtime_{runtime}, keys_{keys} {}

 private:
  std::string seal_bytes(const kernel::PersonId&, std::string_view field,
                         std::string_view bytes) override;
  std::optional<std::string> open_bytes(const kernel::PersonId&, std::string_view field,
                                        std::string_view sealed) override;

  runtime::Runtime& runtime_;
  PersonKeys& keys_;
};

}  // namespace madang::security
