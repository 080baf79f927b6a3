#include "chassis/http/server.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "chassis/http/tests/raw_requests.hpp"
#include "chassis/http/tests/server_fixture.hpp"
#include "chassis/ports/failures.hpp"

namespace madang::http {
namespace {

Response echo(const Request& request) {
  return json_response(
      200, std::string{text_of(request.method)} + ' ' + request.target + ' ' + request.body);
}

class Serving : public ServerTest {};

TEST_F(Serving, AnswersInThePoolAndOnTheIoThreadAlike) {
  serve(echo);
  auto client = connect();
  EXPECT_EQ(client.ask(get("/a?b=c")).body, "GET /a?b=c ");
  EXPECT_EQ(client.ask(get("/quick")).body, "GET /quick ");
  EXPECT_EQ(client.ask(post("/a", "text")).body, "POST /a text");
}

TEST_F(Serving, GivesTheHandlerWhoAsksAndATrace) {
  Request seen;
  serve([&](const Request& request) {
    seen = request;
    return Response{204};
  });
  auto client = connect("127.0.0.7");
  const auto before = runtime.now();
  client.ask(
      "GET /quick HTTP/1.1\r\nHost: a\r\n"
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n");
  EXPECT_EQ(seen.client_address, "127.0.0.7");
  EXPECT_EQ(seen.trace.trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(seen.trace.span_id_text(), "00f067aa0ba902b7");
  EXPECT_GE(seen.deadline, before + options.total_time);
  client.ask(get("/quick"));
  EXPECT_TRUE(seen.trace.is_set());
  EXPECT_NE(seen.trace.trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST_F(Serving, AddsWhatEveryAnswerCarries) {
  serve([](const Request& request) {
    Response response = json_response(200, "{}");
    if (request.path == "/quick/page") response.headers.set("Content-Security-Policy", "own");
    return response;
  });
  auto client = connect();
  const auto answer = client.ask(get("/quick"));
  for (const auto* line :
       {"Cache-Control: no-store\r\n", "X-Content-Type-Options: nosniff\r\n",
        "Content-Security-Policy: default-src 'none'; base-uri 'none'; frame-ancestors 'none'\r\n",
        "Referrer-Policy: no-referrer\r\n", "Cross-Origin-Resource-Policy: same-origin\r\n",
        "Content-Length: 2\r\n", " GMT\r\n"})
    EXPECT_TRUE(answer.has(line)) << line << answer.head;
  const auto page = client.ask(get("/quick/page"));
  EXPECT_TRUE(page.has("Content-Security-Policy: own\r\n"));
  EXPECT_FALSE(page.has("default-src"));
}

TEST_F(Serving, LeavesTheFramingToTheServer) {
  serve([](const Request&) {
    return Response{200, {{"content-length", "99"}, {"Transfer-Encoding", "chunked"}}, "abc"};
  });
  auto client = connect();
  const auto answer = client.ask(get("/quick"));
  EXPECT_EQ(answer.body, "abc");
  EXPECT_FALSE(answer.has("99"));
  EXPECT_FALSE(answer.has("chunked"));
}

TEST_F(Serving, NeverSendsALineBreakWithinAField) {
  serve([](const Request& request) {
    return Response{200, {{"X", request.query.get("x").value_or("").data()}}, ""};
  });
  auto client = connect();
  const auto answer = client.ask(get("/quick?x=a%0d%0aSet-Cookie:%20b"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_FALSE(answer.has("Set-Cookie"));
  EXPECT_EQ(reports.size(), 1u);
}

TEST_F(Serving, AnswersHeadAsGetWithoutTheBody) {
  serve(echo);
  auto client = connect();
  client.send("HEAD /quick HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.answer(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Content-Length: 11\r\n"));
  EXPECT_EQ(client.ask(get("/quick")).body, "GET /quick ");
}

TEST_F(Serving, SendsNoBodyWhereThereIsNone) {
  serve([](const Request&) { return Response{204}; });
  auto client = connect();
  EXPECT_FALSE(client.ask(get("/quick")).has("Content-Length"));
  EXPECT_EQ(client.ask(get("/quick")).status, 204);
}

TEST_F(Serving, KeepsAConnectionAsLongAsTheClientWants) {
  serve(echo);
  auto old = connect();
  EXPECT_EQ(old.ask("GET /quick HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.is_closed());
  auto kept = connect();
  EXPECT_TRUE(kept.ask("GET /quick HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                  .has("Connection: keep-alive\r\n"));
  EXPECT_EQ(kept.ask("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status, 200);
  EXPECT_TRUE(kept.is_closed());
}

TEST_F(Serving, AnswersPipelinedRequestsInTheirOrder) {
  serve(echo);
  auto client = connect();
  std::string many;
  for (int number = 0; number < 200; ++number)
    many += get((number % 3 == 0 ? "/pool" : "/quick") + std::to_string(number));
  client.send(many);
  for (int number = 0; number < 200; ++number)
    EXPECT_TRUE(client.answer().body.ends_with(std::to_string(number) + ' ')) << number;
}

TEST_F(Serving, ReadsARequestThatComesByteByByte) {
  serve(echo);
  auto client = connect();
  for (const char byte : post("/quick", "slowly")) client.send({&byte, 1});
  EXPECT_EQ(client.answer().body, "POST /quick slowly");
}

TEST_F(Serving, SaysThatItWaitsForABody) {
  serve(echo);
  auto client = connect();
  client.send(
      "POST /quick HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  while (!client.received().starts_with("HTTP/1.1 100 Continue\r\n\r\n")) client.receive();
  client.answer();
  EXPECT_EQ(client.ask("ab").body, "POST /quick ab");
}

TEST_F(Serving, TurnsFailuresIntoProblems) {
  serve([](const Request& request) -> Response {
    if (request.path == "/unavailable") throw chassis::Unavailable{"the disk is full"};
    if (request.path == "/conflict") throw chassis::Conflict{"somebody was faster"};
    throw std::logic_error{"the secret of the defect"};
  });
  auto client = connect();
  const auto unavailable = client.ask(get("/unavailable"));
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_TRUE(unavailable.has("Retry-After: 1\r\n"));
  EXPECT_EQ(client.ask(get("/conflict")).status, 409);
  const auto defect = client.ask(get("/quick"));
  EXPECT_EQ(defect.status, 500);
  EXPECT_TRUE(defect.has("application/problem+json"));
  EXPECT_EQ(defect.body.find("secret"), std::string::npos);
  EXPECT_EQ(reports, std::vector<std::string>{"the secret of the defect"});
}

TEST_F(Serving, CountsWhatItAnswers) {
  serve([](const Request& request) { return Response{request.path == "/quick" ? 200 : 404}; });
  auto client = connect();
  client.ask(get("/quick"));
  client.ask(get("/quick2"));
  client.ask(get("/quick3"));
  EXPECT_EQ(comes_to(1, "madang_http_answers_total", {{"status", "2xx"}}), 1u);
  EXPECT_EQ(comes_to(2, "madang_http_answers_total", {{"status", "4xx"}}), 2u);
  EXPECT_NE(registry.exposition().find("madang_http_connections 1\n"), std::string::npos);
}

TEST_F(Serving, SaysWhereItListensAndRefusesWhatIsTaken) {
  serve(echo);
  EXPECT_EQ(server->address(), "127.0.0.1:" + std::to_string(server->port()));
  const auto why_not = [&](const std::string& address) -> std::string {
    ServerOptions second = options;
    second.listen = address;
    try {
      Server{runtime, second, echo, [](auto, auto) { return Plan{}; }, problems, registry};
    } catch (const CannotListen& refused) {
      return refused.what();
    }
    return "";
  };
  EXPECT_EQ(why_not(server->address()),
            "cannot listen on " + server->address() + ": another program listens there");
  EXPECT_NE(why_not("127.0.0.1"), "");
  EXPECT_NE(why_not("127.0.0.1:http"), "");
  EXPECT_NE(why_not("192.0.2.1:0"), "");
}

// ---- what is malformed, smuggled or too much ----

class ServingBytes : public Serving, public testing::WithParamInterface<RawRequest> {};

TEST_P(ServingBytes, AnswersAndEndsTheConnectionWhereItMust) {
  serve([](const Request&) { return Response{200}; });
  auto client = connect();
  client.send(GetParam().bytes);
  // What a smuggler hopes to have read as a request of its own.
  client.send(get("/quick/smuggled"));
  const auto answer = client.answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  if (GetParam().status == 200) return;
  EXPECT_TRUE(answer.has("Connection: close\r\n"));
  EXPECT_TRUE(answer.has("application/problem+json"));
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(counted("madang_http_answers_total", {{"status", "2xx"}}), 0u);
}

INSTANTIATE_TEST_SUITE_P(Http, ServingBytes, testing::ValuesIn(raw_requests),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST_F(Serving, RefusesTargetsThatTwoReadersCouldReadDifferently) {
  serve(echo);
  for (const auto* target : {"/%", "/%zz", "/%ff", "/a/../b", "/%2e%2e/x", "//a", "/a%2fb", "*",
                             "http:/a", "ftp://shop/a", "http://me@shop/a", "http://shop//a",
                             "http://shop/../a", "http://shop/a#b"}) {
    auto client = connect();
    const auto answer = client.ask(get(target));
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(Serving, TakesATargetInAbsoluteFormForThePathInIt) {
  Request seen;
  serve([&](const Request& request) {
    seen = request;
    return Response{204};
  });
  auto client = connect();
  EXPECT_EQ(
      client.ask("GET http://shop:80/quick/it?b=%20 HTTP/1.1\r\nHost: another\r\n\r\n").status,
      204);
  EXPECT_EQ(seen.target, "/quick/it?b=%20");
  EXPECT_EQ(seen.path, "/quick/it");
  EXPECT_EQ(seen.query.get("b"), " ");
  EXPECT_EQ(seen.headers.all("Host"), std::vector<std::string_view>{"shop:80"});
}

TEST_F(Serving, SpeaksToPeopleInTheirLanguage) {
  serve(echo);
  auto client = connect();
  EXPECT_NE(client
                .ask("POST / HTTP/1.1\r\nHost: a\r\nAccept-Language: ko\r\n"
                     "Content-Length: 99999999\r\n\r\n")
                .body.find("본문이 너무 큽니다"),
            std::string::npos);
}

TEST_F(Serving, RefusesABodyThatIsTooLargeBeforeReadingIt) {
  options.body_bytes_max = 1000;
  serve(echo);
  auto declared = connect();
  EXPECT_EQ(declared.ask("POST /quick HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n").status,
            413);
  EXPECT_TRUE(declared.is_closed());
  auto expecting = connect();
  EXPECT_EQ(expecting
                .ask("POST /quick HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                     "Content-Length: 1001\r\n\r\n")
                .status,
            413);
  auto chunked = connect();
  chunked.send("POST /quick HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.send("3e9\r\n" + std::string(1001, 'a') + "\r\n");
  EXPECT_EQ(chunked.answer().status, 413);
  auto just = connect();
  EXPECT_EQ(just.ask(post("/quick", std::string(1000, 'a'))).status, 200);
}

TEST_F(Serving, LetsTheClientReadWhyALargeBodyWasRefused) {
  options.body_bytes_max = 1000;
  serve(echo);
  auto client = connect();
  client.send("POST /quick HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
  client.send(std::string(4'000'000, 'a'));
  EXPECT_EQ(client.answer().status, 413);
}

TEST_F(Serving, BoundsTheMemoryOfAllBodiesTogether) {
  options.all_bodies_bytes_max = 100'000;
  serve(echo);
  auto first = connect();
  first.send("POST /quick HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n");
  first.send(std::string(80'000, 'a'));
  auto second = connect();
  RawAnswer answer;
  ASSERT_TRUE(eventually([&] {
    auto other = connect();
    answer = other.ask(post("/quick", std::string(30'000, 'b')));
    return answer.status != 200;
  }));
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After: 1\r\n"));
  EXPECT_EQ(first.ask(std::string(10'000, 'a')).status, 200);
  EXPECT_EQ(second.ask(post("/quick", std::string(30'000, 'b'))).status, 200);
}

TEST_F(Serving, SaysSoWhenARequestEndsInItsMiddle) {
  serve(echo);
  for (const auto* part :
       {"GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"}) {
    auto client = connect();
    client.send(part);
    client.send_no_more();
    EXPECT_EQ(client.answer().status, 400);
  }
}

// ---- what is slow ----

TEST_F(Serving, DoesNotWaitForeverForAHead) {
  options.header_time = 50ms;
  serve(echo);
  auto client = connect();
  const auto answer = client.ask("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(answer.body.contains("/request-timeout")) << answer.body;
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(comes_to(1, "madang_http_timed_out_total"), 1u);
}

TEST_F(Serving, DoesNotWaitForeverForABody) {
  options.total_time = 50ms;
  serve(echo);
  auto client = connect();
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Serving, ClosesIdleConnections) {
  options.idle_time = 50ms;
  serve(echo);
  auto silent = connect();
  EXPECT_TRUE(silent.is_closed());
  auto client = connect();
  EXPECT_EQ(client.ask(get("/quick")).status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Serving, AnswersForAHandlerThatTakesTooLong) {
  options.total_time = 50ms;
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  auto client = connect();
  const auto answer = client.ask(get("/slow"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("deadline-passed"), std::string::npos);
  EXPECT_TRUE(client.is_closed());
}

// ---- too many ----

TEST_F(Serving, ShedsAtOnceWhatItsPoolCannotTake) {
  options.pools = {{"tiny", 1, 1}};
  serve([&](const Request& request) {
    if (!request.path.starts_with("/quick")) gate.pass();
    return Response{200};
  });
  auto running = connect();
  running.send(get("/a"));
  ASSERT_TRUE(gate.wait_for(1));
  auto queued = connect();
  queued.send(get("/b"));
  ASSERT_TRUE(eventually([&] {
    return registry.exposition().contains("madang_http_pool_waiting{pool=\"tiny\"} 1\n");
  }));
  auto third = connect();
  const auto shed = third.ask(get("/c"));
  EXPECT_EQ(shed.status, 503);
  EXPECT_TRUE(shed.body.contains("/overloaded")) << shed.body;
  EXPECT_TRUE(shed.has("Retry-After: 1\r\n"));
  EXPECT_FALSE(shed.has("Connection: close"));
  auto quick = connect();
  EXPECT_EQ(quick.ask(get("/quick")).status, 200);
  auto with_body = connect();
  EXPECT_EQ(with_body.ask(post("/d", "body")).status, 503);
  EXPECT_EQ(comes_to(2, "madang_http_shed_total", {{"pool", "tiny"}}), 2u);
  gate.open();
  EXPECT_EQ(running.answer().status, 200);
  EXPECT_EQ(queued.answer().status, 200);
}

TEST_F(Serving, TurnsAwayConnectionsBeyondItsLimits) {
  options.connections_max = 5;
  options.connections_per_address_max = 3;
  serve(echo);
  std::vector<RawClient> clients;
  for (int count = 0; count < 3; ++count) {
    clients.push_back(connect());
    EXPECT_EQ(clients.back().ask(get("/quick")).status, 200);
  }
  EXPECT_EQ(connect().answer().status, 503);
  for (int count = 0; count < 2; ++count) {
    clients.push_back(connect("127.0.0.2"));
    EXPECT_EQ(clients.back().ask(get("/quick")).status, 200);
  }
  EXPECT_EQ(connect("127.0.0.3").answer().status, 503);
  EXPECT_EQ(comes_to(2, "madang_http_turned_away_total"), 2u);
  clients.clear();
  EXPECT_TRUE(eventually([&] { return connect().ask(get("/quick")).status == 200; }));
}

TEST_F(Serving, HoldsManyIdleConnections) {
  serve(echo);
  std::vector<RawClient> idle;
  for (int count = 0; count < 1000; ++count) {
    idle.push_back(connect());
    const bool asks_first = count % 2 == 0;
    ASSERT_TRUE(!asks_first || idle.back().ask(get("/quick")).status == 200);
  }
  EXPECT_TRUE(eventually([&] { return server->connections() == 1000; }));
  EXPECT_EQ(idle.front().ask(get("/quick")).status, 200);
  EXPECT_EQ(idle.back().ask(get("/quick")).status, 200);
}

}  // namespace
}  // namespace madang::http
