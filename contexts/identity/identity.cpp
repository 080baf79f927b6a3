// The identity context on one page.
#include "identity/identity.hpp"

#include "chassis/assembly/assembly.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "identity/application/about_person.hpp"
#include "identity/application/ask_erasure.hpp"
#include "identity/application/ask_export.hpp"
#include "identity/application/change_password.hpp"
#include "identity/application/credentials.hpp"
#include "identity/application/destroy_last_key.hpp"
#include "identity/application/erase_person.hpp"
#include "identity/application/erasures.hpp"
#include "identity/application/refresh_session.hpp"
#include "identity/application/register_person.hpp"
#include "identity/application/reset_password.hpp"
#include "identity/application/roles.hpp"
#include "identity/application/second_factor.hpp"
#include "identity/application/sessions.hpp"
#include "identity/application/sign_in.hpp"
#include "identity/application/sign_out.hpp"

namespace madang::identity {
namespace {

v1::PersonRegistered told(const PersonRegistered& it) {
  return {it.person, it.email, it.name, it.language == Language::ko ? "ko" : "en",
          it.registered_at};
}
v1::SessionEnded told(const SessionEnded& it) { return {it.person, it.session.text()}; }
// What was signed out before rounds were told is long over at the gateway.
v1::SessionsEnded told(const SignedOutEverywhere& it) {
  return {it.person, it.round.value_or(0), {}};
}

v1::SessionsEnded told(const SessionsEndedByOperator& it) { return {it.person, it.round, {}}; }
v1::SessionsEnded told(const PasswordChanged& it) {
  return {it.person, it.round, it.spared.text()};
}
v1::SessionsEnded told(const PasswordReset& it) { return {it.person, it.round, {}}; }
v1::SessionsEnded told(const SecondFactorConfirmed& it) {
  return {it.person, it.round, it.spared.text()};
}
v1::SessionsEnded told(const SecondFactorRemoved& it) {
  return {it.person, it.round, it.spared.text()};
}
v1::SessionsEnded told(const SecondFactorRemovedByOperator& it) {
  return {it.person, it.round, {}};
}

void lift_without_round(chassis::JsonDocument& event) { event.set("round", "null"); }
void lift_to_first_round(chassis::JsonDocument& event) { event.set("round", "0"); }
// Sessions lasted their thirty days once, used or not.
void lift_to_one_end(chassis::JsonDocument& event) {
  event.set("at_latest", event.root()["until"].json());
}

}  // namespace

std::unique_ptr<chassis::Context> identity_context() {
  using namespace chassis;
  return context("identity")
      .aggregates<Person, Operators, Session>()
      .hears<rental::v1::CustomerLeft>()
      .takes<v1::PersonalDataErased>(From{keepers_of_keys})
      .commands<RegisterPerson, GiveRole, TakeRole, RenewPasswordHash, SignOutEverywhere,
                BeginSession, RotateToken, EndSession>()
      .commands<ChangePassword, BeginPasswordReset, ResetPassword, EndOtherSession, EndSessionsOf>()
      .commands<BeginSecondFactor, ConfirmSecondFactor, RemoveSecondFactor, RemoveSecondFactorOf>()
      .upcast<SignedOutEverywhere>(1, lift_without_round)
      .upcast<TokenRotated>(1, lift_to_first_round)
      .upcast<SessionBegun>(1, lift_to_one_end)
      .commands<AskExport, AskErasure, EraseAccount, ReleaseLastKey, NoteForgotten>()
      .use_case<register_person>()
      .use_case<sign_in>()
      .use_case<refresh_session>()
      .use_case<sign_out>()
      .use_case<sign_out_everywhere>()
      .use_case<change_password>()
      .use_case<begin_password_reset>()
      .use_case<reset_password>()
      .use_case<begin_second_factor>()
      .use_case<confirm_second_factor>()
      .use_case<remove_second_factor>()
      .use_case<remove_second_factor_of>()
      .use_case<remove_second_factor_at_machine>()
      .use_case<end_session>()
      .use_case<end_sessions>()
      .use_case<give_role>()
      .use_case<take_role>()
      .use_case<appoint_operator>()
      .use_case<ask_export>()
      .use_case<ask_erasure>()

      .process<ErasePerson>()
      .reaction<destroy_last_key>(whenever<LastKeyDue>)

      .projection<PasswordHashes>()
      .query(password_hash_of)
      .projection<OpenSessions>()
      .projection<Rounds>()
      .query(sessions_of)
      .projection<Erasures>()
      .query(erasure_of)
      .query(all_erasures)
      .query(erasures_open)
      .projection<PersonCards>()
      .projection<SignIns>()
      .projection<Exports>()
      .personal_data(about_person)
      .query(second_factor_of)
      .query(is_taking_along)
      .publishes(
          [](const PersonRegistered& it) { return told(it); }, as<v1::ErasureAsked, ErasureAsked>,
          as<v1::PersonErased, PersonErased>, [](const SessionEnded& it) { return told(it); },
          [](const SignedOutEverywhere& it) { return told(it); },
          [](const SessionsEndedByOperator& it) { return told(it); },
          [](const PasswordChanged& it) { return told(it); },
          [](const PasswordReset& it) { return told(it); },
          [](const SecondFactorConfirmed& it) { return told(it); },
          [](const SecondFactorRemoved& it) { return told(it); },
          [](const SecondFactorRemovedByOperator& it) { return told(it); },
          keeps_private<PasswordResetBegun, SecondFactorBegun, OneTimeCodeUsed, RecoveryCodeUsed,
                        ExportAsked, RoleGiven, RoleTaken, PasswordHashRenewed, OperatorAppointed,
                        OperatorDismissed, LastKeyDue, PersonForgotten, SessionBegun, TokenRotated>)
      .done();
}

}  // namespace madang::identity
