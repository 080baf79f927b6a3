#include "identity/application/ask_erasure.hpp"

namespace madang::identity {
namespace {

std::optional<std::string> hash_of(const Account& account, chassis::Vault& vault) {
  const auto opened = vault.open(account.password_hash, "password_hash");
  const auto* hash = std::get_if<std::string>(&opened);
  return hash ? std::optional{*hash} : std::nullopt;
}

}  // namespace

ErasureAnswer ask_erasure(const ErasureWish& asked, const chassis::RequestKey& request,
                          chassis::Gives<AskErasure> identity, Accounts& accounts,
                          Attempts& attempts, PasswordHasher& hasher, chassis::Vault& vault) {
  // Guesses are counted against the person by their id: who asks is signed in as them.
  const EmailFingerprint whose{asked.person.text()};
  if (const auto wait = attempts.to_sign_in(asked.from, whose)) return too_many(*wait);
  // Who is erased already has no password to be asked for, and is told the same as before.
  const auto account = accounts.of(asked.person);
  if (account &&
      hasher.check(asked.password, hash_of(*account, vault)) == PasswordHasher::Verdict::wrong)
    return because::password_wrong{};
  attempts.signed_in(whose);

  const auto decided = identity.execute(AskErasure{asked.person}, request, "ask");
  if (decided.refused()) return decided.refusal();
  return BeingForgotten{asked.person};
}

}  // namespace madang::identity
