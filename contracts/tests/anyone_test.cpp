#include <gtest/gtest.h>

#include "chassis/runtime/simulator.hpp"
#include "contracts/generated/identity/routes.hpp"
#include "contracts/support/routes.hpp"

namespace madang::contracts {
namespace {

using namespace identity::http_v1;
using Key = chassis::RequestKey;

// Registers whoever asks, and keeps the key under which they did.
struct Registry : IdentityApi {
  Later<RegisterPersonResponse> register_person(const Caller&, const RegisterPersonRequest&,
                                                const Key& key) override {
    last_key = key;
    return RegisterPersonResponse{};
  }
  Later<GrantRoleResponse> grant_role(const Caller&, const GrantRoleRequest&, const Key&) override {
    return GrantRoleResponse{};
  }
  Later<RevokeRoleResponse> revoke_role(const Caller&, const RevokeRoleRequest&,
                                        const Key&) override {
    return RevokeRoleResponse{};
  }
  Result<SignInResponse> sign_in(const Caller&, const SignInRequest&) override {
    return std::unexpected{http::Problem{"sign-in-failed"}};
  }
  Later<SignOutEverywhereResponse> sign_out_everywhere(const Caller&,
                                                       const SignOutEverywhereRequest&,
                                                       const Key&) override {
    return SignOutEverywhereResponse{};
  }
  Later<SignOutResponse> sign_out(const Caller&, const SignOutRequest&, const Key&) override {
    return SignOutResponse{};
  }
  Result<RefreshSessionResponse> refresh_session(const Caller&,
                                                 const RefreshSessionRequest&) override {
    return std::unexpected{http::Problem{"session-ended"}};
  }
  Result<GetKeysResponse> get_keys(const Caller&, const GetKeysRequest&) override {
    return GetKeysResponse{};
  }
  Later<AskExportResponse> ask_export(const Caller&, const AskExportRequest&, const Key&) override {
    return std::unexpected{http::Problem{"export-too-soon"}};
  }
  Result<http::Response> read_export(const Caller&, const ReadExportRequest&) override {
    return std::unexpected{http::Problem{"export-link-invalid"}};
  }
  Later<AskErasureResponse> ask_erasure(const Caller&, const AskErasureRequest&,
                                        const Key&) override {
    return AskErasureResponse{};
  }
  Result<GetErasureResponse> get_erasure(const Caller&, const GetErasureRequest&) override {
    return std::unexpected{http::Problem{"erasure-unknown"}};
  }
  Result<ListErasuresResponse> list_erasures(const Caller&, const ListErasuresRequest&) override {
    return ListErasuresResponse{};
  }
  Result<ListSessionsResponse> list_sessions(const Caller&, const ListSessionsRequest&) override {
    return ListSessionsResponse{};
  }
  Later<EndSessionResponse> end_session(const Caller&, const EndSessionRequest&,
                                        const Key&) override {
    return EndSessionResponse{};
  }
  Later<EndSessionsResponse> end_sessions(const Caller&, const EndSessionsRequest&,
                                          const Key&) override {
    return EndSessionsResponse{};
  }
  Later<ChangePasswordResponse> change_password(const Caller&, const ChangePasswordRequest&,
                                                const Key&) override {
    return ChangePasswordResponse{};
  }
  Later<BeginPasswordResetResponse> begin_password_reset(const Caller&,
                                                         const BeginPasswordResetRequest&,
                                                         const Key&) override {
    return BeginPasswordResetResponse{};
  }
  Later<ResetPasswordResponse> reset_password(const Caller&, const ResetPasswordRequest&,
                                              const Key&) override {
    return ResetPasswordResponse{};
  }
  Result<GetSecondFactorResponse> get_second_factor(const Caller&,
                                                    const GetSecondFactorRequest&) override {
    return GetSecondFactorResponse{};
  }
  Later<BeginSecondFactorResponse> begin_second_factor(const Caller&,
                                                       const BeginSecondFactorRequest&,
                                                       const Key&) override {
    return BeginSecondFactorResponse{};
  }
  Later<ConfirmSecondFactorResponse> confirm_second_factor(const Caller&,
                                                           const ConfirmSecondFactorRequest&,
                                                           const Key&) override {
    return ConfirmSecondFactorResponse{};
  }
  Later<RemoveSecondFactorResponse> remove_second_factor(const Caller&,
                                                         const RemoveSecondFactorRequest&,
                                                         const Key&) override {
    return RemoveSecondFactorResponse{};
  }
  Later<RemovePersonsSecondFactorResponse> remove_persons_second_factor(
      const Caller&, const RemovePersonsSecondFactorRequest&, const Key&) override {
    return RemovePersonsSecondFactorResponse{};
  }
  std::optional<Key> last_key;
};

class ForAnyone : public testing::Test {
 protected:
  chassis::CommandId register_as(const std::string& email) {
    const auto response =
        people
            .handle(request_of(
                http::Method::post, "/v1/people",
                {{"Idempotency-Key", "key-1"}, {"Content-Type", "application/json"}},
                R"({"email":")" + email + R"(","password":"correct horse battery","name":"Kim"})"))
            .at_once();
    EXPECT_EQ(response.status, 202);
    EXPECT_EQ(response.text(), "");
    return registry.last_key->step("register");
  }

  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  security::SecretsInMemory secrets;
  security::RotatingKey positions{secrets, runtime, "positions"};
  Edge edge{runtime, "a key of the shop", positions};
  Registry registry;
  Routes people{edge, identity::http_v1::routes(registry, edge)};
};

TEST_F(ForAnyone, AnEffectIsKeyedByADigestOfWhoTheySayTheyAre) {
  const auto first = register_as("kim@example.com");
  EXPECT_EQ(register_as("Kim@Example.com").id, first.id);
  EXPECT_NE(register_as("lee@example.com").id, first.id);
  EXPECT_NE(register_as("lee@example.com").home, first.home);
  EXPECT_EQ(first.home.find("kim"), std::string::npos);
}

TEST_F(ForAnyone, OnlyWhatTheContractSaysMayBeStored) {
  const auto keys =
      people.handle(request_of(http::Method::get, "/.well-known/jwks.json")).at_once();
  EXPECT_EQ(keys.headers.get("Cache-Control"), "public, max-age=300");
  EXPECT_EQ(keys.text(), R"({"keys":[]})");
}

}  // namespace
}  // namespace madang::contracts
