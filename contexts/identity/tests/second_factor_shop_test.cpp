// A second factor as people meet it, over HTTP from below the socket.
#include <gmock/gmock.h>

#include "chassis/testing/authenticator.hpp"
#include "identity/tests/shop.hpp"

namespace madang::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const std::string password = "correct horse battery";

struct ASecondFactor : Shop {
  http::Response asks(http::Method method, std::string_view target, http::Headers who,
                      const std::string& body = {}) {
    return send(method, target, body, std::move(who));
  }
  http::Response begins(const http::Headers& who, const std::string& with = password) {
    return asks(http::Method::post, "/v1/people/me/second-factor", who,
                R"({"password":")" + with + R"("})");
  }
  http::Response confirms(const http::Headers& who, const std::string& code) {
    return asks(http::Method::post, "/v1/people/me/second-factor/confirmation", who,
                R"({"code":")" + code + R"("})");
  }
  http::Response removes(const http::Headers& who, const std::string& code,
                         const std::string& with = password) {
    return asks(http::Method::post, "/v1/people/me/second-factor/removal", who,
                R"({"password":")" + with + R"(","code":")" + code + R"("})");
  }
  http::Response seen(const http::Headers& who) {
    town.settle();
    return asks(http::Method::get, "/v1/people/me/second-factor", who);
  }
  http::Response signs_in_with(const std::string& email, const std::string& code,
                               const std::string& with = password) {
    return send(http::Method::post, "/v1/sessions",
                R"({"email":")" + email + R"(","password":")" + with + R"(","code":")" + code +
                    R"(","client":"web"})");
  }
  // Of the app that was given this text.
  std::string code_of(const std::string& base32) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(town.process().now());
    return testing::code_shown(base32, now);
  }
  // In force; then the next code is another. The app's secret, and the recovery codes.
  std::pair<std::string, std::vector<std::string>> sets_one_up(const http::Headers& who) {
    const auto secret = member(begins(who), "secret");
    const auto on = chassis::JsonDocument::stored(confirms(who, code_of(secret)).text());
    const auto listed = on.root()["recovery_codes"];
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < listed.size(); ++i) codes.emplace_back(listed.at(i).text());
    town.pass(30s);
    return {secret, codes};
  }
  static std::string type(const http::Response& response) { return member(response, "type"); }
};
using AShopThatDemandsOne = ASecondFactor;

