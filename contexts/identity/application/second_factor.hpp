#pragma once
// Someone sets up a second factor: their app is given a secret, once they have shown their password once more; a code shows
// that the app has it, and recovery codes are told. They remove it with password and code; who has lost everything asks an
// operator. Whatever puts it in force or ends it ends their other sessions, too. Codes are counted apart from passwords:
// whoever knows the password must not be able to begin the count of codes anew with it.
#include "chassis/ports/outcomes.hpp"
#include "chassis/ports/vault.hpp"
#include "identity/application/about_person.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/application/ports/outbound/attempts.hpp"
#include "identity/application/ports/outbound/factor_secrets.hpp"
#include "identity/application/ports/outbound/password_hasher.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {

struct FactorWish {
  PersonId person;
  std::string password;
  std::string from;  // network address
};
struct FactorIsBegun {
  std::string secret;   // bytes
  std::string account;  // their address, by which their app tells it from others
  Instant until;        // it is to be confirmed
};
using BeginFactorAnswer =
    kernel::Answer<FactorIsBegun, OneOf<because::password_wrong, because::too_many_attempts,
                                        because::person_unknown, because::second_factor_on>>;

BeginFactorAnswer begin_second_factor(const FactorWish&, const chassis::RequestKey&,
                                      chassis::Gives<BeginSecondFactor>, chassis::Outcomes&,
                                      Accounts&, Attempts&, PasswordHasher&, FactorSecrets&,
                                      chassis::Vault&);

struct FactorProof {
  PersonId person;
  SessionId session;
  std::string code;
  std::string from;  // network address
  Instant now;
};
struct FactorIsOn {
  std::vector<RecoveryCode> recovery_codes;
};
using ConfirmFactorAnswer =
    kernel::Answer<FactorIsOn, OneOf<because::one_time_code_wrong, because::too_many_attempts,
                                     because::person_unknown, because::session_ended,
                                     because::second_factor_not_begun>>;

ConfirmFactorAnswer confirm_second_factor(const FactorProof&, const chassis::RequestKey&,
                                          chassis::Gives<ConfirmSecondFactor>, chassis::Outcomes&,
                                          Accounts&, Attempts&, FactorSecrets&, chassis::Vault&);

struct FactorRemoval {
  PersonId person;
  SessionId session;
  std::string password, code;
  std::string from;  // network address
  Instant now;
};
struct FactorIsOff {
  PersonId person;
};
using RemoveFactorAnswer =
    kernel::Answer<FactorIsOff, OneOf<because::password_wrong, because::one_time_code_wrong,
                                      because::too_many_attempts, because::person_unknown,
                                      because::session_ended, because::second_factor_off>>;

RemoveFactorAnswer remove_second_factor(const FactorRemoval&, const chassis::RequestKey&,
                                        chassis::Gives<RemoveSecondFactor>, chassis::Outcomes&,
                                        Accounts&, Attempts&, PasswordHasher&, FactorSecrets&,
                                        chassis::Vault&);

struct LostFactor {
  PersonId person;
  PersonId by;
  FactorLoss why;
};
struct LostFactorAtTheMachine {
  EmailAddress email;
  FactorLoss why;
};
using RemoveFactorOfAnswer = kernel::Answer<FactorIsOff, kernel::RefusalsOf<RemoveSecondFactorOf>>;

chassis::Later<RemoveFactorOfAnswer> remove_second_factor_of(const LostFactor&,
                                                             const chassis::RequestKey&,
                                                             chassis::Gives<RemoveSecondFactorOf>);
// For whoever can give commands on the machine itself; never reached from the network.
RemoveFactorOfAnswer remove_second_factor_at_machine(const LostFactorAtTheMachine&,
                                                     const chassis::RequestKey&,
                                                     chassis::Gives<RemoveSecondFactorOf>,
                                                     Accounts&);

// Whether theirs is in force, and whether the shop demands one of them.
struct SecondFactorOf {
  struct Result {
    std::optional<PersonCards::FactorCard> in_force;
    bool is_demanded;
  };
  PersonId person;
  SecondFactorFor demanded_of;
};
SecondFactorOf::Result second_factor_of(const SecondFactorOf&, const chassis::Rows<PersonCards>&);

}  // namespace madang::identity
