#include "gateway/gateway.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/security/signing_keys.hpp"
#include "contracts/generated/problems.hpp"

namespace madang::gateway {
namespace {

using namespace std::chrono_literals;
using http::Method, http::Request, http::Response;
using ::testing::HasSubstr;

const auto kim = kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff").value();

// A gateway before contexts that note what they are asked, and answer as the test wants.
class TheGateway : public ::testing::Test {
 protected:
  TheGateway() { open_with({}); }

  void open_with(Limits limits, telemetry::Spans* spans = nullptr) {
    gateway.reset();
    gateway = std::make_unique<Gateway>(
        runtime,
        std::vector<Route>{
            {.prefix = "/", .handler = noting("the page")},
            {.prefix = "/v1", .handler = noting("the rest")},
            {.prefix = "/v1/rentals", .handler = noting("rental")},
            {.prefix = "/v1/sessions",
             .handler = noting("identity"),
             .open_to_anyone =
                 [](Method method, std::string_view path) {
                   return method == Method::post && path == "/v1/sessions";
                 }},
            {.prefix = "/livez", .handler = noting("alive"), .whom = Route::For::machines}},
        verifier, [this](const security::TokenClaims& token) { return ended == token.session; },
        problems, registry, limits, [this](const RequestRecord& record) { log.push_back(record); },
        [this](const Request&, std::string_view what) { defects.emplace_back(what); }, spans);
  }
  http::Handler noting(std::string name) {
    return [this, name](const Request& request) {
      seen = request;
      by = name;
      return answer(request);
    };
  }
  std::string token(std::vector<std::string> roles = {"customer"}) {
    const auto now = std::chrono::floor<std::chrono::seconds>(runtime.now());
    return security::sign_token({.issuer = "https://shop.test",
                                 .audience = "shop",
                                 .person = kim,
                                 .id = "token-1",
                                 .session = "session-1",
                                 .client = "web",
                                 .roles = std::move(roles),
                                 .issued_at = now,
                                 .not_before = now,
                                 .expires_at = now + 10min},
                                keys.current());
  }
  http::Headers with_token() { return {{"Authorization", "Bearer " + token()}}; }
  Response get(const std::string& target, http::Headers headers = {},
               const std::string& address = "192.0.2.7") {
    return send(http::request_of(Method::get, target, std::move(headers)), address);
  }
  Response send(Request request, const std::string& address = "192.0.2.7") {
    seen.reset();
    by.clear();
    request.client_address = address;
    return gateway->handle(request).at_once();
  }
  static std::string problem_of(const Response& response) {
    EXPECT_EQ(response.headers.get("Content-Type"), http::problem_media_type);
    const auto& text = response.text();
    const auto begin = text.find("\"type\":\"");
    const auto end = text.find('"', begin + 8);
    return text.substr(text.rfind('/', end) + 1, end - text.rfind('/', end) - 1);
  }

  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  security::SecretsInMemory secrets;
  security::SigningKeys keys{secrets, runtime};
  security::TokenVerifier verifier{
      keys, runtime, {.issuer = "https://shop.test", .audience = "shop"}};
  http::Problems problems{contracts::problems()};
  telemetry::Registry registry;