TEST_F(ASecondFactor, IsAskedForOnceACodeHasPutItInForce) {
  static_cast<void>(registers("kim@example.com"));
  const auto here = signs_in("kim@example.com"), there = signs_in("kim@example.com");
  EXPECT_EQ(begins({}).status, 401);
  EXPECT_EQ(type(begins(with(here), "a guess of somebody")), "/problems/password-wrong");
  auto once = with(here);
  once.set("Idempotency-Key", "once");
  const auto begun = begins(once);
  EXPECT_EQ(begun.status, 201) << begun.text();
  EXPECT_EQ(begins(once).text(), begun.text());
  const auto secret = member(begun, "secret");
  EXPECT_THAT(member(begun, "uri"),
              ::testing::StartsWith("otpauth://totp/Madang:kim%40example.com?secret=" + secret));
  EXPECT_EQ(signs_in("kim@example.com").status, 201);  // until then all goes on

  EXPECT_EQ(type(confirms(with(here), "000000")), "/problems/one-time-code-wrong");
  auto confirming = with(here);
  confirming.set("Idempotency-Key", "confirming");
  const auto shown = code_of(secret);
  const auto on = confirms(confirming, shown);
  EXPECT_EQ(on.status, 201) << on.text();
  EXPECT_EQ(confirms(confirming, shown).text(), on.text());  // the answer got lost
  EXPECT_EQ(refreshes(member(there, "refresh_token")).status, 401);
  EXPECT_EQ(refreshes(member(here, "refresh_token")).status, 200);

  lose_power_and_start();
  EXPECT_EQ(type(signs_in("kim@example.com", "a guess")), "/problems/sign-in-failed");
  EXPECT_EQ(type(signs_in("kim@example.com")), "/problems/second-factor-needed");
  EXPECT_EQ(type(signs_in_with("kim@example.com", shown)), "/problems/second-factor-wrong");
  town.pass(30s);
  const auto next = code_of(secret);
  EXPECT_EQ(signs_in_with("kim@example.com", next).status, 201);
  EXPECT_EQ(type(signs_in_with("kim@example.com", next)), "/problems/second-factor-wrong");
  EXPECT_EQ(type(begins(with(here))), "/problems/second-factor-on");
}
TEST_F(ASecondFactor, IsSeenWithHowManyRecoveryCodesAreLeft) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = with(signs_in("kim@example.com"));
  EXPECT_EQ(seen(kim).text(), R"({"is_on":false,"recovery_codes_left":0,"is_demanded":false})");
  const auto [secret, recovery] = sets_one_up(kim);
  ASSERT_EQ(recovery.size(), 10u);
  EXPECT_EQ(signs_in_with("kim@example.com", recovery[3]).status, 201);
  EXPECT_EQ(type(signs_in_with("kim@example.com", recovery[3])), "/problems/second-factor-wrong");
  const auto now = seen(kim).text();
  EXPECT_THAT(now, ::testing::StartsWith(R"({"is_on":true,"since":")"));
  EXPECT_THAT(now, ::testing::EndsWith(R"("recovery_codes_left":9,"is_demanded":false})"));
}
TEST_F(ASecondFactor, IsRemovedWithPasswordAndCodeAndTheirOtherSessionsEnd) {
  static_cast<void>(registers("kim@example.com"));
  const auto here = signs_in("kim@example.com");
  const auto [secret, recovery] = sets_one_up(with(here));
  const auto there = signs_in_with("kim@example.com", recovery[0]);
  EXPECT_EQ(type(removes(with(here), recovery[1], "a guess")), "/problems/password-wrong");
  EXPECT_EQ(type(removes(with(here), recovery[0])), "/problems/one-time-code-wrong");
  EXPECT_EQ(removes(with(here), code_of(secret)).status, 204);
  EXPECT_EQ(refreshes(member(there, "refresh_token")).status, 401);
  EXPECT_EQ(refreshes(member(here, "refresh_token")).status, 200);
  EXPECT_EQ(signs_in("kim@example.com").status, 201);
  EXPECT_EQ(town.messages("identity", "madang.identity.v1.SessionsEnded").size(), 2u);
}
TEST_F(ASecondFactor, IsNotGuessedByWhoKnowsThePassword) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = with(signs_in("kim@example.com"));
  const auto [secret, recovery] = sets_one_up(kim);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(type(signs_in_with("kim@example.com", "000000")), "/problems/second-factor-wrong");
  EXPECT_EQ(signs_in_with("kim@example.com", recovery[0]).status, 429);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(type(removes(kim, "000000")), "/problems/one-time-code-wrong") << i;
  EXPECT_EQ(type(begins(kim)), "/problems/second-factor-on");  // which shows the password
  EXPECT_EQ(removes(kim, recovery[0]).status, 429);
  town.pass(2s);
  EXPECT_EQ(signs_in_with("kim@example.com", recovery[0]).status, 201);
}
TEST_F(ASecondFactor, IsLeftInForceByANewPassword) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto [secret, recovery] = sets_one_up(with(signs_in("kim@example.com")));
  const auto begun = send(http::Method::post, "/v1/password-resets",
                          R"({"email":"kim@example.com"})", with(signs_in("park@example.com")));
  const std::string chosen = "snow on the courtyard";
  EXPECT_EQ(
      send(http::Method::post, "/v1/password-resets/redemption",
           R"({"code":")" + member(begun, "code") + R"(","new_password":")" + chosen + R"("})")
          .status,
      204);
  EXPECT_EQ(type(signs_in("kim@example.com", chosen)), "/problems/second-factor-needed");
  EXPECT_EQ(signs_in_with("kim@example.com", code_of(secret), chosen).status, 201);
}
TEST_F(ASecondFactor, IsRemovedByAnOperatorForWhoHasLostIt) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto kim = signs_in("kim@example.com"), park = signs_in("park@example.com");
  static_cast<void>(sets_one_up(with(kim)));
  static_cast<void>(sets_one_up(with(park)));
  const auto remove = [&](const http::Response& whose, const http::Response& by) {
    return asks(http::Method::delete_,
                "/v1/people/" + member(whose, "person_id") + "/second-factor?why=device_lost",
                with(by));
  };
  static_cast<void>(told());
  EXPECT_EQ(remove(kim, kim).status, 403);
  EXPECT_EQ(type(remove(park, park)), "/problems/own-second-factor");
  EXPECT_EQ(remove(kim, park).status, 204);
  EXPECT_EQ(type(remove(kim, park)), "/problems/second-factor-off");
  EXPECT_THAT(told(), ElementsAre("second factor removed device_lost"));
  EXPECT_EQ(refreshes(member(kim, "refresh_token")).status, 401);
  EXPECT_EQ(signs_in("kim@example.com").status, 201);
}
TEST_F(ASecondFactor, KeepsNothingInPlainText) {
  static_cast<void>(registers("kim@example.com"));
  const auto [secret, recovery] = sets_one_up(with(signs_in("kim@example.com")));
  town.settle();
  std::string all;
  for (const auto* name :
       {"journal.db", "journal.db-wal", "views.db", "views.db-wal", "keys.db", "keys.db-wal"})
    if (const auto file = town.storage.disk("town").find(std::string{"town/identity/"} + name))
      all.append(reinterpret_cast<const char*>(file->cached.data()), file->cached.size());
  EXPECT_NE(all.find("SecondFactorConfirmed"), std::string::npos);
  for (const auto& needle : {secret, testing::bytes_of_base32(secret), recovery[0], recovery[9]})
    EXPECT_EQ(all.find(needle), std::string::npos) << needle;
}
TEST_F(ASecondFactor, IsSeenByWhoGuardsTheShop) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = with(signs_in("kim@example.com"));
  const auto [secret, recovery] = sets_one_up(kim);
  static_cast<void>(signs_in_with("kim@example.com", "000000"));
  static_cast<void>(removes(kim, "000000"));
  static_cast<void>(removes(kim, recovery[0]));
  EXPECT_THAT(told(), ElementsAre("signed in", "second factor on", "second factor refused",
                                  "second factor refused", "second factor off"));
}

