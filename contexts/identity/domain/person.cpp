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

GiveRole::Decision GiveRole::decide(const GiveRole& asked, const Person& person) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (registered->roles.contains(asked.role)) return then();
  return then(RoleGiven{asked.person, asked.role, asked.by});
}

TakeRole::Decision TakeRole::decide(const TakeRole& asked, const Person& person) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (!registered->roles.contains(asked.role)) return then();
  return then(RoleTaken{asked.person, asked.role, asked.by});
}

SignOutEverywhere::Decision SignOutEverywhere::decide(const SignOutEverywhere& asked,
                                                      const Person& person) {
  if (!person.registered()) return because::person_unknown{};
  return then(SignedOutEverywhere{asked.person});
}

namespace {
// Every later event is about someone registered: the rules see to it.
Registered& registered_in(Person& person) { return std::get<Registered>(person.stands); }
}  // namespace

Person Person::evolve(Person person, const PersonRegistered&) {
  person.stands = Registered{{Role::customer}};
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
Person Person::evolve(Person person, const SignedOutEverywhere&) {
  ++registered_in(person).round;
  return person;
}

}  // namespace madang::identity
