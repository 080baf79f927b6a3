#include "identity/application/change_password.hpp"

#include "identity/application/password_once_more.hpp"

namespace madang::identity {
namespace {

PasswordAnswer answer_to(const ChangePassword::Decision& changed) {
  if (changed.refused()) return changed.refusal();
  return PasswordIsChanged{};
}

}  // namespace

PasswordAnswer change_password(const PasswordWish& asked, const chassis::RequestKey& request,
                               chassis::Gives<ChangePassword> identity, chassis::Outcomes& outcomes,
                               Accounts& accounts, Attempts& attempts, PasswordHasher& hasher,
                               BreachedPasswords& breached, chassis::Vault& vault) {
  if (const auto before = outcomes.outcome_of<ChangePassword>(request, "change"))
    return answer_to(*before);
  const auto account = accounts.of(asked.person);
  const auto email = account ? opened(account->email, "email", vault) : std::nullopt;
  const auto address = email ? EmailAddress::parse(*email) : std::nullopt;
  if (!address) return because::person_unknown{};
  const auto weakness = weakness_of(asked.new_password, *address, breached);
  if (weakness.index() != 0) return weakness;
  const auto doubt =
      doubt_about(asked.person, account, asked.password, asked.from, attempts, hasher, vault);
  if (doubt.index() != 0) return doubt;
  const auto sealed = vault.seal(asked.person, "password_hash", hasher.hash(asked.new_password));
  return answer_to(
      identity.execute(ChangePassword{asked.person, asked.session, sealed}, request, "change"));
}

}  // namespace madang::identity
