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
#include "identity/application/second_factor.hpp"
#include "identity/application/sessions.hpp"
#include "identity/application/sign_out.hpp"
#include "identity/tests/memory_journal.hpp"

namespace madang::identity {

using Journal =
    testing::MemoryJournal<RegisterPerson, GiveRole, TakeRole, RenewPasswordHash, SignOutEverywhere,
                           BeginSession, RotateToken, EndSession, AskErasure, ChangePassword,
                           BeginPasswordReset, ResetPassword, EndOtherSession, EndSessionsOf,
                           BeginSecondFactor, ConfirmSecondFactor, RemoveSecondFactor,
                           RemoveSecondFactorOf>;

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
    if (account) keep_factors_of(*account);
    return account;
  }

 private:
  void keep_factors_of(Account& account) const {
    for (const auto& event : journal.events) {
      if (const auto* it = std::any_cast<SecondFactorBegun>(&event))
        account.pending_factor = {it->factor, it->secret};
      if (std::any_cast<SecondFactorConfirmed>(&event))
        account.second_factor = std::exchange(account.pending_factor, {});
      if (std::any_cast<SecondFactorRemoved>(&event) ||
          std::any_cast<SecondFactorRemovedByOperator>(&event))
        account.second_factor.reset();
    }
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

// Codes are the step they are for and their secret, in plain.
struct PlainFactors final : FactorSecrets {
  static std::int64_t step_at(Instant now) {
    return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() / 30;
  }
  static std::string code_of(std::string_view secret, std::int64_t step) {
    return "step " + std::to_string(step) + " of " + std::string{secret};
  }

  std::string secret(const PersonId&, const SeedId& seed, std::string_view shown) override {
    return "secret of " + seed.text() + " for " + std::string{shown};
  }
  std::vector<RecoveryCode> recovery_codes(const PersonId&, const SeedId& seed,
                                           std::string_view shown) override {
    std::vector<RecoveryCode> codes;
    for (const auto* number : {"1", "2"}) {
      const auto text = "recovery " + (number + (" of " + seed.text())) + std::string{shown};
      codes.push_back({text, {"hash of " + text}});
    }
    return codes;
  }
  std::optional<CodeHash> recovery_code(std::string_view text) const override {
    if (!text.starts_with("recovery ")) return std::nullopt;
    return CodeHash{"hash of " + std::string{text}};
  }
  std::optional<std::int64_t> step_of(std::string_view code, std::string_view secret,
                                      Instant now) const override {
    for (auto step = step_at(now) - 1; step <= step_at(now) + 1; ++step)
      if (code == code_of(secret, step)) return step;
    return std::nullopt;
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
