#include "identity/domain/person.hpp"

namespace madang::identity {

RegisterPerson::Decision RegisterPerson::decide(const RegisterPerson& asked, const Person& person,
                                                Instant now) {
  if (person.registered()) return then();
  return then(PersonRegistered{asked.person, asked.email, asked.name, asked.password_hash,
                               asked.language, now});
}
std::vector<kernel::Claim<because::email_taken>> RegisterPerson::claims(
    const RegisterPerson& asked) {
  return {{std::string{email_scope}, asked.fingerprint.text, because::email_taken{}}};
}

GiveRole::Decision GiveRole::decide(const GiveRole& asked, const Person& person, const Operators&) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (registered->roles.contains(asked.role)) return then();
  const RoleGiven given{asked.person, asked.role, asked.by};
  if (asked.role == Role::shop_operator)
    return then(given, OperatorAppointed{asked.shop, asked.person});
  return then(given);
}

TakeRole::Decision TakeRole::decide(const TakeRole& asked, const Person& person,
                                    const Operators& operators) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (!registered->roles.contains(asked.role)) return then();
  const RoleTaken taken{asked.person, asked.role, asked.by};
  if (asked.role != Role::shop_operator) return then(taken);
  if (operators.people == std::set{asked.person}) return because::last_operator{};
  return then(taken, OperatorDismissed{asked.shop, asked.person});
}

RenewPasswordHash::Decision RenewPasswordHash::decide(const RenewPasswordHash& asked,
                                                      const Person& person) {
  if (!person.registered()) return because::person_unknown{};
  return then(PasswordHashRenewed{asked.person, asked.password_hash});
}

SignOutEverywhere::Decision SignOutEverywhere::decide(const SignOutEverywhere& asked,
                                                      const Person& person) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  return then(SignedOutEverywhere{asked.person, registered->round + 1});
}

EndSessionsOf::Decision EndSessionsOf::decide(const EndSessionsOf& asked, const Person& person) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  return then(SessionsEndedByOperator{asked.person, asked.by, asked.why, registered->round + 1});
}

namespace {
// Every later event is about someone registered: the rules see to it.
Registered& registered_in(Person& person) { return std::get<Registered>(person.stands); }

// With the password before.
void forget_what_was_begun(Person& person) {
  registered_in(person).reset.reset();
  registered_in(person).pending_factor.reset();
}

Person in_the_next_round(Person person, std::optional<SessionId> spared) {
  auto& registered = registered_in(person);
  ++registered.round;
  registered.spared = spared;
  return person;
}
}  // namespace

Person Person::evolve(Person person, const PersonRegistered&) {
  person.stands = Registered{.roles = {Role::customer}};
  return person;
}
Person Person::evolve(Person person, const RoleGiven& it) {
  registered_in(person).roles.insert(it.role);
  return person;
}
Person Person::evolve(Person person, const RoleTaken& it) {
  registered_in(person).roles.erase(it.role);
  return person;
}
Person Person::evolve(Person person, const PasswordHashRenewed&) { return person; }
Person Person::evolve(Person person, const SignedOutEverywhere&) {
  return in_the_next_round(std::move(person), {});
}
Person Person::evolve(Person person, const PasswordChanged& it) {
  forget_what_was_begun(person);
  return in_the_next_round(std::move(person), it.spared);
}
Person Person::evolve(Person person, const PasswordResetBegun& it) {
  registered_in(person).reset = {it.code, it.until};
  return person;
}
Person Person::evolve(Person person, const PasswordReset&) {
  forget_what_was_begun(person);
  return in_the_next_round(std::move(person), {});
}
Person Person::evolve(Person person, const SecondFactorBegun& it) {
  registered_in(person).pending_factor = {it.factor, it.until};
  return person;
}
Person Person::evolve(Person person, const SecondFactorConfirmed& it) {
  auto& registered = registered_in(person);
  registered.pending_factor.reset();
  registered.second_factor = {it.factor, it.step, it.recovery_codes};
  return in_the_next_round(std::move(person), it.spared);
}
Person Person::evolve(Person person, const OneTimeCodeUsed& it) {
  registered_in(person).second_factor->last_step = it.step;
  return person;
}
Person Person::evolve(Person person, const RecoveryCodeUsed& it) {
  registered_in(person).second_factor->recovery_codes.erase(it.code);
  return person;
}
Person Person::evolve(Person person, const SecondFactorRemoved& it) {
  registered_in(person).second_factor.reset();
  return in_the_next_round(std::move(person), it.spared);
}
Person Person::evolve(Person person, const SecondFactorRemovedByOperator&) {
  registered_in(person).second_factor.reset();
  return in_the_next_round(std::move(person), {});
}
Person Person::evolve(Person person, const SessionsEndedByOperator&) {
  return in_the_next_round(std::move(person), {});
}

Person Person::evolve(Person person, const ExportAsked& it) {
  if (it.whom == ExportedFor::themselves) registered_in(person).export_until = it.until;
  return person;
}

Operators Operators::evolve(Operators operators, const OperatorAppointed& it) {
  operators.people.insert(it.person);
  return operators;
}
Operators Operators::evolve(Operators operators, const OperatorDismissed& it) {
  operators.people.erase(it.person);
  return operators;
}

}  // namespace madang::identity
