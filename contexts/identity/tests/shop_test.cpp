#include "identity/tests/shop.hpp"

#include <gmock/gmock.h>

namespace madang::identity {
namespace {

using namespace std::chrono_literals;
using RegisteringAtTheShop = Shop;
using SigningInAtTheShop = Shop;
using TheShopsRoles = Shop;
using TheShop = Shop;
using WhoGuardsTheShop = Shop;
using ChangingThePasswordAtTheShop = Shop;
using AForgottenPassword = Shop;
using SessionsOfTheirOwn = Shop;
using BeingForgottenAtTheShop = Shop;
using TakingTheirDataAlong = Shop;

TEST_F(RegisteringAtTheShop, LetsThemSignInAtOnce) {
  EXPECT_EQ(registers("kim@example.com").status, 202);
  const auto session = signs_in("Kim@Example.com");
  EXPECT_EQ(session.status, 201);
  EXPECT_EQ(member(session, "token_type"), "Bearer");
  EXPECT_EQ(with(session).get("Madang-Person"), member(session, "person_id"));
  EXPECT_EQ(town.told("identity", "madang.identity.v1.PersonRegistered"), 1u);
}
TEST_F(RegisteringAtTheShop, AnswersAlikeForAnAddressThatHasAnAccount) {
  const auto first = registers("kim@example.com");
  const auto second = registers("KIM@example.com", {}, "another long password");
  EXPECT_EQ(second.status, first.status);
  EXPECT_EQ(second.text(), first.text());
  std::map<std::string, std::string> first_headers, second_headers;
  for (const auto& [name, value] : first.headers) first_headers[name] = value;
  for (const auto& [name, value] : second.headers) second_headers[name] = value;
  EXPECT_EQ(first_headers, second_headers);
  EXPECT_EQ(town.count("identity", "PersonRegistered"), 1u);
  EXPECT_EQ(signs_in("kim@example.com", "another long password").status, 401);
}
TEST_F(RegisteringAtTheShop, ManyAtOnceWithOneAddressMakesOnePerson) {
  std::vector<std::function<void()>> all;
  for (int i = 0; i < 20; ++i)
    all.emplace_back([this, i] {
      http::Headers headers{{"Content-Type", "application/json"},
                            {"Idempotency-Key", "at-once-" + std::to_string(i)}};
      const auto request = http::request_of(
          http::Method::post, "/v1/people", std::move(headers),
          R"({"email":"kim@example.com","password":"correct horse battery","name":"Kim"})");
      EXPECT_EQ(runtime::wait_for(town.process(), open->routes.handle(request)).status, 202);
    });
  town.run_all(all);
  EXPECT_EQ(town.count("identity", "PersonRegistered"), 1u);
}
TEST_F(RegisteringAtTheShop, KeepsNothingInPlainText) {
  static_cast<void>(registers("kim.minsu@example.com"));
  town.settle();
  std::string all;
  for (const auto* name :
       {"journal.db", "journal.db-wal", "views.db", "views.db-wal", "keys.db", "keys.db-wal"})
    if (const auto file = town.storage.disk("town").find(std::string{"town/identity/"} + name))
      all.append(reinterpret_cast<const char*>(file->cached.data()), file->cached.size());
  EXPECT_NE(all.find("PersonRegistered"), std::string::npos);
  for (const auto* secret : {"kim.minsu", "Kim Haru", "correct horse", "argon2"})
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
}
TEST_F(RegisteringAtTheShop, SaysWhatIsWrongWithAPassword) {
  EXPECT_EQ(member(registers("kim@example.com", {}, "short"), "type"),
            "/problems/password-too-short");
  EXPECT_EQ(member(registers("kim@example.com", {}, "passwordpassword"), "type"),
            "/problems/password-too-common");
  EXPECT_EQ(member(registers("kim@example.com", {}, "stolen from elsewhere"), "type"),
            "/problems/password-breached");
}
TEST_F(RegisteringAtTheShop, SurvivesALossOfPower) {
  static_cast<void>(registers("kim@example.com"));
  lose_power_and_start();
  EXPECT_EQ(signs_in("kim@example.com").status, 201);
}

TEST_F(SigningInAtTheShop, AnswersAlikeForAWrongPasswordAndAnUnknownAddress) {
  static_cast<void>(registers("kim@example.com"));
  const auto wrong = signs_in("kim@example.com", "wrong");
  const auto unknown = signs_in("lee@example.com");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(member(wrong, "type"), "/problems/sign-in-failed");
  EXPECT_EQ(unknown.status, wrong.status);
  EXPECT_EQ(unknown.text(), wrong.text());
}
TEST_F(SigningInAtTheShop, SaysHowLongToWaitAfterTooManyAttempts) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(signs_in("kim@example.com", "a guess").status, 401);
  const auto refused = signs_in("kim@example.com", "a guess");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "2");
  town.pass(2s);
  EXPECT_EQ(signs_in("kim@example.com", "a guess").status, 401);
}
TEST_F(SigningInAtTheShop, GoesOnWithTheRefreshTokenUntilItIsUsedByAThief) {
  static_cast<void>(registers("kim@example.com"));
  const auto first = member(signs_in("kim@example.com"), "refresh_token");
  const auto second = refreshes(first);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(refreshes(first).status, 200);  // its answer may have been lost
  town.pass(31s);
  const auto stolen = refreshes(first);
  EXPECT_EQ(stolen.status, 401);
  EXPECT_EQ(member(stolen, "type"), "/problems/session-ended");
  EXPECT_EQ(refreshes(member(second, "refresh_token")).status, 401);
  EXPECT_EQ(town.count("identity", "SessionEnded"), 1u);
}
TEST_F(SigningInAtTheShop, EndsByItselfAfterThirtyDays) {
  static_cast<void>(registers("kim@example.com"));
  auto session = signs_in("kim@example.com");
  for (int week = 0; week < 5; ++week) {  // it is used every six days
    town.pass(std::chrono::days{6});
    if (week < 4) session = refreshes(member(session, "refresh_token"));
  }
  EXPECT_EQ(town.count("identity", "SessionEnded"), 1u);
  EXPECT_EQ(town.count("identity", "TokenRotated"), 4u);
  EXPECT_EQ(refreshes(member(session, "refresh_token")).status, 401);
}
TEST_F(SigningInAtTheShop, EndsByItselfAfterAWeekInWhichNobodyUsedIt) {
  static_cast<void>(registers("kim@example.com"));
  const auto token = member(signs_in("kim@example.com"), "refresh_token");
  town.pass(std::chrono::days{7});
  EXPECT_EQ(town.count("identity", "SessionEnded"), 1u);
  EXPECT_EQ(refreshes(token).status, 401);
}
TEST_F(SigningInAtTheShop, EndsWhenTheySignOutHereOrEverywhere) {
  static_cast<void>(registers("kim@example.com"));
  const auto here = signs_in("kim@example.com"), there = signs_in("kim@example.com");
  EXPECT_EQ(send(http::Method::delete_, "/v1/sessions/current", {}, with(here)).status, 204);
  EXPECT_EQ(refreshes(member(here, "refresh_token")).status, 401);
  const auto next = refreshes(member(there, "refresh_token"));
  EXPECT_EQ(next.status, 200);
  EXPECT_EQ(send(http::Method::delete_, "/v1/sessions", {}, with(next)).status, 204);
  EXPECT_EQ(refreshes(member(next, "refresh_token")).status, 401);
}

