#pragma once
#include "chassis/ports/outcomes.hpp"
#include "chassis/ports/vault.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/signed_link.hpp"
#include "chassis/security/signing_keys.hpp"
#include "chassis/telemetry/security_note.hpp"
#include "contracts/generated/identity/routes.hpp"
#include "identity/adapters/inbound/erasure_ids.hpp"
#include "identity/application/ports/outbound/personal_archive.hpp"
#include "identity/application/refresh_session.hpp"
#include "identity/application/register_person.hpp"
#include "identity/application/reset_password.hpp"
#include "identity/application/second_factor.hpp"
#include "identity/application/sign_in.hpp"

namespace madang::identity {

// What identity's use cases need of the outside.
struct IdentityPorts {
  chassis::Outcomes& outcomes;
  Accounts& accounts;
  Attempts& attempts;
  PasswordHasher& hasher;
  BreachedPasswords& breached;
  Tokens& tokens;
  chassis::KeyMaker& keys;
  chassis::Vault& vault;
  PersonalArchive& archive;
  ResetCodes& codes;
  FactorSecrets& factors;
  std::chrono::milliseconds unused = unused_at_most;        // a session, before it ends by itself
  std::chrono::milliseconds code_lasts = reset_code_lasts;  // by which a password is chosen
  SecondFactorFor second_factor_for = SecondFactorFor::nobody;
  telemetry::SecurityLog watch = {};  // none: nobody is told
};

// Identity over HTTP, as contracts/http/identity.yaml has it. Any thread.
class IdentityHttp final : public http_v1::IdentityApi {
 public:
  // `erasure_key` seals the ids of erasures, `link_key` signs links to a person's data.
  IdentityHttp(chassis::Commands&, IdentityPorts, const security::SigningKeys&,
               std::string erasure_key, const security::RotatingKey& link_key, runtime::Runtime&);

  contracts::Later<http_v1::RegisterPersonResponse> register_person(
      const contracts::Caller&, const http_v1::RegisterPersonRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::GrantRoleResponse> grant_role(const contracts::Caller&,
                                                          const http_v1::GrantRoleRequest&,
                                                          const chassis::RequestKey&) override;
  contracts::Later<http_v1::RevokeRoleResponse> revoke_role(const contracts::Caller&,
                                                            const http_v1::RevokeRoleRequest&,
                                                            const chassis::RequestKey&) override;
  contracts::Result<http_v1::SignInResponse> sign_in(const contracts::Caller&,
                                                     const http_v1::SignInRequest&) override;
  contracts::Later<http_v1::SignOutEverywhereResponse> sign_out_everywhere(
      const contracts::Caller&, const http_v1::SignOutEverywhereRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::SignOutResponse> sign_out(const contracts::Caller&,
                                                      const http_v1::SignOutRequest&,
                                                      const chassis::RequestKey&) override;
  contracts::Result<http_v1::RefreshSessionResponse> refresh_session(
      const contracts::Caller&, const http_v1::RefreshSessionRequest&) override;
  contracts::Result<http_v1::ListSessionsResponse> list_sessions(
      const contracts::Caller&, const http_v1::ListSessionsRequest&) override;
  contracts::Later<http_v1::EndSessionResponse> end_session(const contracts::Caller&,
                                                            const http_v1::EndSessionRequest&,
                                                            const chassis::RequestKey&) override;
  contracts::Later<http_v1::EndSessionsResponse> end_sessions(const contracts::Caller&,
                                                              const http_v1::EndSessionsRequest&,
                                                              const chassis::RequestKey&) override;
  contracts::Later<http_v1::ChangePasswordResponse> change_password(
      const contracts::Caller&, const http_v1::ChangePasswordRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::BeginPasswordResetResponse> begin_password_reset(
      const contracts::Caller&, const http_v1::BeginPasswordResetRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::ResetPasswordResponse> reset_password(
      const contracts::Caller&, const http_v1::ResetPasswordRequest&,
      const chassis::RequestKey&) override;
  contracts::Result<http_v1::GetSecondFactorResponse> get_second_factor(
      const contracts::Caller&, const http_v1::GetSecondFactorRequest&) override;
  contracts::Later<http_v1::BeginSecondFactorResponse> begin_second_factor(
      const contracts::Caller&, const http_v1::BeginSecondFactorRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::ConfirmSecondFactorResponse> confirm_second_factor(
      const contracts::Caller&, const http_v1::ConfirmSecondFactorRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::RemoveSecondFactorResponse> remove_second_factor(
      const contracts::Caller&, const http_v1::RemoveSecondFactorRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::RemovePersonsSecondFactorResponse> remove_persons_second_factor(
      const contracts::Caller&, const http_v1::RemovePersonsSecondFactorRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::AskExportResponse> ask_export(const contracts::Caller&,
                                                          const http_v1::AskExportRequest&,
                                                          const chassis::RequestKey&) override;
  contracts::Result<http::Response> read_export(const contracts::Caller&,
                                                const http_v1::ReadExportRequest&) override;
  contracts::Later<http_v1::AskErasureResponse> ask_erasure(const contracts::Caller&,
                                                            const http_v1::AskErasureRequest&,
                                                            const chassis::RequestKey&) override;
  contracts::Result<http_v1::GetErasureResponse> get_erasure(
      const contracts::Caller&, const http_v1::GetErasureRequest&) override;
  contracts::Result<http_v1::ListErasuresResponse> list_erasures(
      const contracts::Caller&, const http_v1::ListErasuresRequest&) override;
  contracts::Result<http_v1::GetKeysResponse> get_keys(const contracts::Caller&,
                                                       const http_v1::GetKeysRequest&) override;

 private:
  [[nodiscard]] chassis::RequestKey new_request(const contracts::Caller&,
                                                std::string_view operation);
  [[nodiscard]] Instant present() const;
  [[nodiscard]] http_v1::Session session_of(const SignedIn&);
  // Of what this caller does or tries; `person`: whom it is about, when it is not the caller.
  [[nodiscard]] telemetry::SecurityNote note_of(const contracts::Caller&, std::string what,
                                                std::optional<kernel::PersonId> person = {},
                                                std::string about = {}) const;
  void tell(const telemetry::SecurityNote& note) const {
    if (ports_.watch) ports_.watch(note);
  }
  // Tells of who tries too often, and of this refusal.
  template <class Why, class Answer>
  void tell_refusal(const contracts::Caller&, const Answer&, std::string what,
                    std::string whose = {}) const;

  chassis::Commands& identity_;
  IdentityPorts ports_;
  const security::SigningKeys& keys_;
  ErasureIds erasure_ids_;
  security::SignedLinks links_;
  runtime::Runtime& runtime_;
  // Of addresses that nobody could sign in with: those that are alike are seen to be, until the next start.
  const std::string key_of_notes_;
};

}  // namespace madang::identity
