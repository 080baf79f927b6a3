#include "identity/application/sign_in.hpp"

#include "identity/application/password_once_more.hpp"
#include "identity/application/shown_factor.hpp"

namespace madang::identity {
namespace {

SignInAnswer wrong_factor(Attempts& attempts) {
  attempts.sign_in_failed();
  return because::second_factor_wrong{};
}

using Identity = chassis::Gives<BeginSession, EndSession, RenewPasswordHash>;

void renew_hash(const PersonId& person, const std::string& password,
                const chassis::RequestKey& request, Identity identity, PasswordHasher& hasher,
                chassis::Vault& vault) {
  const auto sealed = vault.seal(person, "password_hash", hasher.hash(password));
  static_cast<void>(identity.execute(RenewPasswordHash{person, sealed}, request, "renew"));
}

}  // namespace

SignInAnswer sign_in(const Credentials& asked, const chassis::RequestKey& request,
                     Identity identity, Accounts& accounts, Attempts& attempts,
                     PasswordHasher& hasher, FactorSecrets& secrets, Tokens& tokens,
                     chassis::Vault& vault) {
  const auto fingerprint = accounts.fingerprint_of(asked.email);
  if (const auto wait = attempts.to_sign_in(asked.from, fingerprint)) return too_many(*wait);
  const auto account = accounts.find(fingerprint);
  const auto hash = account ? opened(account->password_hash, "password_hash", vault) : std::nullopt;
  const auto verdict = hasher.check(asked.password, hash);
  if (!account || verdict == PasswordHasher::Verdict::wrong) {
    attempts.sign_in_failed();
    return because::sign_in_failed{};
  }
  // With a second factor attempts count until it is right, too: who knows the password could else guess codes for ever.
  const auto& factor = account->second_factor;
  if (!factor) attempts.signed_in(fingerprint);
  if (factor && !asked.code) return because::second_factor_needed{};
  const auto proof =
      factor ? proof_in(*asked.code, *factor, asked.now, secrets, vault) : std::nullopt;
  if (factor && !proof) return wrong_factor(attempts);

  const auto& person = account->person;
  if (verdict == PasswordHasher::Verdict::right_but_outdated)
    renew_hash(person, asked.password, request, identity, hasher, vault);
  const auto refresh = tokens.refresh_token(request.id<SessionId>("session"), person);
  const auto begun =
      identity.execute(BeginSession{refresh.session, person, asked.client, refresh.hash,
                                    asked.unused, asked.demanded_of, proof},
                       request, "begin");
  if (begun.refused_because<because::second_factor_wrong>()) return wrong_factor(attempts);
  if (const auto* needed = begun.refused_because<because::second_factor_needed>()) return *needed;
  const auto* session = begun.find<SessionBegun>();
  if (!session) return because::sign_in_failed{};
  if (factor) attempts.signed_in(fingerprint);
  // Whoever has a session's token may end it, be it their own or not.
  if (const auto before = asked.replaces ? tokens.read(*asked.replaces) : std::nullopt)
    static_cast<void>(
        identity.execute(EndSession{before->session, before->person}, request, "replace"));
  return SignedIn{
      person, session->roles,
      tokens.access_token(person, refresh.session, asked.client, session->roles, session->round),
      refresh.text, session->until};
}

}  // namespace madang::identity
