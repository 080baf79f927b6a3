#include "identity/application/second_factor.hpp"

#include "identity/application/password_once_more.hpp"
#include "identity/application/shown_factor.hpp"

namespace madang::identity {
namespace {

const AppCode no_code{FactorId{kernel::IdBytes{}}, 0};

// Under which codes that somebody who is signed in tries are counted.
EmailFingerprint codes_of(const PersonId& person) { return {"second factor " + person.text()}; }

std::set<CodeHash> hashes_of(const std::vector<RecoveryCode>& codes) {
  std::set<CodeHash> hashes;
  for (const auto& it : codes) hashes.insert(it.hash);
  return hashes;
}

// A request that is repeated without what was shown the first time has made other secrets, and is told none.
BeginFactorAnswer answer_to(const BeginSecondFactor::Decision& decided, std::string secret,
                            std::string account, chassis::Vault& vault) {
  if (decided.refused()) return decided.refusal();
  const auto& begun = decided.get<SecondFactorBegun>();
  if (opened(begun.secret, factor_secret_field, vault) != secret) return because::password_wrong{};
  return FactorIsBegun{std::move(secret), std::move(account), begun.until};
}
ConfirmFactorAnswer answer_to(const ConfirmSecondFactor::Decision& decided,
                              std::vector<RecoveryCode> codes) {
  if (decided.refused()) return decided.refusal();
  if (decided.get<SecondFactorConfirmed>().recovery_codes != hashes_of(codes))
    return because::one_time_code_wrong{};
  return FactorIsOn{std::move(codes)};
}
RemoveFactorAnswer answer_to(const RemoveSecondFactor::Decision& decided, const PersonId& person) {
  if (decided.refused()) return decided.refusal();
  return FactorIsOff{person};
}
RemoveFactorOfAnswer answer_to(const RemoveSecondFactorOf::Decision& decided,
                               const PersonId& person) {
  if (decided.refused()) return decided.refusal();
  return FactorIsOff{person};
}

}  // namespace

BeginFactorAnswer begin_second_factor(const FactorWish& asked, const chassis::RequestKey& request,
                                      chassis::Gives<BeginSecondFactor> identity,
                                      chassis::Outcomes& outcomes, Accounts& accounts,
                                      Attempts& attempts, PasswordHasher& hasher,
                                      FactorSecrets& secrets, chassis::Vault& vault) {
  const auto account = accounts.of(asked.person);
  const auto email = account ? opened(account->email, "email", vault) : std::nullopt;
  if (!email) return because::person_unknown{};
  const auto secret = secrets.secret(asked.person, request.id<SeedId>("secret"), asked.password);
  if (const auto before = outcomes.outcome_of<BeginSecondFactor>(request, "begin"))
    return answer_to(*before, secret, *email, vault);
  const auto doubt =
      doubt_about(asked.person, account, asked.password, asked.from, attempts, hasher, vault);
  if (doubt.index() != 0) return doubt;
  return answer_to(
      identity.execute(BeginSecondFactor{asked.person, request.id<FactorId>("factor"),
                                         vault.seal(asked.person, factor_secret_field, secret)},
                       request, "begin"),
      secret, *email, vault);
}

ConfirmFactorAnswer confirm_second_factor(const FactorProof& asked,
                                          const chassis::RequestKey& request,
                                          chassis::Gives<ConfirmSecondFactor> identity,
                                          chassis::Outcomes& outcomes, Accounts& accounts,
                                          Attempts& attempts, FactorSecrets& secrets,
                                          chassis::Vault& vault) {
  const auto codes =
      secrets.recovery_codes(asked.person, request.id<SeedId>("recovery codes"), asked.code);
  if (const auto before = outcomes.outcome_of<ConfirmSecondFactor>(request, "confirm"))
    return answer_to(*before, codes);
  const auto account = accounts.of(asked.person);
  if (!account) return because::person_unknown{};
  if (!account->pending_factor)  // the rule says no, and that stays on record
    return answer_to(identity.execute(ConfirmSecondFactor{asked.person, asked.session, no_code, {}},
                                      request, "confirm"),
                     codes);
  const auto whose = codes_of(asked.person);
  if (const auto wait = attempts.to_sign_in(asked.from, whose)) return too_many(*wait);
  const auto code = app_code_in(asked.code, *account->pending_factor, asked.now, secrets, vault);
  if (!code) return because::one_time_code_wrong{};
  attempts.signed_in(whose);
  return answer_to(
      identity.execute(ConfirmSecondFactor{asked.person, asked.session, *code, hashes_of(codes)},
                       request, "confirm"),
      codes);
}

RemoveFactorAnswer remove_second_factor(const FactorRemoval& asked,
                                        const chassis::RequestKey& request,
                                        chassis::Gives<RemoveSecondFactor> identity,
                                        chassis::Outcomes& outcomes, Accounts& accounts,
                                        Attempts& attempts, PasswordHasher& hasher,
                                        FactorSecrets& secrets, chassis::Vault& vault) {
  if (const auto before = outcomes.outcome_of<RemoveSecondFactor>(request, "remove"))
    return answer_to(*before, asked.person);
  const auto account = accounts.of(asked.person);
  if (!account) return because::person_unknown{};
  if (!account->second_factor)  // likewise
    return answer_to(identity.execute(RemoveSecondFactor{asked.person, asked.session, no_code},
                                      request, "remove"),
                     asked.person);
  const auto whose = codes_of(asked.person);
  if (const auto wait = attempts.to_sign_in(asked.from, whose)) return too_many(*wait);
  if (!is_password_of(*account, asked.password, hasher, vault)) return because::password_wrong{};
  const auto proof = proof_in(asked.code, *account->second_factor, asked.now, secrets, vault);
  if (!proof) return because::one_time_code_wrong{};
  const auto decided =
      identity.execute(RemoveSecondFactor{asked.person, asked.session, *proof}, request, "remove");
  if (!decided.refused()) attempts.signed_in(whose);
  return answer_to(decided, asked.person);
}

chassis::Later<RemoveFactorOfAnswer> remove_second_factor_of(
    const LostFactor& asked, const chassis::RequestKey& request,
    chassis::Gives<RemoveSecondFactorOf> identity) {
  return identity.submit(RemoveSecondFactorOf{asked.person, asked.by, asked.why}, request, "remove")
      .then([person = asked.person](const RemoveSecondFactorOf::Decision& decided) {
        return answer_to(decided, person);
      });
}

RemoveFactorOfAnswer remove_second_factor_at_machine(const LostFactorAtTheMachine& asked,
                                                     const chassis::RequestKey& request,
                                                     chassis::Gives<RemoveSecondFactorOf> identity,
                                                     Accounts& accounts) {
  const auto account = accounts.find(accounts.fingerprint_of(asked.email));
  if (!account) return because::person_unknown{};
  return answer_to(
      identity.execute(RemoveSecondFactorOf{account->person, {}, asked.why}, request, "remove"),
      account->person);
}

SecondFactorOf::Result second_factor_of(const SecondFactorOf& asked,
                                        const chassis::Rows<PersonCards>& cards) {
  const auto card = cards.find(asked.person);
  if (!card) return {{}, false};
  return {card->second_factor, demands(asked.demanded_of, card->roles)};
}

}  // namespace madang::identity