TEST_F(ChangingThePasswordAtTheShop, EndsEveryOtherSessionAndTakesTheNewOneAlone) {
  static_cast<void>(registers("kim@example.com"));
  const auto here = signs_in("kim@example.com"), there = signs_in("kim@example.com");
  const auto change = [&](const std::string& present, http::Headers headers,
                          const std::string& chosen = "a courtyard in the rain") {
    return send(http::Method::put, "/v1/people/me/password",
                R"({"password":")" + present + R"(","new_password":")" + chosen + R"("})",
                std::move(headers));
  };
  EXPECT_EQ(member(change("a guess", with(here)), "type"), "/problems/password-wrong");
  auto headers = with(here);
  headers.set("Idempotency-Key", "change");
  EXPECT_EQ(change("correct horse battery", headers).status, 204);
  EXPECT_EQ(change("correct horse battery", headers).status, 204);  // the answer got lost
  EXPECT_EQ(town.count("identity", "PasswordChanged"), 1u);
  EXPECT_EQ(signs_in("kim@example.com").status, 401);
  EXPECT_EQ(refreshes(member(there, "refresh_token")).status, 401);
  EXPECT_EQ(refreshes(member(here, "refresh_token")).status, 200);
  const auto published = town.messages("identity", "madang.identity.v1.SessionsEnded");
  ASSERT_EQ(published.size(), 1u);
  EXPECT_NE(published[0].payload.find(*with(here).get("Madang-Session")), std::string::npos);
  lose_power_and_start();
  EXPECT_EQ(signs_in("kim@example.com", "a courtyard in the rain").status, 201);
  const auto changed_again = change("a courtyard in the rain", with(here), "snow on the courtyard");
  EXPECT_EQ(changed_again.status, 204);
  EXPECT_EQ(change("correct horse battery", headers).status,
            204);  // the answer comes as late as that
  EXPECT_EQ(signs_in("kim@example.com", "snow on the courtyard").status, 201);
}

