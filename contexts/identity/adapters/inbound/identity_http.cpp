#include "identity/adapters/inbound/identity_http.hpp"

#include "chassis/json/json.hpp"
#include "chassis/security/base32.hpp"
#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/keyed_digest.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/totp.hpp"
#include "contracts/support/refusals.hpp"
#include "identity/application/about_person.hpp"
#include "identity/application/ask_erasure.hpp"
#include "identity/application/ask_export.hpp"
#include "identity/application/change_password.hpp"
#include "identity/application/erasures.hpp"
#include "identity/application/roles.hpp"
#include "identity/application/sessions.hpp"
#include "identity/application/sign_out.hpp"

namespace madang::identity {
namespace {

using contracts::answered, contracts::Caller, contracts::Later, contracts::Result;
using http_v1::SpokenLanguage;

Role role_of(http_v1::Role role) {
  switch (role) {
    case http_v1::Role::customer: return Role::customer;
    case http_v1::Role::book_manager: return Role::book_manager;
    case http_v1::Role::operator_: return Role::shop_operator;
  }
  throw std::logic_error{"a role that the contract does not have"};
}
http_v1::Role role_of(Role role) {
  switch (role) {
    case Role::customer: return http_v1::Role::customer;
    case Role::book_manager: return http_v1::Role::book_manager;
    case Role::shop_operator: return http_v1::Role::operator_;
  }
  throw std::logic_error{"a role that the domain does not have"};
}
Language language_of(const Caller& caller, const std::optional<SpokenLanguage>& wished) {
  if (wished) return *wished == SpokenLanguage::ko ? Language::ko : Language::en;
  return caller.language == http::Language::ko ? Language::ko : Language::en;
}
EmailAddress address_of(const std::string& text) {
  auto address = EmailAddress::parse(text);
  if (!address)
    throw std::logic_error{"the contract took an e-mail address that the domain does not"};
  return *std::move(address);
}
http_v1::Erasure erasure_of(const Erasures::Row& row) {
  // Ours and the contract's states have the same names in the same order.
  static_assert(static_cast<http_v1::ErasureState>(ErasureState::done) ==
                http_v1::ErasureState::done);
  return {static_cast<http_v1::ErasureState>(row.state), row.asked_at, row.at_latest, row.done_at};
}
SessionId present_session(const Caller& caller) {
  const auto session = SessionId::parse(caller.who.session);
  if (!session) throw chassis::Corrupt{"a caller with a role and without a session"};
  return *session;
}
EndingReason reason_of(http_v1::EndingReason why) {
  // Ours and the contract's reasons have the same names in the same order.
  static_assert(static_cast<http_v1::EndingReason>(EndingReason::misuse) ==
                http_v1::EndingReason::misuse);
  return static_cast<EndingReason>(why);
}
FactorLoss loss_of(http_v1::FactorLoss why) {
  // Ours and the contract's have the same names in the same order.
  static_assert(static_cast<http_v1::FactorLoss>(FactorLoss::app_removed) ==
                http_v1::FactorLoss::app_removed);
  return static_cast<FactorLoss>(why);
}
ClientName client_of(const std::optional<std::string>& name) { return {name.value_or("unnamed")}; }

}  // namespace

IdentityHttp::IdentityHttp(chassis::Commands& identity, IdentityPorts ports,
                           const security::SigningKeys& keys, std::string erasure_key,
                           const security::RotatingKey& link_key, runtime::Runtime& runtime)
    : identity_{identity},
      ports_{ports},
      keys_{keys},
      erasure_ids_{std::move(erasure_key)},
      links_{link_key, "export"},
      runtime_{runtime},
      key_of_notes_{security::random_bytes(runtime, 32)} {}

Later<http_v1::RegisterPersonResponse> IdentityHttp::register_person(
    const Caller& caller, const http_v1::RegisterPersonRequest& asked,
    const chassis::RequestKey& key) {
  const auto& body = asked.body;
  return answered(
      identity::register_person({address_of(body.email), body.password, body.name,
                                 language_of(caller, body.language), caller.address},
                                key, identity_, ports_.accounts, ports_.attempts, ports_.hasher,
                                ports_.breached, ports_.keys, ports_.vault),
      [](const Taken&) { return http_v1::RegisterPersonResponse{}; });
}

Later<http_v1::GrantRoleResponse> IdentityHttp::grant_role(const Caller& caller,
                                                           const http_v1::GrantRoleRequest& asked,
                                                           const chassis::RequestKey& key) {
  const auto role = role_of(asked.role);
  auto note = note_of(caller, "role given", asked.person_id, std::string{text_of(role)});
  return answered(give_role({asked.person_id, role, caller.person()}, key, identity_),
                  [this, note = std::move(note)](const RolesChanged&) {
                    tell(note);
                    return http_v1::GrantRoleResponse{};
                  });
}

Later<http_v1::RevokeRoleResponse> IdentityHttp::revoke_role(
    const Caller& caller, const http_v1::RevokeRoleRequest& asked, const chassis::RequestKey& key) {
  const auto role = role_of(asked.role);
  auto note = note_of(caller, "role taken", asked.person_id, std::string{text_of(role)});
  return answered(take_role({asked.person_id, role, caller.person()}, key, identity_),
                  [this, note = std::move(note)](const RolesChanged&) {
                    tell(note);
                    return http_v1::RevokeRoleResponse{};
                  });
}

Result<http_v1::SignInResponse> IdentityHttp::sign_in(const Caller& caller,
                                                      const http_v1::SignInRequest& asked) {
  const auto& body = asked.body;
  const auto answer = identity::sign_in(
      {address_of(body.email), body.password, client_of(body.client), caller.address, ports_.unused,
       body.replaces, body.code, present(), ports_.second_factor_for},
      new_request(caller, "sign_in"), identity_, ports_.accounts, ports_.attempts, ports_.hasher,
      ports_.factors, ports_.tokens, ports_.vault);
  const auto digest =
      security::keyed_digest(key_of_notes_, "who signs in", {address_of(body.email).text()});
  tell_refusal<because::sign_in_failed>(
      caller, answer, "sign-in refused",
      security::base64url(security::as_text(digest).substr(0, 8)));
  if (answer.refused_because<because::second_factor_wrong>())
    tell(note_of(caller, "second factor refused"));
  return answered(answer, [&](const SignedIn& it) {
    tell(note_of(caller, "signed in", it.person));
    return http_v1::SignInResponse{session_of(it)};
  });
}

Result<http_v1::RefreshSessionResponse> IdentityHttp::refresh_session(
    const Caller& caller, const http_v1::RefreshSessionRequest& asked) {
  return answered(
      identity::refresh_session({asked.body.refresh_token, client_of(asked.body.client),
                                 ports_.unused, ports_.second_factor_for},
                                new_request(caller, "refresh_session"), identity_, ports_.attempts,
                                ports_.tokens),
      [&](const SignedIn& it) { return http_v1::RefreshSessionResponse{session_of(it)}; });
}

Later<http_v1::SignOutResponse> IdentityHttp::sign_out(const Caller& caller,
                                                       const http_v1::SignOutRequest&,
                                                       const chassis::RequestKey& key) {
  return answered(identity::sign_out({caller.person(), present_session(caller)}, key, identity_),
                  [this, note = note_of(caller, "signed out")](const SignedOut&) {
                    tell(note);
                    return http_v1::SignOutResponse{};
                  });
}

Later<http_v1::SignOutEverywhereResponse> IdentityHttp::sign_out_everywhere(
    const Caller& caller, const http_v1::SignOutEverywhereRequest&,
    const chassis::RequestKey& key) {
  return answered(identity::sign_out_everywhere({caller.person()}, key, identity_),
                  [this, note = note_of(caller, "signed out everywhere")](const SignedOut&) {
                    tell(note);
                    return http_v1::SignOutEverywhereResponse{};
                  });
}

Result<http_v1::ListSessionsResponse> IdentityHttp::list_sessions(
    const Caller& caller, const http_v1::ListSessionsRequest& asked) {
  const auto now = present();
  const auto present = present_session(caller);
  http_v1::ListSessionsResponse response;
  for (const auto& it : identity_.ask(SessionsOf{caller.person(), now}, asked.after))
    response.body.items.push_back(
        {it.session.text(), it.client.text, it.began, it.used, it.until, it.session == present});
  return response;
}

Later<http_v1::EndSessionResponse> IdentityHttp::end_session(
    const Caller& caller, const http_v1::EndSessionRequest& asked, const chassis::RequestKey& key) {
  const auto session = SessionId::parse(asked.session_id);
  if (!session)
    return Result<http_v1::EndSessionResponse>{
        std::unexpected{contracts::problem_of(because::session_unknown{})}};
  return answered(identity::end_session({caller.person(), *session}, key, identity_),
                  [this, note = note_of(caller, "session ended", {}, session->text())](
                      const SessionsAreEnded&) {
                    tell(note);
                    return http_v1::EndSessionResponse{};
                  });
}

Later<http_v1::EndSessionsResponse> IdentityHttp::end_sessions(
    const Caller& caller, const http_v1::EndSessionsRequest& asked,
    const chassis::RequestKey& key) {
  auto note =
      note_of(caller, "sessions ended", asked.person_id, std::string{http_v1::text_of(asked.why)});
  return answered(identity::end_sessions({asked.person_id, caller.person(), reason_of(asked.why)},
                                         key, identity_),
                  [this, note = std::move(note)](const SessionsAreEnded&) {
                    tell(note);
                    return http_v1::EndSessionsResponse{};
                  });
}

Later<http_v1::ChangePasswordResponse> IdentityHttp::change_password(
    const Caller& caller, const http_v1::ChangePasswordRequest& asked,
    const chassis::RequestKey& key) {
  const auto& body = asked.body;
  const auto answer = identity::change_password(
      {caller.person(), present_session(caller), body.password, body.new_password, caller.address},
      key, identity_, ports_.outcomes, ports_.accounts, ports_.attempts, ports_.hasher,
      ports_.breached, ports_.vault);
  tell_refusal<because::password_wrong>(caller, answer, "password refused");
  return answered(answer, [&](const PasswordIsChanged&) {
    tell(note_of(caller, "password changed"));
    return http_v1::ChangePasswordResponse{};
  });
}

Later<http_v1::BeginPasswordResetResponse> IdentityHttp::begin_password_reset(
    const Caller& caller, const http_v1::BeginPasswordResetRequest& asked,
    const chassis::RequestKey& key) {
  const auto answer = identity::begin_password_reset(
      {address_of(asked.body.email), caller.person(), ports_.code_lasts}, key, identity_,
      ports_.outcomes, ports_.accounts, ports_.codes);
  return answered(answer, [&](const ResetIsBegun& it) {
    tell(note_of(caller, "password reset begun", it.person));
    return http_v1::BeginPasswordResetResponse{{it.code, it.until}};
  });
}

Later<http_v1::ResetPasswordResponse> IdentityHttp::reset_password(
    const Caller& caller, const http_v1::ResetPasswordRequest& asked,
    const chassis::RequestKey& key) {
  const auto now = present();
  const auto answer =
      identity::reset_password({asked.body.code, asked.body.new_password, caller.address, now}, key,
                               identity_, ports_.outcomes, ports_.accounts, ports_.attempts,
                               ports_.codes, ports_.hasher, ports_.breached, ports_.vault);
  tell_refusal<because::reset_code_invalid>(caller, answer, "password reset refused");
  return answered(answer, [&](const PasswordIsReset& it) {
    tell(note_of(caller, "password reset", it.person));
    return http_v1::ResetPasswordResponse{};
  });
}

Result<http_v1::GetSecondFactorResponse> IdentityHttp::get_second_factor(
    const Caller& caller, const http_v1::GetSecondFactorRequest& asked) {
  const auto [factor, is_demanded] =
      identity_.ask(SecondFactorOf{caller.person(), ports_.second_factor_for}, asked.after);
  if (!factor) return http_v1::GetSecondFactorResponse{{false, {}, 0, is_demanded}};
  return http_v1::GetSecondFactorResponse{
      {true, factor->since, factor->recovery_codes_left, is_demanded}};
}

Later<http_v1::BeginSecondFactorResponse> IdentityHttp::begin_second_factor(
    const Caller& caller, const http_v1::BeginSecondFactorRequest& asked,
    const chassis::RequestKey& key) {
  const auto answer = identity::begin_second_factor(
      {caller.person(), asked.body.password, caller.address}, key, identity_, ports_.outcomes,
      ports_.accounts, ports_.attempts, ports_.hasher, ports_.factors, ports_.vault);
  tell_refusal<because::password_wrong>(caller, answer, "password refused");
  return answered(answer, [](const FactorIsBegun& it) {
    return http_v1::BeginSecondFactorResponse{
        {security::base32(it.secret), security::otpauth_uri("Madang", it.account, it.secret),
         it.until}};
  });
}

Later<http_v1::ConfirmSecondFactorResponse> IdentityHttp::confirm_second_factor(
    const Caller& caller, const http_v1::ConfirmSecondFactorRequest& asked,
    const chassis::RequestKey& key) {
  const auto answer = identity::confirm_second_factor(
      {caller.person(), present_session(caller), asked.body.code, caller.address, present()}, key,
      identity_, ports_.outcomes, ports_.accounts, ports_.attempts, ports_.factors, ports_.vault);
  tell_refusal<because::one_time_code_wrong>(caller, answer, "second factor refused");
  return answered(answer, [&](const FactorIsOn& it) {
    tell(note_of(caller, "second factor on"));
    http_v1::ConfirmSecondFactorResponse response;
    for (const auto& code : it.recovery_codes) response.body.recovery_codes.push_back(code.text);
    return response;
  });
}

Later<http_v1::RemoveSecondFactorResponse> IdentityHttp::remove_second_factor(
    const Caller& caller, const http_v1::RemoveSecondFactorRequest& asked,
    const chassis::RequestKey& key) {
  const auto& body = asked.body;
  const auto answer =
      identity::remove_second_factor({caller.person(), present_session(caller), body.password,
                                      body.code, caller.address, present()},
                                     key, identity_, ports_.outcomes, ports_.accounts,
                                     ports_.attempts, ports_.hasher, ports_.factors, ports_.vault);
  tell_refusal<because::password_wrong>(caller, answer, "password refused");
  if (answer.refused_because<because::one_time_code_wrong>())
    tell(note_of(caller, "second factor refused"));
  return answered(answer, [&](const FactorIsOff&) {
    tell(note_of(caller, "second factor off"));
    return http_v1::RemoveSecondFactorResponse{};
  });
}

Later<http_v1::RemovePersonsSecondFactorResponse> IdentityHttp::remove_persons_second_factor(
    const Caller& caller, const http_v1::RemovePersonsSecondFactorRequest& asked,
    const chassis::RequestKey& key) {
  auto note = note_of(caller, "second factor removed", asked.person_id,
                      std::string{http_v1::text_of(asked.why)});
  return answered(remove_second_factor_of({asked.person_id, caller.person(), loss_of(asked.why)},
                                          key, identity_),
                  [this, note = std::move(note)](const FactorIsOff&) {
                    tell(note);
                    return http_v1::RemovePersonsSecondFactorResponse{};
                  });
}

Later<http_v1::AskExportResponse> IdentityHttp::ask_export(const Caller& caller,
                                                           const http_v1::AskExportRequest&,
                                                           const chassis::RequestKey& key) {
  return answered(
      identity::ask_export({caller.person()}, key, identity_), [&](const ExportAsked& it) {
        auto url = links_.sign("/v1/exports/" + it.export_id.text(), it.person.text(), it.until);
        return http_v1::AskExportResponse{{url, it.until}, url};
      });
}

Result<http::Response> IdentityHttp::read_export(const Caller&,
                                                 const http_v1::ReadExportRequest& asked) {
  const auto opened = links_.open(asked.request, present());
  const auto person = opened ? PersonId::parse(opened->subject) : std::nullopt;
  if (!person || !identity_.ask(IsTakingAlong{*person}, identity_.head()))
    return std::unexpected{contracts::problem_of(because::export_link_invalid{})};
  http::Response response{.status = 200, .headers = {}, .body = ports_.archive.of(*person)};
  response.headers.set("Content-Type", "application/zip");
  response.headers.set("Content-Disposition", "attachment; filename=\"my-data.zip\"");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Later<http_v1::AskErasureResponse> IdentityHttp::ask_erasure(
    const Caller& caller, const http_v1::AskErasureRequest& asked, const chassis::RequestKey& key) {
  const auto answer = identity::ask_erasure({caller.person(), asked.body.password, caller.address},
                                            key, identity_, ports_.outcomes, ports_.accounts,
                                            ports_.attempts, ports_.hasher, ports_.vault);
  tell_refusal<because::password_wrong>(caller, answer, "password refused");
  return answered(answer, [&](const BeingForgotten& it) {
    tell(note_of(caller, "asked to be forgotten"));
    const auto id = erasure_ids_.of(it.person);
    return http_v1::AskErasureResponse{{id}, "/v1/erasures/" + id};
  });
}

Result<http_v1::GetErasureResponse> IdentityHttp::get_erasure(
    const Caller&, const http_v1::GetErasureRequest& asked) {
  const auto person = erasure_ids_.read(asked.erasure_id);
  const auto found = person ? identity_.ask(ErasureOf{*person}, asked.after) : std::nullopt;
  if (!found) return std::unexpected{contracts::problem_of(because::erasure_unknown{})};
  return http_v1::GetErasureResponse{erasure_of(*found)};
}

Result<http_v1::ListErasuresResponse> IdentityHttp::list_erasures(
    const Caller&, const http_v1::ListErasuresRequest& asked) {
  const auto page = identity_.ask(
      AllErasures{{static_cast<std::size_t>(asked.limit), asked.cursor}}, asked.after);
  http_v1::ListErasuresResponse response{{{}, page.next}};
  for (const auto& row : page.rows) response.body.items.push_back({row.person, erasure_of(row)});
  return response;
}

Result<http_v1::GetKeysResponse> IdentityHttp::get_keys(const Caller&,
                                                        const http_v1::GetKeysRequest&) {
  const auto set = chassis::JsonDocument::stored(keys_.jwks());
  const auto keys = set.root()["keys"];
  http_v1::JwkSet published;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto key = keys.at(i);
    published.keys.push_back({std::string{key["x"].text()}, std::string{key["y"].text()},
                              std::string{key["kid"].text()}});
  }
  return http_v1::GetKeysResponse{std::move(published)};
}

Instant IdentityHttp::present() const {
  return std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
}

// Sign-in and refresh take no key of the client's, so each is a request of its own.
chassis::RequestKey IdentityHttp::new_request(const Caller& caller, std::string_view operation) {
  const auto chance = security::random_bytes(runtime_, 16);
  return chassis::RequestKey::of_request("identity", "anyone", operation, chance, {},
                                         "requests/" + std::string{operation},
                                         {.causation = {},
                                          .correlation = caller.trace.trace_id_text(),
                                          .traceparent = caller.trace.traceparent()})
      .until(std::chrono::floor<std::chrono::milliseconds>(caller.deadline));
}

telemetry::SecurityNote IdentityHttp::note_of(const Caller& caller, std::string what,
                                              std::optional<kernel::PersonId> person,
                                              std::string about) const {
  const auto& who = caller.who.person;
  const bool is_of_another = person && who && person != who;
  return {.at = present(),
          .what = std::move(what),
          .person = person ? person : who,
          .by = is_of_another ? who : std::nullopt,
          .whose = {},
          .about = std::move(about),
          .address = caller.address,
          .trace = caller.trace.trace_id_text()};
}

template <class Why, class Answer>
void IdentityHttp::tell_refusal(const Caller& caller, const Answer& answer, std::string what,
                                std::string whose) const {
  if (answer.template refused_because<because::too_many_attempts>()) what = "sign-in throttled";
  else if (!answer.template refused_because<Why>()) return;
  auto note = note_of(caller, std::move(what));
  note.whose = std::move(whose);
  tell(note);
}

http_v1::Session IdentityHttp::session_of(const SignedIn& it) {
  const auto left = std::chrono::floor<std::chrono::seconds>(it.until - runtime_.now());
  std::vector<http_v1::Role> roles;
  roles.reserve(it.roles.size());
  for (const auto role : it.roles) roles.push_back(role_of(role));
  return {it.person,        std::move(roles),
          it.access.text,   it.access.lasts.count(),
          it.refresh_token, std::max<std::int64_t>(1, left.count())};
}

}  // namespace madang::identity
