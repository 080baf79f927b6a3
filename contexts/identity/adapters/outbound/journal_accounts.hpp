#pragma once
#include "chassis/ports/commands.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "identity/application/ports/outbound/accounts.hpp"

namespace madang::identity {

// Finds who owns the claim on an address, then what they have to show. Any thread.
class JournalAccounts final : public Accounts {
 public:
  // `email_key` never rotates: claims rest on it.
  JournalAccounts(chassis::Commands& identity, const std::string& email_key);
  EmailFingerprint fingerprint_of(const EmailAddress&) const override;
  std::optional<Account> find(const EmailFingerprint&) override;
  std::optional<Account> of(const PersonId&) override;

 private:
  chassis::Commands& identity_;
  security::Fingerprints fingerprints_;
};

}  // namespace madang::identity
