#pragma once
#include <optional>

#include "identity/domain/email_address.hpp"
#include "identity/domain/second_factor.hpp"

namespace madang::identity {

// What it takes to check who someone is.
struct Account {
  PersonId person;
  Personal<std::string> email, password_hash;
  std::optional<PendingReset> reset = {};
  std::optional<KeptFactor> pending_factor = {}, second_factor = {};
};

// Who has which e-mail address, found by its fingerprint. Sees every registration that was answered.
class Accounts {
 public:
  virtual ~Accounts() = default;
  [[nodiscard]] virtual EmailFingerprint fingerprint_of(const EmailAddress&) const = 0;
  [[nodiscard]] virtual std::optional<Account> find(const EmailFingerprint&) = 0;
  [[nodiscard]] virtual std::optional<Account> of(const PersonId&) = 0;
};

}  // namespace madang::identity