TEST_F(AForgottenPassword, IsChosenAnewWithACodeThatAnOperatorHandsOver) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto kim = signs_in("kim@example.com");
  const auto park = with(signs_in("park@example.com"));
  const auto begins = [&](const std::string& email, http::Headers who) {
    return send(http::Method::post, "/v1/password-resets", R"({"email":")" + email + R"("})",
                std::move(who));
  };
  const auto chooses = [&](const std::string& code, http::Headers headers = {}) {
    return send(http::Method::post, "/v1/password-resets/redemption",
                R"({"code":")" + code + R"(","new_password":"snow on the courtyard"})",
                std::move(headers));
  };
  EXPECT_EQ(begins("kim@example.com", with(kim)).status, 403);
  EXPECT_EQ(member(begins("lee@example.com", park), "type"), "/problems/person-unknown");
  EXPECT_EQ(member(begins("park@example.com", park), "type"), "/problems/own-password-reset");
  auto once = park;
  once.set("Idempotency-Key", "once");
  const auto begun = begins("kim@example.com", once);
  EXPECT_EQ(begun.status, 201) << begun.text();
  EXPECT_EQ(begins("kim@example.com", once).text(), begun.text());
  EXPECT_EQ(signs_in("kim@example.com").status, 201);  // until then all goes on

  lose_power_and_start();
  static_cast<void>(told());
  EXPECT_EQ(member(chooses(std::string(42, 'a') + "A"), "type"), "/problems/reset-code-invalid");
  const http::Headers key{{"Idempotency-Key", "chosen"}};
  EXPECT_EQ(chooses(member(begun, "code"), key).status, 204);
  EXPECT_EQ(chooses(member(begun, "code"), key).status, 204);  // the answer got lost
  EXPECT_EQ(member(chooses(member(begun, "code")), "type"), "/problems/reset-code-invalid");
  EXPECT_EQ(town.count("identity", "PasswordReset"), 1u);
  EXPECT_THAT(told(), ::testing::ElementsAre("password reset refused", "password reset",
                                             "password reset", "password reset refused"));
  EXPECT_EQ(signs_in("kim@example.com").status, 401);
  EXPECT_EQ(refreshes(member(kim, "refresh_token")).status, 401);
  EXPECT_EQ(signs_in("kim@example.com", "snow on the courtyard").status, 201);
  EXPECT_EQ(town.messages("identity", "madang.identity.v1.SessionsEnded").size(), 1u);
}
TEST_F(AForgottenPassword, IsNotChosenWithACodeThatIsTooOldNorGuessedQuickly) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto begun = send(http::Method::post, "/v1/password-resets",
                          R"({"email":"kim@example.com"})", with(signs_in("park@example.com")));
  const auto chooses = [&](const std::string& code) {
    return send(http::Method::post, "/v1/password-resets/redemption",
                R"({"code":")" + code + R"(","new_password":"snow on the courtyard"})");
  };
  const auto whose = member(begun, "code").substr(0, 22);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(chooses(whose + std::string(20, 'a') + "A").status, 422) << i;
  EXPECT_EQ(chooses(whose + std::string(20, 'a') + "A").status, 429);
  town.pass(1h);
  EXPECT_EQ(member(chooses(member(begun, "code")), "type"), "/problems/reset-code-invalid");
  EXPECT_EQ(signs_in("kim@example.com").status, 201);
}

