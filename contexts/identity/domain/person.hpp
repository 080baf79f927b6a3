#pragma once
// Someone who has an account: how they are reached, what proves that it is them, and what they may
// do. Everything that tells who they are is sealed under their own key from its first event on, the
// password's hash too, so that all of it is gone when the key is destroyed.
#include <cstdint>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "identity/domain/words.hpp"

namespace madang::identity {

struct PersonRegistered {
  PersonId person;
  Personal<std::string> email, name;
  Personal<std::string>
      password_hash;  // a PHC string; see docs/adr/0011-password-hashes-are-personal-data.md
  Language language;
  Instant registered_at;
};
// Given or taken by an operator; by nobody known when it was done on the shop's own machine.
struct RoleGiven {
  PersonId person;
  Role role;
  std::optional<PersonId> by;
};
struct RoleTaken {
  PersonId person;
  Role role;
  std::optional<PersonId> by;
};
// The same password, hashed at today's cost.
struct PasswordHashRenewed {
  PersonId person;
  Personal<std::string> password_hash;
};
struct SignedOutEverywhere {
  PersonId person;
  std::optional<std::int64_t> round;  // that begins; nothing: of before it was told
};
// Another password, and every session ends but the one in which they chose it.
struct PasswordChanged {
  PersonId person;
  Personal<std::string> password_hash;
  SessionId spared;
  std::int64_t round;  // that begins
  Instant changed_at;
};
// There is a code by which they may choose another password; how that goes on: password_reset.hpp.
struct PasswordResetBegun {
  PersonId person;
  CodeHash code;
  std::optional<PersonId> by;
  Instant until;
};
// Chosen with that code; every session ends.
struct PasswordReset {
  PersonId person;
  Personal<std::string> password_hash;
  std::int64_t round;  // that begins
  Instant reset_at;
};
// Their app has been given a secret, and nothing is in force yet; how that goes on: second_factor.hpp.
struct SecondFactorBegun {
  PersonId person;
  FactorId factor;
  Personal<std::string> secret;
  Instant until;  // it is to be confirmed
};
// In force from now on; every session ends but the one in which they did it.
struct SecondFactorConfirmed {
  PersonId person;
  FactorId factor;
  std::int64_t step;  // of the code that confirmed it
  std::set<CodeHash> recovery_codes;
  SessionId spared;
  std::int64_t round;  // that begins
  Instant confirmed_at;
};
// Once: neither this code nor one of an earlier step is taken again.
struct OneTimeCodeUsed {
  PersonId person;
  FactorId factor;
  std::int64_t step;
};
struct RecoveryCodeUsed {
  PersonId person;
  FactorId factor;
  CodeHash code;
};
struct SecondFactorRemoved {
  PersonId person;
  FactorId factor;
  SessionId spared;
  std::int64_t round;  // that begins
};
struct SecondFactorRemovedByOperator {
  PersonId person;
  FactorId factor;
  std::optional<PersonId> by;
  FactorLoss why;
  std::int64_t round;  // that begins
};
struct SessionsEndedByOperator {
  PersonId person;
  std::optional<PersonId> by;
  EndingReason why;
  std::int64_t round;  // that begins
};

struct ExportAsked {  // of what the shop holds about them
  PersonId person;
  ExportId export_id;
  ExportedFor whom;
  std::optional<std::string> account;  // on the shop's machine, of who asked there
  Instant asked_at;
  Instant until;  // the link to it is good
};
// Signed out and never to sign in again; nobody becomes what they were. How it goes on: erasure.hpp.
struct ErasureAsked {
  PersonId person;
  Instant asked_at;
  Instant at_latest;
};
struct PersonErased {  // the address is free; what is sealed can still be read
  PersonId person;
  Instant erased_at;
};
struct LastKeyDue {  // every other copy of the key is destroyed
  PersonId person;
};
struct PersonForgotten {  // nothing about them can be read any more
  PersonId person;
  Instant forgotten_at;
};

struct PendingReset {
  CodeHash code;
  Instant until;
};
struct PendingFactor {
  FactorId factor;
  Instant until;
};
struct SecondFactor {
  FactorId factor;
  std::int64_t last_step;
  std::set<CodeHash> recovery_codes;  // not used yet
};
struct NotRegistered {};
struct Registered {
  std::set<Role> roles;
  // How often all sessions have ended together: one of an earlier round is over, but for one.
  std::int64_t round = 0;
  std::optional<SessionId> spared = {};      // by the latest change of the password
  std::optional<Instant> export_until = {};  // of the latest link to their data
  std::optional<PendingReset> reset = {};  // the latest; good no more once the password is another
  std::optional<PendingFactor> pending_factor = {};  // likewise
  std::optional<SecondFactor> second_factor = {};
};
// Whether a session that began in this round has outlived all that ended others.
inline bool goes_on(const Registered& person, const SessionId& session, std::int64_t in_round) {
  return in_round == person.round || person.spared == session;
}
enum class Erasing { asked, erased, last_key_due, forgotten };
struct Leaving {
  Erasing how_far;
};

struct Person {
  using Id = PersonId;
  using Events = OneOf<PersonRegistered, RoleGiven, RoleTaken, PasswordHashRenewed, PasswordChanged,
                       PasswordResetBegun, PasswordReset, SecondFactorBegun, SecondFactorConfirmed,
                       OneTimeCodeUsed, RecoveryCodeUsed, SecondFactorRemoved,
                       SecondFactorRemovedByOperator, SignedOutEverywhere, SessionsEndedByOperator,
                       ExportAsked, ErasureAsked, PersonErased, LastKeyDue, PersonForgotten>;

