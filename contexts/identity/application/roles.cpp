#include "identity/application/roles.hpp"

namespace madang::identity {

GiveRoleAnswer give_role(const RoleChange& asked, const chassis::RequestKey& request,
                         chassis::Gives<GiveRole> identity) {
  const auto given =
      identity.execute(GiveRole{asked.person, asked.role, asked.by}, request, "give");
  if (given.refused()) return given.refusal();
  return RolesChanged{asked.person};
}

TakeRoleAnswer take_role(const RoleChange& asked, const chassis::RequestKey& request,
                         chassis::Gives<TakeRole> identity) {
  const auto taken =
      identity.execute(TakeRole{asked.person, asked.role, asked.by}, request, "take");
  if (taken.refused()) return taken.refusal();
  return RolesChanged{asked.person};
}

GiveRoleAnswer appoint_operator(const Appointment& asked, const chassis::RequestKey& request,
                                chassis::Gives<GiveRole> identity, Accounts& accounts) {
  const auto account = accounts.find(accounts.fingerprint_of(asked.email));
  if (!account) return because::person_unknown{};
  const auto given = identity.execute(GiveRole{account->person, Role::shop_operator, std::nullopt},
                                      request, "appoint");
  if (given.refused()) return given.refusal();
  return RolesChanged{account->person};
}

}  // namespace madang::identity