TEST_F(SessionsOfTheirOwn, AreListedAndEndedOneByOne) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("lee@example.com"));
  const auto here = signs_in("kim@example.com");
  town.pass(5min);
  const auto there = signs_in("kim@example.com");
  const auto lee = with(signs_in("lee@example.com"));
  town.settle();
  const auto list = [&](const http::Headers& who) {
    town.settle();
    return chassis::JsonDocument::stored(send(http::Method::get, "/v1/sessions", {}, who).text());
  };
  const auto both = list(with(here));
  ASSERT_EQ(both.root()["items"].size(), 2u);
  const auto first = both.root()["items"].at(0), second = both.root()["items"].at(1);
  EXPECT_EQ(first["session_id"].text(), *with(there).get("Madang-Session"));
  EXPECT_EQ(first["client"].text(), "web");
  EXPECT_FALSE(first["is_this"].boolean());
  EXPECT_TRUE(second["is_this"].boolean());

  const auto one = "/v1/sessions/" + std::string{*with(there).get("Madang-Session")};
  EXPECT_EQ(member(send(http::Method::delete_, one, {}, lee), "type"), "/problems/session-unknown");
  EXPECT_EQ(send(http::Method::delete_, one, {}, with(here)).status, 204);
  EXPECT_EQ(refreshes(member(there, "refresh_token")).status, 401);
  EXPECT_EQ(list(with(here)).root()["items"].size(), 1u);
  EXPECT_EQ(member(send(http::Method::delete_, "/v1/sessions/none", {}, lee), "type"),
            "/problems/session-unknown");
  EXPECT_EQ(send(http::Method::delete_, "/v1/sessions", {}, with(here)).status, 204);
  EXPECT_EQ(list(with(here)).root()["items"].size(), 0u);
}
TEST_F(SessionsOfTheirOwn, AreAllEndedByAnOperatorWhoSaysWhy) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto kim = signs_in("kim@example.com"), park = signs_in("park@example.com");
  const auto all = "/v1/people/" + member(kim, "person_id") + "/sessions?why=account_at_risk";
  EXPECT_EQ(send(http::Method::delete_, all, {}, with(kim)).status, 403);
  EXPECT_EQ(send(http::Method::delete_, all, {}, with(park)).status, 204);
  EXPECT_EQ(refreshes(member(kim, "refresh_token")).status, 401);
  EXPECT_EQ(refreshes(member(park, "refresh_token")).status, 200);
  EXPECT_EQ(signs_in("kim@example.com").status, 201);
}

TEST_F(TheShopsRoles, AreGivenAndTakenByOperators) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  const auto kim = signs_in("kim@example.com");
  const auto role = "/v1/people/" + member(kim, "person_id") + "/roles/book_manager";
  EXPECT_EQ(send(http::Method::put, role, {}, with(kim)).status, 403);
  appoint("park@example.com");
  const auto park = signs_in("park@example.com");
  EXPECT_EQ(send(http::Method::put, role, {}, with(park)).status, 204);
  const auto session = refreshes(member(kim, "refresh_token"));
  EXPECT_NE(with(session).get("Madang-Roles")->find("book_manager"), std::string_view::npos);
  EXPECT_EQ(send(http::Method::delete_, role, {}, with(park)).status, 204);
  EXPECT_EQ(
      with(refreshes(member(session, "refresh_token"))).get("Madang-Roles")->find("book_manager"),
      std::string_view::npos);
}
TEST_F(TheShopsRoles, LeaveOneOperatorAndKnowNoStranger) {
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto park = signs_in("park@example.com");
  const auto own = "/v1/people/" + member(park, "person_id") + "/roles/operator";
  EXPECT_EQ(member(send(http::Method::delete_, own, {}, with(park)), "type"),
            "/problems/last-operator");
  const auto stranger = "/v1/people/00000000-0000-8000-8000-000000000000/roles/customer";
  EXPECT_EQ(member(send(http::Method::put, stranger, {}, with(park)), "type"),
            "/problems/person-unknown");
}

