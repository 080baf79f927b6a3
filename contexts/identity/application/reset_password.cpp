#include "identity/application/reset_password.hpp"

#include "identity/application/password_once_more.hpp"

namespace madang::identity {
namespace {

BeginResetAnswer answer_to(const BeginPasswordReset::Decision& decided, const ResetId& reset,
                           ResetCodes& codes) {
  if (decided.refused()) return decided.refusal();
  const auto* begun = decided.find<PasswordResetBegun>();
  return ResetIsBegun{begun->person, codes.make(begun->person, reset).text, begun->until};
}
ResetAnswer answer_to(const ResetPassword::Decision& decided, const PersonId& person) {
  if (decided.refused()) return decided.refusal();
  return PasswordIsReset{person};
}

}  // namespace

BeginResetAnswer begin_password_reset(const ForgottenPassword& asked,
                                      const chassis::RequestKey& request,
                                      chassis::Gives<BeginPasswordReset> identity,
                                      chassis::Outcomes& outcomes, Accounts& accounts,
                                      ResetCodes& codes) {
  const auto reset = request.id<ResetId>("reset");
  if (const auto before = outcomes.outcome_of<BeginPasswordReset>(request, "begin"))
    return answer_to(*before, reset, codes);
  const auto account = accounts.find(accounts.fingerprint_of(asked.email));
  if (!account) return because::person_unknown{};
  const auto code = codes.make(account->person, reset);
  return answer_to(
      identity.execute(BeginPasswordReset{account->person, code.hash, asked.by, asked.lasts},
                       request, "begin"),
      reset, codes);
}

ResetAnswer reset_password(const NewPasswordByCode& asked, const chassis::RequestKey& request,
                           chassis::Gives<ResetPassword> identity, chassis::Outcomes& outcomes,
                           Accounts& accounts, Attempts& attempts, ResetCodes& codes,
                           PasswordHasher& hasher, BreachedPasswords& breached,
                           chassis::Vault& vault) {
  const auto code = codes.read(asked.code);
  if (code)
    if (const auto before = outcomes.outcome_of<ResetPassword>(request, "reset"))
      return answer_to(*before, code->person);
  // Not the account's own count: whoever guesses here keeps nobody from signing in.
  const EmailFingerprint whose{"reset " + (code ? code->person.text() : "of nobody")};
  if (const auto wait = attempts.to_sign_in(asked.from, whose)) return too_many(*wait);
  const auto account = code ? accounts.of(code->person) : std::nullopt;
  if (!account || !is_good(account->reset, code->hash, asked.now))
    return because::reset_code_invalid{};
  // Only now: what a password must not be like tells of the person's address.
  const auto email = opened(account->email, "email", vault);
  const auto address = email ? EmailAddress::parse(*email) : std::nullopt;
  if (!address) return because::reset_code_invalid{};
  const auto weakness = weakness_of(asked.new_password, *address, breached);
  if (weakness.index() != 0) return weakness;
  const auto sealed = vault.seal(code->person, "password_hash", hasher.hash(asked.new_password));
  const auto decided =
      identity.execute(ResetPassword{code->person, code->hash, sealed}, request, "reset");
  if (!decided.refused()) attempts.signed_in(whose);
  return answer_to(decided, code->person);
}

}  // namespace madang::identity
