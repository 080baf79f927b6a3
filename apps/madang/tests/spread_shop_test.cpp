#include "apps/madang/tests/spread_shop.hpp"

#include <gmock/gmock.h>

#include "apps/madang/control/desk.hpp"

namespace madang::app {
namespace {

using http::Method;
using ::testing::HasSubstr;

TEST_F(SpreadShop, LendsABookThatIsPaidForAtAnotherProcessAndReadFromItsOwnCopy) {
  people_do([&] {
    const auto edition = edition_to_lend();
    const auto kim = register_and_sign_in("kim");
    const auto rented = rent(edition, kim, "kims");
    ASSERT_EQ(rented.status, 201) << rented.text;
    EXPECT_GE(calls["madang.payment.api.v1.PaymentDesk/Pay"], 1);
    EXPECT_GE(calls["madang.catalog.api.v1.FileDesk/ReadFile"], 2);
    const auto at = "/v1/rentals/" + rented.at("rental_id");
    shut("catalog");
    const auto link = post(at + "/link", "", kim).at("url");
    const auto book = ask(Method::get, link);
    EXPECT_EQ(book.status, 200);
    EXPECT_TRUE(book.text.starts_with("PK")) << "an EPUB is a ZIP archive";
    EXPECT_EQ(post(at + "/return", "", kim).status, 204);
    EXPECT_GE(ask(Method::get, link).status, 400);
    ask_until("/v1/shelf", kim, [&](const Told& it) { return it.text.contains(edition); });
  });
}

TEST_F(SpreadShop, SaysThatTheDeskIsClosedWhilePaymentIsAwayAndRentsUnderTheSameKeyAfterwards) {
  people_do([&] {
    const auto edition = edition_to_lend();
    const auto kim = register_and_sign_in("kim");
    shut("payment");
    EXPECT_EQ(rent(edition, kim, "kims").status, 503);
    open("payment");
    Told told;
    for (int n = 0; n < 60 && told.status != 201; ++n, people.sleep(2s))
      told = rent(edition, kim, "kims");
    EXPECT_EQ(told.status, 201) << told.text;
  });
}

TEST_F(SpreadShop, HandsOutWhatEveryContextHoldsAboutAPersonAndForgetsThem) {
  people_do([&] {
    const auto edition = edition_to_lend();
    const auto kim = register_and_sign_in("kim");
    ASSERT_EQ(rent(edition, kim, "kims").status, 201);
    ask_until("/v1/customers/me", kim, [](const Told& it) { return it.text.contains("kim"); });
    EXPECT_GE(calls["madang.identity.api.v1.KeyDesk/PullKey"], 1);
    const auto asked = post("/v1/exports", "", kim);
    ASSERT_EQ(asked.status, 201) << asked.text;
    shut("insight");
    EXPECT_EQ(ask(Method::get, asked.at("url")).status, 503) << "a part of it cannot be had";
    open("insight");
    const auto archive =
        ask_until(asked.at("url"), {}, [](const Told& it) { return it.status == 200; });
    for (const auto* file : {"identity.json", "payment.json", "rental.json", "customer.json",
                             "insight.json", "index.html"})
      EXPECT_TRUE(archive.text.contains(file)) << file;

    const auto erasure = post("/v1/erasures", R"({"password":"a password of kim"})", kim);
    ASSERT_EQ(erasure.status, 202) << erasure.text;
    ask_until("/v1/erasures/" + erasure.at("erasure_id"), {},
              [](const Told& it) { return it.at("state") == "done"; });
    EXPECT_EQ(post("/v1/sessions", R"({"email":"kim@example.com","password":"a password of kim"})")
                  .status,
              401);
  });
}

TEST_F(SpreadShop, RefusesASessionAtTheGatewayOnceItsEndWasHeard) {
  people_do([&] {
    const auto kim = register_and_sign_in("kim"), lee = register_and_sign_in("lee");
    ASSERT_LT(ask(Method::delete_, "/v1/sessions/current", {.token = kim}).status, 300);
    ask_until("/v1/sessions", kim, [](const Told& it) { return it.status == 401; });
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = lee}).status, 200);
    kill("gateway");
    people.sleep(5s);
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = kim}).status, 401)
        << "it hears again what ended before it was there";
  });
}