  http::Handler answer = [](const Request&) { return Response{}; };
  std::optional<Request> seen;  // by a context
  std::string by, ended;        // ended: a session
  std::vector<RequestRecord> log;
  std::vector<std::string> defects;
  std::unique_ptr<Gateway> gateway;
};

TEST_F(TheGateway, GivesARequestToTheLongestPrefixOfItsPath) {
  const std::vector<std::pair<std::string, std::string>> expected{
      {"/v1/rentals", "rental"},
      {"/v1/rentals/7/return?x=1", "rental"},
      {"/v1/rentals-of-old", "the rest"},
      {"/v1/rental", "the rest"},
      {"/v1", "the rest"},
      {"/v1x", "the page"},
      {"/", "the page"},
      {"/livez", "alive"}};
  for (const auto& [target, whose] : expected) {
    EXPECT_EQ(get(target).status, 200);
    EXPECT_EQ(by, whose) << target;
  }
}

TEST_F(TheGateway, AnswersNotFoundWhereNobodysPathIs) {
  Gateway small{runtime,  {{.prefix = "/v1", .handler = noting("v1")}},
                verifier, [](const security::TokenClaims&) { return false; },
                problems, registry,
                {},       [this](const RequestRecord& record) { log.push_back(record); }};
  const auto response = small.handle(http::request_of(Method::get, "/v2")).at_once();
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(problem_of(response), "not-found");
  EXPECT_EQ(log.back().route, "");
}

TEST_F(TheGateway, IsNotOpenedWithPrefixesThatAreNone) {
  const auto opening = [&](std::vector<std::string> prefixes) {
    std::vector<Route> routes;
    for (const auto& prefix : prefixes)
      routes.push_back({.prefix = prefix, .handler = noting("x")});
    Gateway{runtime, std::move(routes), verifier, {}, problems, registry, {}, {}};
  };
  EXPECT_THROW(opening({"/a", "/a"}), std::invalid_argument);
  EXPECT_THROW(opening({"a"}), std::invalid_argument);
  EXPECT_THROW(opening({"/a/"}), std::invalid_argument);
  EXPECT_THROW(opening({""}), std::invalid_argument);
  EXPECT_NO_THROW(opening({"/", "/a"}));
}

// ---- who asks

TEST_F(TheGateway, TurnsATokenIntoThePrincipalsHeaders) {
  get("/v1/rentals", with_token());
  ASSERT_TRUE(seen);
  EXPECT_EQ(security::principal_of(seen->headers),
            (security::Principal{
                .person = kim, .roles = {"customer"}, .session = "session-1", .client = "web"}));
  EXPECT_FALSE(seen->headers.has("Authorization"));
}

TEST_F(TheGateway, LetsAnyoneInWithoutAToken) {
  for (const auto& headers : {http::Headers{}, http::Headers{{"Authorization", "Basic eA=="}},
                              http::Headers{{"Authorization", "Bearers"}}}) {
    get("/v1/rentals", headers);
    ASSERT_TRUE(seen);
    EXPECT_EQ(security::principal_of(seen->headers), security::Principal{});
  }
}

TEST_F(TheGateway, ThrowsAwayPrincipalsThatAClientMadeUp) {
  const http::Headers forged{{"Madang-Person", kim.text()}, {"madang-roles", "operator"},
                             {"MADANG-SESSION", "x"},       {"Madang-Client", "x"},
                             {"Madang-Roles", "operator"},  {"Madang-Position", "kept"}};
  get("/v1/rentals", forged);
  ASSERT_TRUE(seen);
  EXPECT_EQ(security::principal_of(seen->headers), security::Principal{});
  EXPECT_EQ(seen->headers.all("Madang-Roles").size(), 1U);
  EXPECT_EQ(seen->headers.get("Madang-Position"), "kept");
  get("/livez", forged);
  EXPECT_EQ(security::principal_of(seen->headers), security::Principal{});
  auto with = forged;
  with.add("Authorization", "Bearer " + token());
  get("/v1/rentals", with);
  EXPECT_EQ(seen->headers.all("Madang-Roles"), std::vector<std::string_view>{"customer"});
}

TEST_F(TheGateway, RefusesAnInvalidToken) {
  const auto good = token();
  const std::vector<http::Headers> invalid{
      {{"Authorization", "Bearer " + good + "x"}},
      {{"Authorization", "Bearer"}},
      {{"Authorization", "Bearer "}},
      {{"Authorization", "Bearer " + good + " " + good}},
      {{"Authorization", "Bearer " + good}, {"Authorization", "Bearer " + good}},
      {{"Authorization", "Basic eA=="}, {"Authorization", "Bearer " + good}}};
  for (const auto& headers : invalid) {
    const auto response = get("/v1/rentals", headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(problem_of(response), "token-invalid");
    EXPECT_EQ(response.headers.get("WWW-Authenticate"),
              R"(Bearer realm="madang", error="invalid_token")");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    EXPECT_FALSE(seen);
  }
  simulator.sleep(1h);
  EXPECT_EQ(get("/v1/rentals", {{"Authorization", "Bearer " + good}}).status, 401);
  EXPECT_EQ(log.back().fault, "expired");
  EXPECT_EQ(log.back().problem, "token-invalid");
  EXPECT_THAT(registry.exposition(), HasSubstr("madang_gateway_invalid_tokens_total 6"));
  EXPECT_THAT(registry.exposition(), HasSubstr("madang_gateway_expired_tokens_total 1"));
}

TEST_F(TheGateway, RefusesATokenWhoseSessionHasEnded) {
  ended = "session-1";
  const auto response = get("/v1/rentals", with_token());
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(problem_of(response), "token-invalid");
  EXPECT_EQ(response.headers.get("WWW-Authenticate"),
            R"(Bearer realm="madang", error="invalid_token")");
  EXPECT_FALSE(seen);
  EXPECT_EQ(log.back().fault, "session ended");
  EXPECT_EQ(log.back().person, std::nullopt);
  EXPECT_THAT(registry.exposition(), HasSubstr("madang_gateway_ended_tokens_total 1"));
  EXPECT_EQ(send(http::request_of(Method::post, "/v1/sessions", with_token())).status, 200);
  EXPECT_EQ(security::principal_of(seen->headers), security::Principal{});
}

TEST_F(TheGateway, TakesTheSchemeInAnyCase) {
  get("/v1/rentals", {{"authorization", "bEARER   " + token()}});
  ASSERT_TRUE(seen);
  EXPECT_EQ(security::principal_of(seen->headers).person, kim);
}

TEST_F(TheGateway, LetsWhoeverSignsInBringAnOldToken) {
  const http::Headers old{{"Authorization", "Bearer old"}};
  EXPECT_EQ(send(http::request_of(Method::post, "/v1/sessions", old)).status, 200);
  ASSERT_TRUE(seen);
  EXPECT_EQ(security::principal_of(seen->headers), security::Principal{});
  EXPECT_FALSE(seen->headers.has("Authorization"));
  EXPECT_EQ(send(http::request_of(Method::delete_, "/v1/sessions", old)).status, 401);
}

TEST_F(TheGateway, ReadsNoTokenOfAMachine) {
  EXPECT_EQ(get("/livez", {{"Authorization", "Bearer old"}}).status, 200);
}

TEST_F(TheGateway, SpeaksTheLanguageOfTheReader) {
  const auto response =
      get("/v1/rentals", {{"Authorization", "Bearer old"}, {"Accept-Language", "ko"}});
  EXPECT_THAT(response.text(), HasSubstr("로그인이 더 이상 유효하지 않습니다"));
}

// ---- how often

TEST_F(TheGateway, LimitsWhatOneNetworkAsks) {
  open_with({.per_person = std::nullopt, .per_address = Quota{.burst = 2, .per_minute = 20}});
  const auto first = get("/v1");
  EXPECT_EQ(first.headers.get("RateLimit-Policy"), R"("address";q=2;w=6)");
  EXPECT_EQ(first.headers.get("RateLimit"), R"("address";r=1;t=3)");
  get("/v1");
  const auto refused = get("/v1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(problem_of(refused), "too-many-requests");
  EXPECT_EQ(refused.headers.get("Retry-After"), "3");
  EXPECT_EQ(refused.headers.get("RateLimit"), R"("address";r=0;t=6)");
  EXPECT_EQ(log.back().problem, "too-many-requests");
  EXPECT_FALSE(seen);
  EXPECT_EQ(get("/v1", {}, "192.0.2.8").status, 200);
  EXPECT_EQ(get("/livez").status, 200);
  simulator.sleep(3s);
  EXPECT_EQ(get("/v1").status, 200);
  EXPECT_THAT(registry.exposition(), HasSubstr(R"(limited_total{whose="address"} 1)"));
}

TEST_F(TheGateway, LimitsWhatOnePersonAsksFromWhereverTheyDo) {
  open_with({.per_person = Quota{.burst = 2, .per_minute = 20}, .per_address = std::nullopt});
  EXPECT_EQ(get("/v1", with_token(), "192.0.2.1").headers.get("RateLimit"), R"("person";r=1;t=3)");
  EXPECT_EQ(get("/v1", with_token(), "192.0.2.2").status, 200);
  EXPECT_EQ(get("/v1", with_token(), "192.0.2.3").status, 429);
  EXPECT_FALSE(seen);
  EXPECT_EQ(get("/v1").status, 200);
  EXPECT_FALSE(get("/v1").headers.has("RateLimit"));
  EXPECT_THAT(registry.exposition(), HasSubstr(R"(limited_total{whose="person"} 1)"));
}

TEST_F(TheGateway, LimitsTokensThatAreGuessed) {
  open_with({.per_person = std::nullopt, .per_address = Quota{.burst = 2, .per_minute = 20}});
  const http::Headers guess{{"Authorization", "Bearer guess"}};
  EXPECT_EQ(get("/v1", guess).status, 401);
  EXPECT_EQ(get("/v1", guess).status, 401);
  EXPECT_EQ(get("/v1", guess).status, 429);
}

TEST_F(TheGateway, TellsBothQuotasAndLeavesOutWhatIsUnlimited) {
  open_with({});
  EXPECT_EQ(get("/v1", with_token()).headers.all("RateLimit").size(), 2U);
  open_with({.per_person = std::nullopt, .per_address = std::nullopt});
  EXPECT_FALSE(get("/v1", with_token()).headers.has("RateLimit"));
}

// ---- what is written down

TEST_F(TheGateway, WritesDownWhoAskedForWhatAndHowItWent) {
  answer = [&](const Request&) {
    simulator.sleep(3ms);
    return http::json_response(409, "{}");
  };
  auto request =
      http::request_of(Method::post, "/v1/rentals?cursor=secret&limit=5", with_token(), "four");
  send(request);
  ASSERT_EQ(log.size(), 1U);
  const auto& record = log.front();
  EXPECT_EQ(record.method, Method::post);
  EXPECT_EQ(record.path, "/v1/rentals");
  EXPECT_EQ(record.parameters, (std::vector<std::string>{"cursor", "limit"}));
  EXPECT_EQ(record.route, "/v1/rentals");
  EXPECT_EQ(record.status, 409);
  EXPECT_EQ(record.bytes_in, 4U);
  EXPECT_EQ(record.bytes_out, 2U);
  EXPECT_EQ(record.took, 3ms);
  EXPECT_EQ(record.person, kim);
  EXPECT_EQ(record.client, "web");
  EXPECT_EQ(record.address, "192.0.2.7");
  EXPECT_EQ(record.trace_id, seen->trace.trace_id_text());
  EXPECT_EQ(record.fault, "");
}

TEST_F(TheGateway, WritesDownNoBodyNoTokenAndNoValue) {
  const auto secret = token();
  answer = [](const Request&) { return http::json_response(200, R"("answered-secret")"); };
  send(http::request_of(Method::post, "/v1?signature=query-secret",
                        {{"Authorization", "Bearer " + secret}, {"Idempotency-Key", "key-secret"}},
                        "body-secret"));
  const auto line = json_line(log.front());
  EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  EXPECT_EQ(line.find(secret.substr(secret.size() - 20)), std::string::npos) << line;
}

TEST_F(TheGateway, WritesDownNoMoreThanAFewHundredBytesOfAPath) {
  std::string long_path = "/v1/x";
  for (int i = 0; i < 100; ++i) long_path += "%EA%B0%80";
  std::string query = "?";
  for (int i = 0; i < 100; ++i) query += "p" + std::to_string(i) + "=1&";
  get(long_path + query + std::string(1000, 'n') + "=1");
  EXPECT_EQ(log.front().path.size(), 254U);
  EXPECT_EQ(log.front().path.substr(251), "가");
  EXPECT_EQ(log.front().parameters.size(), 16U);
}

TEST_F(TheGateway, WritesDownNothingOfProbesButCountsThem) {
  get("/livez");
  EXPECT_TRUE(log.empty());
  EXPECT_THAT(registry.exposition(), HasSubstr(R"(requests_total{answer="2xx",route="/livez"} 1)"));
}

TEST_F(TheGateway, AnswersFailuresItselfSoThatTheLogIsTrue) {
  answer = [](const Request&) -> Response { throw chassis::Unavailable{"no database"}; };
  const auto unavailable = get("/v1");
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_TRUE(unavailable.headers.has("Retry-After"));
  EXPECT_EQ(log.back().status, 503);
  EXPECT_EQ(log.back().problem, "unavailable");
  answer = [](const Request&) -> Response { throw std::logic_error{"a defect"}; };
  EXPECT_EQ(get("/v1").status, 500);
  EXPECT_EQ(log.back().status, 500);
  EXPECT_EQ(log.back().problem, "internal-error");
  EXPECT_EQ(defects, std::vector<std::string>{"a defect"});
  EXPECT_THAT(registry.exposition(), HasSubstr(R"(requests_total{answer="5xx",route="/v1"} 1)"));
  EXPECT_THAT(registry.exposition(), HasSubstr(R"(requests_total{answer="503",route="/v1"} 1)"));
}

TEST_F(TheGateway, WritesDownWhatTheServerAnsweredItself) {
  auto request = http::request_of(Method::post, "/v1/rentals?x=1", with_token(), "four");
  request.client_address = "192.0.2.7";
  request.trace = telemetry::new_trace([this] { return runtime.random(); });
  const auto began = runtime.now();
  simulator.sleep(3ms);
  gateway->write_down_unheard(request, problems.answer({"overloaded"}, http::Language::en), began);
  ASSERT_EQ(log.size(), 1U);
  const auto& record = log.front();
  EXPECT_EQ(record.path, "/v1/rentals");
  EXPECT_EQ(record.route, "/v1/rentals");
  EXPECT_EQ(record.status, 503);
  EXPECT_EQ(record.problem, "overloaded");
  EXPECT_EQ(record.took, 3ms);
  EXPECT_EQ(record.address, "192.0.2.7");
  EXPECT_EQ(record.trace_id, request.trace.trace_id_text());
  EXPECT_FALSE(record.person);  // nobody has looked at the token
  gateway->write_down_unheard(http::request_of(Method::get, "/livez"),
                              problems.answer({"overloaded"}, http::Language::en), began);
  EXPECT_EQ(log.size(), 1U);
}

TEST_F(TheGateway, WritesDownAnAnswerThatComesLaterWhenItHasCome) {
  std::optional<chassis::Reply<Response>> open;
  answer = [&](const Request&) {
    return http::Later<Response>::of(
        [&](chassis::Reply<Response> reply) { open.emplace(std::move(reply)); });
  };
  std::vector<int> told;
  const auto ask = [&, request = http::request_of(Method::post, "/v1/rentals", with_token())] {
    gateway->handle(request).start(chassis::Reply<Response>{
        [&](chassis::OrFailed<Response> response) { told.push_back(response->status); }});
  };
  ask();
  simulator.sleep(3ms);
  EXPECT_TRUE(log.empty());
  open->answer(Response{204});
  EXPECT_EQ(log.back().took, 3ms);
  EXPECT_EQ(log.back().person, kim);
  ask();
  open->fail(std::make_exception_ptr(chassis::Unavailable{"no database"}));
  ask();
  open.reset();
  EXPECT_EQ(told, (std::vector<int>{204, 503, 500}));
  EXPECT_EQ(log.back().status, 500);
  EXPECT_EQ(defects, std::vector<std::string>{"nobody has answered"});
}

// ---- what passes through

TEST_F(TheGateway, ContinuesATraceOrBeginsOne) {
  get("/v1");
  EXPECT_TRUE(seen->trace.is_set());
  EXPECT_FALSE(seen->trace.sampled);  // nobody collects
  EXPECT_EQ(seen->headers.get("traceparent"), seen->trace.traceparent());
  get("/v1", {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  EXPECT_EQ(seen->trace.trace_id_text(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(seen->trace.span_id_text(), "b7ad6b7169203331");
  EXPECT_EQ(log.back().trace_id, "0af7651916cd43dd8448eb211c80319c");
  auto request = http::request_of(Method::get, "/v1");
  request.trace =
      *telemetry::TraceContext::parse("00-11111111111111111111111111111111-2222222222222222-00");
  send(request);
  EXPECT_EQ(seen->trace, request.trace);  // the server's span is this request's own
}

TEST_F(TheGateway, RecordsTheTracesThatItChoosesOrACallerWants) {
  const std::string caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
  telemetry::Spans all{registry, 1},
      hardly_any{registry, std::numeric_limits<std::uint64_t>::max()};
  open_with({}, &all);
  answer = [](const Request&) { return Response{503}; };
  get("/v1/rentals/0123");
  get("/v1", {{"traceparent", caller + "00"}});
  get("/livez");
  const auto chosen = all.take(10);
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_EQ(chosen[0].name, "GET /v1/rentals");
  EXPECT_EQ(chosen[0].service, "gateway");
  EXPECT_EQ(chosen[0].parent, telemetry::SpanId{});
  EXPECT_TRUE(chosen[0].failed);
  open_with({}, &hardly_any);
  get("/v1");
  get("/v1", {{"traceparent", caller + "01"}});
  const auto wanted = hardly_any.take(10);
  ASSERT_EQ(wanted.size(), 1u);
  EXPECT_EQ(telemetry::hex_text(wanted[0].parent), "b7ad6b7169203331");
  EXPECT_EQ(wanted[0].context, seen->trace);
}

struct Upload final : http::BodyReader {
  std::size_t read(std::span<std::byte>) override { throw std::logic_error{"read by the gateway"}; }
  [[nodiscard]] std::optional<std::uint64_t> declared_length() const override { return 7000; }
};

TEST_F(TheGateway, PassesStreamsThroughUntouched) {
  answer = [](const Request&) {
    return Response{.body = http::FileSlice{.path = "file", .offset = 10, .length = 90}};
  };
  auto request = http::request_of(Method::put, "/v1");
  request.stream = std::make_shared<Upload>();
  request.deadline = http::Deadline{runtime.now() + 5s};
  const auto response = send(request);
  EXPECT_EQ(seen->stream, request.stream);
  EXPECT_EQ(seen->deadline, request.deadline);
  EXPECT_EQ(std::get<http::FileSlice>(response.body).offset, 10U);
  EXPECT_EQ(log.back().bytes_in, 7000U);
  EXPECT_EQ(log.back().bytes_out, 90U);
}

}  // namespace
}  // namespace madang::gateway
