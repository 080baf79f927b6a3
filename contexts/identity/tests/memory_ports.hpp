#pragma once
// The outside of identity for tests of its use cases: transparent where the real one is secret.
#include <set>

#include "chassis/ports/vault.hpp"
#include "identity/application/ask_erasure.hpp"
#include "identity/application/change_password.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/breached_passwords.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/application/ports/outbound/tokens.hpp"
#include "identity/application/reset_password.hpp"
#include "identity/application/roles.hpp"
#include "identity/application/sessions.hpp"
#include "identity/application/sign_out.hpp"
#include "identity/tests/memory_journal.hpp"

namespace madang::identity {

using Journal =
    testing::MemoryJournal<RegisterPerson, GiveRole, TakeRole, RenewPasswordHash, SignOutEverywhere,
                           BeginSession, RotateToken, EndSession, AskErasure, ChangePassword,
                           BeginPasswordReset, ResetPassword, EndOtherSession, EndSessionsOf>;

struct OpenVault final : chassis::Vault, chassis::KeyMaker {
  std::set<PersonId> keys;

  void make_key(const PersonId& whose) override { keys.insert(whose); }
  std::string seal_bytes(const PersonId& whose, std::string_view field,
                         std::string_view bytes) override {
    if (!keys.contains(whose)) throw chassis::Unavailable{"there is no key yet"};
    return std::string{field} + ": " + std::string{bytes};
  }
  std::optional<std::string> open_bytes(const PersonId& whose, std::string_view field,
                                        std::string_view sealed) override {
    if (!keys.contains(whose)) return std::nullopt;
    return std::string{sealed.substr(field.size() + 2)};
  }
};

struct StolenPasswords final : BreachedPasswords {
  std::set<std::string, std::less<>> passwords;
  bool has(std::string_view password) override { return passwords.contains(password); }
};

struct KnownAccounts final : Accounts {
  explicit KnownAccounts(const Journal& of) : journal{of} {}
  const Journal& journal;

  EmailFingerprint fingerprint_of(const EmailAddress& email) const override {
    return {"fingerprint of " + email.text()};
  }
  std::optional<Account> find(const EmailFingerprint& fingerprint) override {
    const auto owner = journal.claims.find({std::string{email_scope}, fingerprint.text});
    if (owner == journal.claims.end()) return std::nullopt;
    return of(*PersonId::parse(owner->second.substr(owner->second.find('/') + 1)));
  }
  std::optional<Account> of(const PersonId& person) override {
    std::optional<Account> account;
    for (const auto& it : journal.all<PersonRegistered>())
      if (it.person == person) account = {it.person, it.email, it.password_hash};
    for (const auto& it : journal.all<PasswordHashRenewed>())
      if (account && it.person == account->person) account->password_hash = it.password_hash;
    for (const auto& it : journal.all<PasswordChanged>())
      if (account && it.person == account->person) account->password_hash = it.password_hash;
    for (const auto& it : journal.all<PasswordReset>())
      if (account && it.person == account->person) account->password_hash = it.password_hash;
    const auto resets = journal.all<PasswordResetBegun>();
    if (account && resets.size() > journal.all<PasswordReset>().size())
      account->reset = {resets.back().code, resets.back().until};
    return account;
  }
};

struct CountedAttempts final : Attempts {
  std::optional<Wait> wait;
  std::set<EmailFingerprint> failed;
  int sign_ins_failed = 0, tokens_stolen = 0;

  std::optional<Wait> to_register(const std::string&) override { return wait; }
  std::optional<Wait> to_sign_in(const std::string&, const EmailFingerprint& whose) override {
    if (!wait) failed.insert(whose);
    return wait;
  }
  void signed_in(const EmailFingerprint& whose) override { failed.erase(whose); }
  void sign_in_failed() override { ++sign_ins_failed; }
  void refresh_token_stolen(const PersonId&) override { ++tokens_stolen; }
};

struct PlainHasher final : PasswordHasher {
  std::string cost = "today's";
  int worked = 0;

  std::string hash(std::string_view password) override {
    ++worked;
    return cost + " hash of " + std::string{password};
  }
  Verdict check(std::string_view password, const std::optional<std::string>& hash) override {
    ++worked;
    if (!hash || !hash->ends_with(" hash of " + std::string{password})) return Verdict::wrong;
    return hash->starts_with(cost) ? Verdict::right : Verdict::right_but_outdated;
  }
};

struct NumberedCodes final : ResetCodes {
  std::map<std::string, ResetCode, std::less<>> made;

  ResetCode make(const PersonId& person, const ResetId& reset) override {
    const auto text = "code of " + reset.text();
    return made.insert_or_assign(text, ResetCode{text, person, {"hash of " + text}}).first->second;
  }
  std::optional<ResetCode> read(std::string_view text) const override {
    const auto found = made.find(text);
    return found == made.end() ? std::nullopt : std::optional{found->second};
  }
};

struct NumberedTokens final : Tokens {
  std::map<std::string, RefreshToken, std::less<>> issued;

  AccessToken access_token(const PersonId& person, const SessionId&, const ClientName& client,
                           const std::set<Role>& roles, std::int64_t) override {
    auto text = person.text() + " by " + client.text + " as";
    for (const auto role : roles) text += " " + std::string{text_of(role)};
    return {text, std::chrono::minutes{10}};
  }
  RefreshToken refresh_token(const SessionId& session, const PersonId& person) override {
    const auto text = "token-" + std::to_string(issued.size());
    return issued.insert_or_assign(text, RefreshToken{text, session, person, {"hash of " + text}})
        .first->second;
  }
  std::optional<RefreshToken> read(std::string_view text) const override {
    const auto found = issued.find(text);
    return found == issued.end() ? std::nullopt : std::optional{found->second};
  }
};

}  // namespace madang::identity
