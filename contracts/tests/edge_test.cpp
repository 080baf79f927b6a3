#include "contracts/support/edge.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "chassis/json/json.hpp"
#include "chassis/ports/rows.hpp"
#include "chassis/runtime/simulator.hpp"
#include "contracts/generated/rental/routes.hpp"
#include "contracts/support/routes.hpp"

namespace madang::contracts {
namespace {

using namespace rental::http_v1;

const auto kim = *kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff");
const auto lee = *kernel::PersonId::parse("01234567-89ab-8def-8001-020304050600");
const auto rental_1 = *kernel::RentalId::parse("11111111-89ab-8def-8001-0203040506ff");
const auto edition_1 = *kernel::EditionId::parse("22222222-89ab-8def-8001-0203040506ff");
const auto payment_1 = *kernel::PaymentId::parse("33333333-89ab-8def-8001-0203040506ff");
const kernel::Instant noon{std::chrono::sys_days{std::chrono::July / 15 / 2026} +
                           std::chrono::hours{12}};

// Answers as told, and remembers what it was asked.
struct Desk : RentalApi {
  Later<RentBookResponse> rent_book(const Caller& caller, const RentBookRequest& asked,
                                    const chassis::RequestKey& key) override {
    ++calls;
    last_key = key;
    last_body = asked.body;
    last_caller = caller.person();
    if (meanwhile) std::exchange(meanwhile, {})();
    key.written()["rental"] = 7;
    if (refusal) return std::unexpected{*refusal};
    return RentBookResponse{{rental_1, edition_1, payment_1, kernel::Money::won(3000), noon, noon},
                            "/v1/rentals/" + rental_1.text()};
  }
  Result<GetRentalResponse> get_rental(const Caller&, const GetRentalRequest& asked) override {
    after = asked.after;
    return GetRentalResponse{{asked.rental_id, edition_1, kim, payment_1, RentalState::on_loan,
                              kernel::Money::won(3000), noon, noon, false, 0, std::nullopt}};
  }
  Later<ReturnBookResponse> return_book(const Caller&, const ReturnBookRequest&,
                                        const chassis::RequestKey&) override {
    throw chassis::KeyReused{"another request"};
  }
  Later<CancelRentalResponse> cancel_rental(const Caller&, const CancelRentalRequest&,
                                            const chassis::RequestKey&) override {
    throw chassis::CursorInvalid{"none of ours"};
  }
  Later<OpenBookResponse> open_book(const Caller&, const OpenBookRequest&,
                                    const chassis::RequestKey&) override {
    throw chassis::Unavailable{"the disk is away"};
  }
  // Extending and the line are no matters of the edge's own.
  Later<ExtendRentalResponse> extend_rental(const Caller&, const ExtendRentalRequest&,
                                            const chassis::RequestKey&) override {
    throw std::logic_error{"nobody asks for it here"};
  }
  Later<JoinLineResponse> join_line(const Caller&, const JoinLineRequest&,
                                    const chassis::RequestKey&) override {
    throw std::logic_error{"nobody asks for it here"};
  }
  Result<GetPlaceResponse> get_place(const Caller&, const GetPlaceRequest&) override {
    throw std::logic_error{"nobody asks for it here"};
  }
  Later<LeaveLineResponse> leave_line(const Caller&, const LeaveLineRequest&,
                                      const chassis::RequestKey&) override {
    return Later<LeaveLineResponse>::of(
        [this](auto reply) { leaving.push_back(std::move(reply)); });
  }
  Result<http::Response> read_file(const Caller&, const ReadFileRequest& asked) override {
    return http::Response{.status = 206, .headers = {}, .body = asked.name};
  }