TEST_F(SpreadShop, LetsPeopleInByWhatItKnowsWhileTheBrokerIsAway) {
  people_do([&] {
    const auto kim = register_and_sign_in("kim"), lee = register_and_sign_in("lee");
    ASSERT_LT(ask(Method::delete_, "/v1/sessions/current", {.token = lee}).status, 300);
    ask_until("/v1/sessions", lee, [](const Told& it) { return it.status == 401; });
    broker.cut("gateway", chassis::SimBroker::Way::there);
    people.sleep(1min);
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = kim}).status, 200);
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = lee}).status, 401);
    ASSERT_LT(ask(Method::delete_, "/v1/sessions/current", {.token = kim}).status, 300);
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = kim}).status, 200) << "nobody told it";
    broker.join("gateway");
    ask_until("/v1/sessions", kim, [](const Told& it) { return it.status == 401; });
  });
}

TEST_F(SpreadShop, KnowsTurnedKeysInEveryProcess) {
  settings.keys_turn_after_days = 0;  // whenever they are looked at
  people_do([&] {
    register_and_sign_in("kim");
    people.sleep(2h + 1s);
    const auto kim = sign_in("kim@example.com", "a password of kim");
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = kim}).status, 200);
  });
}

TEST_F(SpreadShop, GoesOnThoughEachOfItsProcessesIsKilledInTurn) {
  people_do([&] {
    const auto edition = edition_to_lend();
    const auto kim = register_and_sign_in("kim");
    for (const auto& part : parts) {
      kill(part);
      people.sleep(10s);
    }
    Told told;
    for (int n = 0; n < 60 && told.status != 201; ++n, people.sleep(2s))
      told = rent(edition, kim, "kims");
    EXPECT_EQ(told.status, 201) << told.text;
  });
}

TEST_F(SpreadShop, DoesForItsOperatorWhatCanBeDoneWhereTheyAsk) {
  people_do([&] {
    const auto told = [&](const char* part, Question question) {
      return said_of(shop(part).control(line_of(question), "kim")).complaint;
    };
    const Question exporting{.command = "export", .whom = "kim@example.com", .path = "/nowhere"};
    EXPECT_THAT(told("rental", exporting), HasSubstr("in another process"));
    EXPECT_THAT(told("gateway", {.command = "backup", .path = "/nowhere"}),
                HasSubstr("in other processes"));
    EXPECT_THAT(told("rental", {.command = "reconcile"}), HasSubstr("not known here"));
    EXPECT_THAT(
        told("rental",
             {.command = "part off", .context = "identity", .part = "sign_in", .why = "a test"}),
        HasSubstr("no context identity"));
  });
}

TEST_F(SpreadShop, HasAnOperationSwitchedOffWhereItsContextIs) {
  people_do([&] {
    const auto kim = register_and_sign_in("kim");
    const auto at_customer = [&](const char* command) {
      return said_of(shop("customer")
                         .control(line_of(Question{.command = command,
                                                   .context = "customer",
                                                   .part = "get_profile",
                                                   .why = "a test"}),
                                  "kim"))
          .complaint;
    };
    ask_until("/v1/customers/me", kim, [](const Told& it) { return it.status == 200; });
    EXPECT_EQ(at_customer("part off"), "");
    EXPECT_EQ(ask(Method::get, "/v1/customers/me", {.token = kim}).status, 503);
    EXPECT_EQ(ask(Method::get, "/v1/sessions", {.token = kim}).status, 200);
    EXPECT_EQ(at_customer("part on"), "");
    EXPECT_EQ(ask(Method::get, "/v1/customers/me", {.token = kim}).status, 200);
  });
}

TEST_F(SpreadShop, AnswersNoCallThatItsProcessDoesNotKnow) {
  people_do([&] {
    const chassis::Call call{std::chrono::floor<std::chrono::milliseconds>(people.now() + 1s)};
    EXPECT_THROW(static_cast<void>(shop("rental").answer_call(
                     "madang.identity.api.v1.KeyDesk/PullKey", "", call)),
                 chassis::Corrupt);
    EXPECT_THROW(
        static_cast<void>(
            shop("identity").answer_call("madang.identity.api.v1.KeyDesk/PullKey", "x", call)),
        chassis::Corrupt);
  });
}

TEST_F(SpreadShop, AsksNobodyForAPathThatIsNobodys) {
  people_do([&] { EXPECT_EQ(post("/v1/nobodys", "{}").status, 404); });
}

TEST(AProcessWithAPartOfTheShop, IsToldHowToReachTheOthersOrDoesNotBegin) {
  runtime::Simulator simulator{1};
  storage::SimStorage storage{simulator};
  telemetry::Registry metrics;
  Quiet log;
  Settings settings;
  settings.data = "rental";
  Surroundings around;
  around.here = {"rental"};
  EXPECT_THROW((Shop{simulator.process("rental"), storage.files(), settings, metrics, log, around}),
               std::invalid_argument);
}

}  // namespace
}  // namespace madang::app