TEST_F(AShopThatDemandsOne, OfStaffGivesThemTheirRolesOnceTheyHaveOne) {
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  second_factor_for = SecondFactorFor::staff;
  lose_power_and_start();
  const auto park = signs_in("park@example.com");
  const auto erasures = [&](const http::Headers& who) {
    return asks(http::Method::get, "/v1/erasures", who).status;
  };
  EXPECT_EQ(erasures(with(park)), 403);
  EXPECT_THAT(seen(with(park)).text(), ::testing::HasSubstr(R"("is_demanded":true)"));
  static_cast<void>(sets_one_up(with(park)));
  const auto after = refreshes(member(park, "refresh_token"));
  EXPECT_EQ(erasures(with(after)), 200);
}
TEST_F(AShopThatDemandsOne, OfEveryoneLetsNobodyDoAnythingButSetItUpBefore) {
  second_factor_for = SecondFactorFor::everyone;
  lose_power_and_start();
  static_cast<void>(registers("kim@example.com"));
  const auto kim = signs_in("kim@example.com");
  EXPECT_EQ(kim.status, 201) << kim.text();
  const auto exports = [&](const http::Headers& who) {
    return asks(http::Method::post, "/v1/exports", who).status;
  };
  EXPECT_EQ(exports(with(kim)), 403);
  static_cast<void>(sets_one_up(with(kim)));
  EXPECT_EQ(exports(with(refreshes(member(kim, "refresh_token")))), 201);
  EXPECT_EQ(asks(http::Method::delete_, "/v1/sessions/current", with(kim)).status, 204);
}

}  // namespace
}  // namespace madang::identity
