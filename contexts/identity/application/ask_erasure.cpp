#include "identity/application/ask_erasure.hpp"

#include "identity/application/password_once_more.hpp"

namespace madang::identity {
namespace {

ErasureAnswer answer_to(const ErasureWish& asked, const AskErasure::Decision& decided) {
  if (decided.refused()) return decided.refusal();
  return BeingForgotten{asked.person};
}

}  // namespace

ErasureAnswer ask_erasure(const ErasureWish& asked, const chassis::RequestKey& request,
                          chassis::Gives<AskErasure> identity, chassis::Outcomes& outcomes,
                          Accounts& accounts, Attempts& attempts, PasswordHasher& hasher,
                          chassis::Vault& vault) {
  if (const auto before = outcomes.outcome_of<AskErasure>(request, "ask"))
    return answer_to(asked, *before);
  const auto doubt = doubt_about(asked.person, accounts.of(asked.person), asked.password,
                                 asked.from, attempts, hasher, vault);
  if (doubt.index() != 0) return doubt;
  return answer_to(asked, identity.execute(AskErasure{asked.person}, request, "ask"));
}

}  // namespace madang::identity