TEST_F(BeingForgottenAtTheShop, IsSeenByWhoHasTheIdOfItAndByOperators) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto kim = with(signs_in("kim@example.com"));
  const auto ask = [&](const std::string& password) {
    return send(http::Method::post, "/v1/erasures", R"({"password":")" + password + R"("})", kim);
  };
  EXPECT_EQ(member(ask("a guess"), "type"), "/problems/password-wrong");
  const auto asked = ask("correct horse battery");
  EXPECT_EQ(asked.status, 202);
  const std::string address{asked.headers.get("Location").value()};
  EXPECT_EQ(address, "/v1/erasures/" + member(asked, "erasure_id"));

  town.settle();
  const auto seen = send(http::Method::get, address, {});
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(member(seen, "state"), "ending_business");
  auto another = address;
  another.back() = another.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(member(send(http::Method::get, another, {}), "type"), "/problems/erasure-unknown");

  EXPECT_EQ(send(http::Method::get, "/v1/erasures", {}, kim).status, 403);
  const auto all =
      send(http::Method::get, "/v1/erasures", {}, with(signs_in("park@example.com"))).text();
  EXPECT_NE(all.find(std::string{kim.get("Madang-Person").value()}), std::string::npos) << all;
}
TEST_F(BeingForgottenAtTheShop, AsksAgainForTheSameErasure) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = with(signs_in("kim@example.com"));
  const auto ask = [&] {
    return send(http::Method::post, "/v1/erasures", R"({"password":"correct horse battery"})", kim);
  };
  EXPECT_EQ(ask().text(), ask().text());
  EXPECT_EQ(town.count("identity", "ErasureAsked"), 1u);
  EXPECT_EQ(signs_in("kim@example.com").status, 401);
}

TEST_F(TakingTheirDataAlong, IsDoneByALinkOfTenMinutesOneAtATime) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = with(signs_in("kim@example.com"));
  const auto asked = send(http::Method::post, "/v1/exports", {}, kim);
  EXPECT_EQ(asked.status, 201) << asked.text();
  const std::string link{asked.headers.get("Location").value()};
  EXPECT_EQ(member(asked, "url"), link);

  const auto archive = send(http::Method::get, link, {});
  EXPECT_EQ(archive.status, 200);
  EXPECT_EQ(archive.headers.get("Content-Type"), "application/zip");
  EXPECT_EQ(archive.text(), "what is held of " + std::string{kim.get("Madang-Person").value()});

  const auto again = send(http::Method::post, "/v1/exports", {}, kim);
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(again.headers.get("Retry-After"), "600");
  town.pass(10min);
  EXPECT_EQ(send(http::Method::get, link, {}).status, 403);
  EXPECT_EQ(send(http::Method::post, "/v1/exports", {}, kim).status, 201);
  EXPECT_EQ(town.count("identity", "ExportAsked"), 2u);
}
TEST_F(TakingTheirDataAlong, TakesALinkThatNobodyHasChanged) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  const auto kim = with(signs_in("kim@example.com")), park = with(signs_in("park@example.com"));
  const auto asked = send(http::Method::post, "/v1/exports", {}, kim);
  std::string link{asked.headers.get("Location").value()};
  const std::string own{kim.get("Madang-Person").value()};
  link.replace(link.find(own), own.size(), *park.get("Madang-Person"));
  EXPECT_EQ(member(send(http::Method::get, link, {}), "type"), "/problems/export-link-invalid");
}

TEST_F(TakingTheirDataAlong, EndsWhenTheyAskToBeForgotten) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = with(signs_in("kim@example.com"));
  const auto asked = send(http::Method::post, "/v1/exports", {}, kim);
  const std::string link{asked.headers.get("Location").value()};
  EXPECT_EQ(send(http::Method::get, link, {}).status, 200);
  EXPECT_EQ(send(http::Method::post, "/v1/erasures", R"({"password":"correct horse battery"})", kim)
                .status,
            202);
  EXPECT_EQ(send(http::Method::get, link, {}).status, 403);
  EXPECT_EQ(send(http::Method::post, "/v1/exports", {}, kim).status, 404);
}

