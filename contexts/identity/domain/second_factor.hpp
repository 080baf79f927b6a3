#pragma once
// Something that someone has, besides the password that they know: an app that shares a secret with the shop and shows a
// code of six digits for each half minute. Each code is taken once, and so is each of the recovery codes that stand in for
// the app. Whoever has one in force begins no session without it (BeginSession, session.hpp). Codes are compared where
// the secret can be opened; what a rule sees of one is the step it was for (RFC 6238), or the hash of a recovery code.
//
//   off --BeginSecondFactor--> begun --ConfirmSecondFactor--> in force --RemoveSecondFactor, RemoveSecondFactorOf--> off
//       <-- a quarter of an hour, another password --
#include <set>
#include <variant>

#include "identity/domain/person.hpp"

namespace madang::identity {

struct Session;

using namespace std::chrono_literals;
inline constexpr std::chrono::milliseconds factor_to_be_confirmed_within = 15min;

// What is shown for a second factor: a code of the app, by its step, or a recovery code.
struct AppCode {
  FactorId factor;  // by whose secret it is right
  std::int64_t step;
};
using SecondProof = std::variant<AppCode, CodeHash>;

// Whether this is good for this second factor: not used before, nor one of an earlier step.
[[nodiscard]] bool is_good(const SecondProof&, const SecondFactor&);

// What the codes of somebody's app are compared with.
struct KeptFactor {
  FactorId factor;
  Personal<std::string> secret;
};

// Whether the shop demands a second factor of who has these roles; and the roles that they have until then.
[[nodiscard]] bool demands(SecondFactorFor, const std::set<Role>&);
[[nodiscard]] std::set<Role> roles_in_force(const Registered&, SecondFactorFor);

// They have shown the password once more, and are told the secret.
struct BeginSecondFactor {
  PersonId person;
  FactorId factor;
  Personal<std::string> secret;
  using Decision =
      Then<SecondFactorBegun>::Unless<because::person_unknown, because::second_factor_on>;
  static Decision decide(const BeginSecondFactor&, const Person&, Instant now);
};
// A code shows that their app has the secret.
struct ConfirmSecondFactor {
  PersonId person;
  SessionId session;
  AppCode code;
  std::set<CodeHash> recovery_codes;
  using Decision =
      Then<SecondFactorConfirmed>::Unless<because::person_unknown, because::session_ended,
                                          because::second_factor_not_begun>;
  static Decision decide(const ConfirmSecondFactor&, const Person&, const Session&, Instant now);
};
struct RemoveSecondFactor {
  PersonId person;
  SessionId session;
  SecondProof proof;
  using Decision =
      Then<SecondFactorRemoved>::Unless<because::person_unknown, because::session_ended,
                                        because::second_factor_off, because::one_time_code_wrong>;
  static Decision decide(const RemoveSecondFactor&, const Person&, const Session&);
};
// `by`: an operator, for somebody else; nobody known when it is done on the shop's own machine.
struct RemoveSecondFactorOf {
  PersonId person;
  std::optional<PersonId> by;
  FactorLoss why;
  using Decision = Then<SecondFactorRemovedByOperator>::Unless<
      because::person_unknown, because::second_factor_off, because::own_second_factor>;
  static Decision decide(const RemoveSecondFactorOf&, const Person&);
};

}  // namespace madang::identity