  int calls = 0;
  std::optional<http::Problem> refusal;
  std::function<void()> meanwhile;
  std::vector<chassis::Reply<Result<LeaveLineResponse>>> leaving;
  std::optional<chassis::RequestKey> last_key;
  std::optional<NewRental> last_body;
  std::optional<kernel::PersonId> last_caller;
  chassis::Positions after;
};

class TheEdge : public testing::Test {
 protected:
  static http::Headers signed_in(std::string roles = "customer") {
    return {{"Madang-Person", kim.text()}, {"Madang-Roles", "anyone," + roles}};
  }
  static http::Headers effect(std::string key = "key-1") {
    auto headers = signed_in();
    headers.add("Idempotency-Key", std::move(key));
    headers.add("Content-Type", "application/json");
    return headers;
  }
  static std::string body(std::string token = "tok_accepted", int amount = 3000) {
    return R"({"edition_id":")" + edition_1.text() + R"(","price":{"amount":)" +
           std::to_string(amount) + R"(,"currency":"KRW"},"card_token":")" + token + R"("})";
  }
  http::Response rent(http::Headers headers, std::string said = body()) {
    return asked(
        request_of(http::Method::post, "/v1/rentals", std::move(headers), std::move(said)));
  }
  http::Response get(std::string_view target, http::Headers headers = signed_in()) {
    return asked(request_of(http::Method::get, target, std::move(headers)));
  }
  http::Response asked(const http::Request& request) { return routes.handle(request).at_once(); }
  // "402 payment-declined", or the status alone.
  static std::string in_short(const http::Response& response) {
    auto status = std::to_string(response.status);
    if (response.headers.get("Content-Type") != http::problem_media_type) return status;
    const auto document = chassis::JsonDocument::stored(response.text());
    EXPECT_EQ(document.root()["status"].integer(), response.status);
    return status + " " + std::string{document.root()["type"].text()}.substr(10);
  }
  static std::string faults(const http::Response& response) {
    const auto document = chassis::JsonDocument::stored(response.text());
    const auto list = document.root()["faults"];
    std::string all;
    for (std::size_t i = 0; i < list.size(); ++i)
      all += (i > 0 ? "; " : "") + std::string{list.at(i)["rule"].text()} + " " +
             std::string{list.at(i)["in"].text()} + " " + std::string{list.at(i)["at"].text()};
    return all;
  }

  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  security::SecretsInMemory secrets;
  security::RotatingKey positions{secrets, runtime, "positions"};
  Edge edge{runtime, "a key of the shop", positions};
  Desk desk;
  Routes routes{edge, rental::http_v1::routes(desk, edge)};
};

TEST_F(TheEdge, CarriesOutWhatIsAsTheContractHasIt) {
  const auto response = rent(effect());
  EXPECT_EQ(in_short(response), "201");
  EXPECT_EQ(response.headers.get("Location"), "/v1/rentals/" + rental_1.text());
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(response.text(),
            R"({"rental_id":")" + rental_1.text() + R"(","edition_id":")" + edition_1.text() +
                R"(","payment_id":")" + payment_1.text() +
                R"(","price":{"amount":3000,"currency":"KRW"},"starts":"2026-07-15T12:00:00.000Z",)"
                R"("until":"2026-07-15T12:00:00.000Z"})");
  EXPECT_EQ(desk.last_body, (NewRental{edition_1, kernel::Money::won(3000), "tok_accepted"}));
  EXPECT_EQ(desk.last_caller, kim);
}

TEST_F(TheEdge, GivesEachCommandOfARequestTheTimeThatTheRequestHas) {
  auto request = request_of(http::Method::post, "/v1/rentals", effect(), body());
  request.deadline = noon + std::chrono::seconds{2};
  EXPECT_EQ(in_short(asked(request)), "201");
  EXPECT_EQ(desk.last_key->step("hold").decide_by, noon + std::chrono::seconds{2});
}

TEST_F(TheEdge, LetsNobodyInWithoutARole) {
  EXPECT_EQ(in_short(rent({})), "401 not-signed-in");
  EXPECT_EQ(rent({}).headers.get("WWW-Authenticate"), "Bearer");
  auto operator_ = effect();
  operator_.set("Madang-Roles", "anyone,operator");
  EXPECT_EQ(in_short(rent(operator_)), "403 role-missing");
  EXPECT_EQ(in_short(get("/v1/rentals/" + rental_1.text(), signed_in("book_manager"))), "200");
  EXPECT_EQ(desk.calls, 0);
}

TEST_F(TheEdge, LooksAtTheRoleBeforeAnythingElseOfTheRequest) {
  EXPECT_EQ(in_short(rent({{"Content-Type", "text/plain"}}, "?")), "401 not-signed-in");
}

