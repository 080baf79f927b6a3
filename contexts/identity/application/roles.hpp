#pragma once
// Operators give and take roles; the first of them is made on the shop's own machine. A role holds
// from the person's next access token on.
#include "chassis/ports/commands.hpp"
#include "identity/application/ports/outbound/accounts.hpp"
#include "identity/domain/person.hpp"

namespace madang::identity {

struct RoleChange {
  PersonId person;
  Role role;
  PersonId by;
};
struct Appointment {
  EmailAddress email;
};
struct RolesChanged {
  PersonId person;
};

using GiveRoleAnswer = kernel::Answer<RolesChanged, kernel::RefusalsOf<GiveRole>>;
using TakeRoleAnswer = kernel::Answer<RolesChanged, kernel::RefusalsOf<TakeRole>>;

chassis::Later<GiveRoleAnswer> give_role(const RoleChange&, const chassis::RequestKey&,
                                         chassis::Gives<GiveRole>);
chassis::Later<TakeRoleAnswer> take_role(const RoleChange&, const chassis::RequestKey&,
                                         chassis::Gives<TakeRole>);
// For whoever can give commands on the machine itself; never reached from the network.
GiveRoleAnswer appoint_operator(const Appointment&, const chassis::RequestKey&,
                                chassis::Gives<GiveRole>, Accounts&);

}  // namespace madang::identity
