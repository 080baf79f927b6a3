#include "identity/domain/erasure.hpp"

namespace madang::identity {
namespace {

bool has_come_to(const Person& person, Erasing step) {
  const auto* leaving = person.leaving();
  return leaving && leaving->how_far == step;
}

}  // namespace

AskErasure::Decision AskErasure::decide(const AskErasure& asked, const Person& person,
                                        const Operators& operators, Instant now) {
  if (person.leaving()) return then();
  if (!person.registered()) return because::person_unknown{};
  const ErasureAsked leaves{asked.person, now, now + erasure_lasts_at_most};
  if (!operators.people.contains(asked.person)) return then(leaves);
  if (operators.people.size() == 1) return because::last_operator{};
  return then(leaves, OperatorDismissed{asked.shop, asked.person});
}

EraseAccount::Decision EraseAccount::decide(const EraseAccount& asked, const Person& person,
                                            Instant now) {
  if (!has_come_to(person, Erasing::asked)) return then();
  return then(PersonErased{asked.person, now});
}

ReleaseLastKey::Decision ReleaseLastKey::decide(const ReleaseLastKey& asked, const Person& person) {
  if (!has_come_to(person, Erasing::erased)) return then();
  return then(LastKeyDue{asked.person});
}

NoteForgotten::Decision NoteForgotten::decide(const NoteForgotten& asked, const Person& person,
                                              Instant now) {
  if (!has_come_to(person, Erasing::last_key_due)) return then();
  return then(PersonForgotten{asked.person, now});
}

}  // namespace madang::identity
