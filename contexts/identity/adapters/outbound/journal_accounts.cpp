#include "identity/adapters/outbound/journal_accounts.hpp"

#include "identity/application/credentials.hpp"
#include "identity/domain/person.hpp"

namespace madang::identity {

JournalAccounts::JournalAccounts(chassis::Commands& identity, const std::string& email_key)
    : identity_{identity}, fingerprints_{email_key, "email"} {}

EmailFingerprint JournalAccounts::fingerprint_of(const EmailAddress& email) const {
  return {fingerprints_.of(email.text())};
}

std::optional<Account> JournalAccounts::find(const EmailFingerprint& fingerprint) {
  const auto stream = identity_.owner_of(std::string{email_scope}, fingerprint.text);
  if (!stream) return std::nullopt;
  const auto person = PersonId::parse(stream->substr(stream->find('/') + 1));
  if (!person) throw chassis::Corrupt{"an e-mail address is claimed by no person: " + *stream};
  auto account = of(*person);
  // Erased between the two looks.
  if (!account && !identity_.owner_of(std::string{email_scope}, fingerprint.text))
    return std::nullopt;
  if (!account) throw chassis::Corrupt{"a registered person without a password: " + *stream};
  return account;
}

std::optional<Account> JournalAccounts::of(const PersonId& person) {
  // The read model may be a moment behind.
  const auto row = identity_.ask(PasswordHashOf{person}, identity_.head());
  if (!row) return std::nullopt;
  return Account{person,     row->email,          row->password_hash,
                 row->reset, row->pending_factor, row->second_factor};
}

}  // namespace madang::identity