  std::variant<NotRegistered, Registered, Leaving> stands = NotRegistered{};

  [[nodiscard]] const Registered* registered() const { return std::get_if<Registered>(&stands); }
  [[nodiscard]] const Leaving* leaving() const { return std::get_if<Leaving>(&stands); }

  static Person evolve(Person, const PersonRegistered&);
  static Person evolve(Person, const RoleGiven&);
  static Person evolve(Person, const RoleTaken&);
  static Person evolve(Person, const PasswordHashRenewed&);
  static Person evolve(Person, const SignedOutEverywhere&);
  static Person evolve(Person, const PasswordChanged&);
  static Person evolve(Person, const PasswordResetBegun&);
  static Person evolve(Person, const PasswordReset&);
  static Person evolve(Person, const SecondFactorBegun&);
  static Person evolve(Person, const SecondFactorConfirmed&);
  static Person evolve(Person, const OneTimeCodeUsed&);
  static Person evolve(Person, const RecoveryCodeUsed&);
  static Person evolve(Person, const SecondFactorRemoved&);
  static Person evolve(Person, const SecondFactorRemovedByOperator&);
  static Person evolve(Person, const SessionsEndedByOperator&);
  static Person evolve(Person, const ExportAsked&);
  static Person evolve(Person, const ErasureAsked&) { return {Leaving{Erasing::asked}}; }
  static Person evolve(Person, const PersonErased&) { return {Leaving{Erasing::erased}}; }
  static Person evolve(Person, const LastKeyDue&) { return {Leaving{Erasing::last_key_due}}; }
  static Person evolve(Person, const PersonForgotten&) { return {Leaving{Erasing::forgotten}}; }
};

// Who runs the shop. There is one at least, from the first on.
struct OperatorAppointed {
  ShopId shop;
  PersonId person;
};
struct OperatorDismissed {
  ShopId shop;
  PersonId person;
};
struct Operators {
  using Id = ShopId;
  using Events = OneOf<OperatorAppointed, OperatorDismissed>;

  std::set<PersonId> people;

  static Operators evolve(Operators, const OperatorAppointed&);
  static Operators evolve(Operators, const OperatorDismissed&);
};

struct RegisterPerson {
  PersonId person;
  EmailFingerprint fingerprint;
  Personal<std::string> email, name, password_hash;
  Language language;
  using Decision = Then<PersonRegistered>::Unless<because::email_taken>;
  static Decision decide(const RegisterPerson&, const Person&, Instant now);
  // An address has one account. Not derived from the state, which knows nothing of the fingerprint.
  static std::vector<kernel::Claim<because::email_taken>> claims(const RegisterPerson&);
};
inline constexpr std::string_view email_scope = "email";

struct GiveRole {
  PersonId person;
  Role role;
  std::optional<PersonId> by;
  ShopId shop = the_shop;
  using Decision = Then<RoleGiven, OperatorAppointed>::Unless<because::person_unknown>;
  static Decision decide(const GiveRole&, const Person&, const Operators&);
};
struct TakeRole {
  PersonId person;
  Role role;
  std::optional<PersonId> by;
  ShopId shop = the_shop;
  using Decision =
      Then<RoleTaken, OperatorDismissed>::Unless<because::person_unknown, because::last_operator>;
  static Decision decide(const TakeRole&, const Person&, const Operators&);
};
struct RenewPasswordHash {
  PersonId person;
  Personal<std::string> password_hash;
  using Decision = Then<PasswordHashRenewed>::Unless<because::person_unknown>;
  static Decision decide(const RenewPasswordHash&, const Person&);
};
// Ends every session that has begun.
struct SignOutEverywhere {
  PersonId person;
  using Decision = Then<SignedOutEverywhere>::Unless<because::person_unknown>;
  static Decision decide(const SignOutEverywhere&, const Person&);
};
struct EndSessionsOf {
  PersonId person;
  std::optional<PersonId> by;
  EndingReason why;
  using Decision = Then<SessionsEndedByOperator>::Unless<because::person_unknown>;
  static Decision decide(const EndSessionsOf&, const Person&);
};

}  // namespace madang::identity
