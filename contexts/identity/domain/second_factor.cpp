#include "identity/domain/second_factor.hpp"

#include "identity/domain/session.hpp"

namespace madang::identity {
namespace {

// Of this person, and not over.
bool is_theirs(const Session& session, const SessionId& id, const PersonId& person,
               const Registered& registered) {
  const auto* open = session.open();
  return open && open->person == person && goes_on(registered, id, open->round);
}

}  // namespace

bool is_good(const SecondProof& proof, const SecondFactor& factor) {
  if (const auto* code = std::get_if<AppCode>(&proof))
    return code->factor == factor.factor && code->step > factor.last_step;
  return factor.recovery_codes.contains(std::get<CodeHash>(proof));
}

bool demands(SecondFactorFor of, const std::set<Role>& roles) {
  switch (of) {
    case SecondFactorFor::nobody: return false;
    case SecondFactorFor::staff:
      return roles.contains(Role::book_manager) || roles.contains(Role::shop_operator);
    case SecondFactorFor::everyone: return true;
  }
  return true;
}

std::set<Role> roles_in_force(const Registered& person, SecondFactorFor demanded_of) {
  if (person.second_factor || !demands(demanded_of, person.roles)) return person.roles;
  const bool is_customer = person.roles.contains(Role::customer);
  if (demanded_of == SecondFactorFor::staff && is_customer) return {Role::customer};
  return {};
}

BeginSecondFactor::Decision BeginSecondFactor::decide(const BeginSecondFactor& asked,
                                                      const Person& person, Instant now) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (registered->second_factor) return because::second_factor_on{};
  return then(SecondFactorBegun{asked.person, asked.factor, asked.secret,
                                now + factor_to_be_confirmed_within});
}

ConfirmSecondFactor::Decision ConfirmSecondFactor::decide(const ConfirmSecondFactor& asked,
                                                          const Person& person,
                                                          const Session& session, Instant now) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (!is_theirs(session, asked.session, asked.person, *registered))
    return because::session_ended{};
  const auto& pending = registered->pending_factor;
  if (!pending || pending->factor != asked.code.factor || now >= pending->until)
    return because::second_factor_not_begun{};
  return then(SecondFactorConfirmed{asked.person, asked.code.factor, asked.code.step,
                                    asked.recovery_codes, asked.session, registered->round + 1,
                                    now});
}

RemoveSecondFactor::Decision RemoveSecondFactor::decide(const RemoveSecondFactor& asked,
                                                        const Person& person,
                                                        const Session& session) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (!is_theirs(session, asked.session, asked.person, *registered))
    return because::session_ended{};
  const auto& factor = registered->second_factor;
  if (!factor) return because::second_factor_off{};
  if (!is_good(asked.proof, *factor)) return because::one_time_code_wrong{};
  return then(
      SecondFactorRemoved{asked.person, factor->factor, asked.session, registered->round + 1});
}

RemoveSecondFactorOf::Decision RemoveSecondFactorOf::decide(const RemoveSecondFactorOf& asked,
                                                            const Person& person) {
  const auto* registered = person.registered();
  if (!registered) return because::person_unknown{};
  if (asked.by == asked.person) return because::own_second_factor{};
  const auto& factor = registered->second_factor;
  if (!factor) return because::second_factor_off{};
  return then(SecondFactorRemovedByOperator{asked.person, factor->factor, asked.by, asked.why,
                                            registered->round + 1});
}

}  // namespace madang::identity
