#include "identity/application/password_once_more.hpp"

namespace madang::identity {

std::variant<std::monostate, because::password_wrong, because::too_many_attempts> doubt_about(
    const PersonId& person, const std::optional<Account>& account, const std::string& password,
    const std::string& from, Attempts& attempts, PasswordHasher& hasher, chassis::Vault& vault) {
  const EmailFingerprint whose{person.text()};
  if (const auto wait = attempts.to_sign_in(from, whose)) return too_many(*wait);
  if (account && !is_password_of(*account, password, hasher, vault))
    return because::password_wrong{};
  attempts.signed_in(whose);
  return {};
}

bool is_password_of(const Account& account, const std::string& password, PasswordHasher& hasher,
                    chassis::Vault& vault) {
  return hasher.check(password, opened(account.password_hash, "password_hash", vault)) !=
         PasswordHasher::Verdict::wrong;
}

std::optional<std::string> opened(const Personal<std::string>& sealed, std::string_view field,
                                  chassis::Vault& vault) {
  const auto found = vault.open(sealed, field);
  const auto* text = std::get_if<std::string>(&found);
  return text ? std::optional{*text} : std::nullopt;
}

}  // namespace madang::identity