TEST_F(TheEdge, KnowsItsPathsAndTheirMethods) {
  EXPECT_EQ(in_short(get("/v1/nothing")), "404 not-found");
  EXPECT_EQ(in_short(get("/v1/rentals/")), "404 not-found");
  EXPECT_EQ(in_short(get("/v1/rentals")), "405 method-not-allowed");
  const auto wrong = asked(request_of(http::Method::put, "/v1/rentals/" + rental_1.text()));
  EXPECT_EQ(in_short(wrong), "405 method-not-allowed");
  EXPECT_EQ(wrong.headers.get("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(asked(request_of(http::Method::options, "/v1/rentals")).status, 204);
}

TEST_F(TheEdge, ReadsAndWritesOnlyTheMediaTypesOfTheContract) {
  auto headers = effect();
  headers.set("Content-Type", "application/json; charset=utf-8");
  EXPECT_EQ(in_short(rent(headers)), "201");
  headers.set("Content-Type", "text/plain");
  EXPECT_EQ(in_short(rent(headers)), "415 unsupported-media-type");
  headers.remove("Content-Type");
  EXPECT_EQ(in_short(rent(headers)), "415 unsupported-media-type");
  auto packed = effect();
  packed.set("Content-Encoding", "gzip");
  EXPECT_EQ(in_short(rent(packed)), "415 unsupported-media-type");
  for (const auto& [accept, status] : {std::pair{"*/*", 200},
                                       {"text/html, application/*;q=0.5", 200},
                                       {"Application/JSON", 200},
                                       {"text/html", 406},
                                       {"application/json;q=0", 406},
                                       {"application/json; q=0.000, text/plain", 406}}) {
    auto asking = signed_in();
    asking.add("Accept", accept);
    EXPECT_EQ(get("/v1/rentals/" + rental_1.text(), asking).status, status) << accept;
  }
}

TEST_F(TheEdge, NamesEveryFaultOfARequestAtOnce) {
  const auto response = rent(effect("bad key"), R"({"price":{"amount":0,"currency":"KRW"},"x":1})");
  EXPECT_EQ(in_short(response), "400 malformed-request");
  EXPECT_EQ(faults(response),
            "unknown body /x; missing body /edition_id; too-small body /price/amount; "
            "missing body /card_token; not-as-described header Idempotency-Key");
  EXPECT_EQ(faults(get("/v1/rentals/7?limit=3")), "unknown query limit; not-a-uuid path rental_id");
  EXPECT_EQ(desk.calls, 0);
}

TEST_F(TheEdge, ReadsParametersOfPathQueryAndHeader) {
  const std::string signature(43, 'x');
  const auto target =
      "/v1/files/" + rental_1.text() + "/book.epub?expires=7&for=me&signature=" + signature;
  EXPECT_EQ(get(target, {}).text(), "book.epub");
  EXPECT_EQ(
      faults(get("/v1/files/" + rental_1.text() + "/book.epub?expires=7&expires=8&for=me", {})),
      "repeated query expires; missing query signature");
}

TEST_F(TheEdge, DemandsAKeyForEveryEffect) {
  auto headers = effect();
  headers.remove("Idempotency-Key");
  EXPECT_EQ(in_short(rent(headers)), "400 idempotency-key-missing");
}

TEST_F(TheEdge, TakesAKeyQuotedOrBare) {
  rent(effect("key-1"));
  const auto bare = desk.last_key->step("hold");
  rent(effect("\"key-1\""));
  EXPECT_EQ(desk.last_key->step("hold").id, bare.id);
  rent(effect("key-2"));
  EXPECT_NE(desk.last_key->step("hold").id, bare.id);
}

TEST_F(TheEdge, RecognisesARepeatWhateverItsSecretsAre) {
  rent(effect());
  const auto first = desk.last_key->step("hold").fingerprint;
  rent(effect(), body("tok_other"));
  EXPECT_EQ(desk.last_key->step("hold").fingerprint, first);
  rent(effect(), body("tok_accepted", 2000));
  EXPECT_NE(desk.last_key->step("hold").fingerprint, first);
}

TEST_F(TheEdge, KeepsTheKeysOfTwoPeopleApart) {
  rent(effect());
  const auto of_kim = desk.last_key->step("hold");
  auto headers = effect();
  headers.set("Madang-Person", lee.text());
  rent(headers);
  EXPECT_NE(desk.last_key->step("hold").id, of_kim.id);
  EXPECT_NE(desk.last_key->step("hold").home, of_kim.home);
}

TEST_F(TheEdge, RefusesARepeatWhileTheFirstIsRunning) {
  std::string second;
  std::string other;
  desk.meanwhile = [&] {
    second = in_short(rent(effect()));
    other = in_short(rent(effect("key-2")));
  };
  EXPECT_EQ(in_short(rent(effect())), "201");
  EXPECT_EQ(second, "409 request-in-progress");
  EXPECT_EQ(other, "201");
  EXPECT_EQ(in_short(rent(effect())), "201");
}

TEST_F(TheEdge, RefusesARepeatUntilTheFirstIsAnsweredAndNotAMomentLonger) {
  std::deque<http::Request> requests;
  const auto leave = [&](std::function<void(const std::string&)> take) {
    const auto& request = requests.emplace_back(
        request_of(http::Method::delete_, "/v1/places/" + edition_1.text(), effect()));
    routes.handle(request).start(chassis::Reply<http::Response>{
        [=](chassis::OrFailed<http::Response> response) { take(in_short(*response)); }});
  };
  std::vector<std::string> told;
  const auto remember = [&](const std::string& answer) { told.push_back(answer); };
  leave([&](const std::string& answer) {
    told.push_back(answer);
    leave(remember);  // as a client may that was told
  });
  leave(remember);
  EXPECT_EQ(told, std::vector<std::string>{"409 request-in-progress"});
  std::exchange(desk.leaving, {}).front().answer(LeaveLineResponse{});
  std::exchange(desk.leaving, {})
      .front()
      .fail(std::make_exception_ptr(chassis::KeyReused{"another request"}));
  EXPECT_EQ(told, (std::vector<std::string>{"409 request-in-progress", "204",
                                            "422 idempotency-key-reused"}));
}

TEST_F(TheEdge, AnswersAReusedKeyAndAnUnknownCursorItself) {
  const auto path = "/v1/rentals/" + rental_1.text();
  EXPECT_EQ(in_short(asked(request_of(http::Method::post, path + "/return", effect()))),
            "422 idempotency-key-reused");
  EXPECT_EQ(in_short(asked(request_of(http::Method::post, path + "/cancellation", effect()))),
            "404 cursor-unknown");
}

TEST_F(TheEdge, LeavesFailuresToWhoStandsAround) {
  const auto link =
      request_of(http::Method::post, "/v1/rentals/" + rental_1.text() + "/link", effect());
  EXPECT_THROW(asked(link), chassis::Unavailable);
  EXPECT_THROW(asked(link), chassis::Unavailable) << "the first run has ended";
}

TEST_F(TheEdge, GivesAPositionThatAQueryBringsBack) {
  const auto token = std::string{*rent(effect()).headers.get("Madang-Position")};
  auto headers = signed_in();
  headers.add("Madang-Position", token);
  EXPECT_EQ(in_short(get("/v1/rentals/" + rental_1.text(), headers)), "200");
  EXPECT_EQ(desk.after, (chassis::Positions{{"rental", 7}}));
  headers.set("Madang-Position", "x" + token);
  EXPECT_EQ(in_short(get("/v1/rentals/" + rental_1.text(), headers)), "409 position-unknown");
}

TEST_F(TheEdge, TellsARefusalInTheReadersLanguage) {
  desk.refusal = http::Problem{"payment-declined"};
  auto headers = effect();
  headers.add("Accept-Language", "ko-KR, en;q=0.5");
  const auto response = rent(headers);
  EXPECT_EQ(in_short(response), "402 payment-declined");
  EXPECT_EQ(response.headers.get("Content-Language"), "ko");
  EXPECT_NE(response.text().find("카드 결제가 거절되었습니다"), std::string::npos);
}

TEST_F(TheEdge, SaysWhenToComeBack) {
  desk.refusal = http::Problem{"desk-closed"}.with("retry_after_seconds", 30);
  EXPECT_EQ(rent(effect()).headers.get("Retry-After"), "30");
  desk.refusal = http::Problem{"payment-unsettled"};
  EXPECT_EQ(rent(effect()).headers.get("Retry-After"), "1");
}

}  // namespace
}  // namespace madang::contracts
