#include "identity/application/roles.hpp"

namespace madang::identity {

chassis::Later<GiveRoleAnswer> give_role(const RoleChange& asked,
                                         const chassis::RequestKey& request,
                                         chassis::Gives<GiveRole> identity) {
  return identity.submit(GiveRole{asked.person, asked.role, asked.by}, request, "give")
      .then([person = asked.person](const GiveRole::Decision& given) -> GiveRoleAnswer {
        if (given.refused()) return given.refusal();
        return RolesChanged{person};
      });
}

chassis::Later<TakeRoleAnswer> take_role(const RoleChange& asked,
                                         const chassis::RequestKey& request,
                                         chassis::Gives<TakeRole> identity) {
  return identity.submit(TakeRole{asked.person, asked.role, asked.by}, request, "take")
      .then([person = asked.person](const TakeRole::Decision& taken) -> TakeRoleAnswer {
        if (taken.refused()) return taken.refusal();
        return RolesChanged{person};
      });
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