TEST_F(WhoGuardsTheShop, SeesWhoComesInAndWhoDoesNotWithoutTheirAddresses) {
  static_cast<void>(registers("kim@example.com"));
  const auto kim = signs_in("kim@example.com");
  const auto person = kernel::PersonId::parse(member(kim, "person_id"));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].what, "signed in");
  EXPECT_EQ(notes[0].person, person);
  notes.clear();
  static_cast<void>(signs_in("kim@example.com", "a guess"));
  static_cast<void>(signs_in("kim@example.com", "another guess"));
  static_cast<void>(signs_in("lee@example.com", "a guess"));
  ASSERT_EQ(notes.size(), 3u);
  for (const auto& note : notes) {
    EXPECT_EQ(note.what, "sign-in refused");
    EXPECT_EQ(note.person, std::nullopt);
    EXPECT_EQ(note.whose.size(), 11u);
    EXPECT_EQ(telemetry::json_line(note).find("example.com"), std::string::npos);
  }
  EXPECT_EQ(notes[0].whose, notes[1].whose);
  EXPECT_NE(notes[0].whose, notes[2].whose);
  notes.clear();
  for (int i = 0; i < 12; ++i) static_cast<void>(signs_in("lee@example.com", "a guess"));
  EXPECT_EQ(notes.back().what, "sign-in throttled");
}
TEST_F(WhoGuardsTheShop, SeesWhatIsChangedAboutSessionsPasswordsAndRoles) {
  static_cast<void>(registers("kim@example.com"));
  static_cast<void>(registers("park@example.com"));
  appoint("park@example.com");
  const auto kim = signs_in("kim@example.com");
  const auto park = with(signs_in("park@example.com"));
  static_cast<void>(told());
  const auto person = "/v1/people/" + member(kim, "person_id");
  static_cast<void>(send(http::Method::put, person + "/roles/book_manager", {}, park));
  EXPECT_EQ(notes.back().person, kernel::PersonId::parse(member(kim, "person_id")));
  EXPECT_EQ(notes.back().by, kernel::PersonId::parse(*park.get("Madang-Person")));
  static_cast<void>(send(http::Method::delete_, person + "/roles/book_manager", {}, park));
  static_cast<void>(send(http::Method::delete_, person + "/sessions?why=misuse", {}, park));
  const auto password = [&](const std::string& present) {
    static_cast<void>(send(
        http::Method::put, "/v1/people/me/password",
        R"({"password":")" + present + R"(","new_password":"a courtyard in the rain"})", park));
  };
  password("a guess");
  password("correct horse battery");
  static_cast<void>(send(http::Method::delete_, "/v1/sessions/current", {}, park));
  static_cast<void>(send(http::Method::delete_, "/v1/sessions", {}, park));
  EXPECT_THAT(told(),
              ::testing::ElementsAre("role given book_manager", "role taken book_manager",
                                     "sessions ended misuse", "password refused",
                                     "password changed", "signed out", "signed out everywhere"));
}
TEST_F(WhoGuardsTheShop, SeesThatARefreshTokenWasStolen) {
  static_cast<void>(registers("kim@example.com"));
  const auto token = member(signs_in("kim@example.com"), "refresh_token");
  static_cast<void>(refreshes(token));
  town.pass(1min);
  static_cast<void>(refreshes(token));
  EXPECT_EQ(notes.back().what, "refresh token stolen");
}

TEST_F(TheShop, PublishesTheKeysThatItsTokensAreSignedWith) {
  const auto answer = send(http::Method::get, "/.well-known/jwks.json", {});
  EXPECT_EQ(answer.status, 200);
  const auto document = chassis::JsonDocument::stored(answer.text());
  EXPECT_EQ(document.root()["keys"].size(), 2u);
  EXPECT_EQ(document.root()["keys"].at(0)["alg"].text(), "ES256");
}

}  // namespace
}  // namespace madang::identity
