#include "identity/application/register_person.hpp"

namespace madang::identity {

RegistrationAnswer register_person(const Registration& asked, const chassis::RequestKey& request,
                                   chassis::Gives<RegisterPerson> identity, Accounts& accounts,
                                   Attempts& attempts, PasswordHasher& hasher,
                                   BreachedPasswords& breached, chassis::KeyMaker& keys,
                                   chassis::Vault& vault) {
  const auto weakness = weakness_of(asked.password, asked.email, breached);
  if (weakness.index() != 0) return weakness;
  if (const auto wait = attempts.to_register(asked.from)) return too_many(*wait);
  const auto person = request.id<PersonId>("person");
  const auto password_hash = hasher.hash(asked.password);
  keys.make_key(person);
  const auto registered = identity.execute(
      RegisterPerson{person, accounts.fingerprint_of(asked.email),
                     vault.seal(person, "email", asked.email.text()),
                     vault.seal(person, "name", asked.name),
                     vault.seal(person, "password_hash", password_hash), asked.language},
      request, "register");
  // That the address is taken is on record and told to nobody, not even by where the log stands now.
  static_cast<void>(registered);
  request.written().clear();
  return Taken{};
}

}  // namespace madang::identity
