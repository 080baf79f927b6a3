// The identity context on one page.
#include "identity/identity.hpp"

#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "identity/application/credentials.hpp"
#include "identity/application/refresh_session.hpp"
#include "identity/application/register_person.hpp"
#include "identity/application/roles.hpp"
#include "identity/application/sign_in.hpp"
#include "identity/application/sign_out.hpp"

namespace madang::identity {
namespace {

v1::PersonRegistered told(const PersonRegistered& it) {
  return {it.person, it.email, it.name, it.language == Language::ko ? "ko" : "en",
          it.registered_at};
}

}  // namespace

std::unique_ptr<chassis::Context> identity_context() {
  using namespace chassis;
  return context("identity")
      .aggregates<Person, Operators, Session>()
      .commands<RegisterPerson, GiveRole, TakeRole, RenewPasswordHash, SignOutEverywhere,
                BeginSession, RotateToken, EndSession>()
      .use_case<register_person>()
      .use_case<sign_in>()
      .use_case<refresh_session>()
      .use_case<sign_out>()
      .use_case<sign_out_everywhere>()
      .use_case<give_role>()
      .use_case<take_role>()
      .use_case<appoint_operator>()
      .projection<PasswordHashes>()
      .query(password_hash_of)
      .publishes([](const PersonRegistered& it) { return told(it); },
                 keeps_private<RoleGiven, RoleTaken, PasswordHashRenewed, SignedOutEverywhere,
                               OperatorAppointed, OperatorDismissed, SessionBegun, TokenRotated,
                               SessionEnded>)
      .done();
}

}  // namespace madang::identity
