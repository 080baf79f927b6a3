#pragma once
#include "chassis/security/passwords.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"

namespace madang::identity {

// Argon2id, as the chassis makes it.
class Argon2Hasher final : public PasswordHasher {
 public:
  explicit Argon2Hasher(security::Passwords& passwords) : passwords_{passwords} {}
  std::string hash(std::string_view password) override;
  Verdict check(std::string_view password, const std::optional<std::string>& hash) override;

 private:
  security::Passwords& passwords_;
};

}  // namespace madang::identity
