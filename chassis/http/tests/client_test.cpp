#include "chassis/http/client.hpp"

#include <gtest/gtest.h>

#include "chassis/http/tests/raw_server.hpp"
#include "chassis/http/tests/server_fixture.hpp"
#include "chassis/ports/failures.hpp"

namespace madang::http {
namespace {

class CallingOut : public ServerTest {
 protected:
  std::string origin() const { return "http://" + server->address(); }
  // What the call throws; empty when it does not.
  std::string failure_of(Client& client, const Request& request) {
    try {
      static_cast<void>(client.call(request));
    } catch (const chassis::Unavailable& failed) {
      return failed.what();
    }
    return "";
  }
};

TEST_F(CallingOut, SendsAndReceivesWhole) {
  Request seen;
  serve([&](const Request& request) {
    seen = request;
    return Response{201, {{"Location", "/v1/payments/1"}}, request.body + request.body};
  });
  Client client{runtime, {.origin = origin()}};
  Request request = request_of(Method::post, "/quick?a=%20b", {{"X", "y"}, {"Connection", "z"}},
                               std::string(100'000, 'a'));
  request.trace = telemetry::new_trace([] { return 7u; });
  const Response answer = client.call(request);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.headers.get("location"), "/v1/payments/1");
  EXPECT_EQ(answer.text().size(), 200'000u);
  EXPECT_EQ(seen.method, Method::post);
  EXPECT_EQ(seen.query.get("a"), " b");
  EXPECT_EQ(seen.headers.get("X"), "y");
  EXPECT_FALSE(seen.headers.has("Connection"));
  EXPECT_EQ(seen.headers.get("Host"), server->address());
  EXPECT_EQ(seen.trace.trace_id, request.trace.trace_id);
  EXPECT_EQ(client.call(request_of(Method::head, "/quick")).text(), "");
}

TEST_F(CallingOut, KeepsItsConnections) {
  serve([&](const Request&) { return Response{200}; });
  Client client{runtime, {.origin = origin()}};
  for (int count = 0; count < 10; ++count)
    EXPECT_EQ(client.call(request_of(Method::get, "/quick")).status, 200);
  EXPECT_EQ(server->connections(), 1u);
}

TEST_F(CallingOut, BeginsAgainWhenAKeptConnectionWasClosed) {
  RawServer other;
  other.act(runtime, [&] {
    other.accept();
    other.read_request();
    other.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    other.read_request();  // taken, and then nothing
    other.hang_up();
    other.accept();
    other.read_request();
    other.say("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    other.read_request();
    other.hang_up();
  });
  Client client{runtime, {.origin = other.origin()}};
  EXPECT_EQ(client.call(request_of(Method::post, "/a")).status, 200);
  EXPECT_EQ(client.call(request_of(Method::post, "/a", {{"Idempotency-Key", "k"}})).status, 202);
  EXPECT_THROW(static_cast<void>(client.call(request_of(Method::post, "/a"))),
               chassis::Unavailable);
}

TEST_F(CallingOut, ReadsAnswersInEveryFraming) {
  RawServer other;
  other.act(runtime, [&] {
    other.accept();
    other.read_request();
    other.say(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    other.read_request();
    other.say("HTTP/1.1 204 No Content\r\n\r\n");
    other.read_request();
    other.say("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
    other.hang_up();
  });
  Client client{runtime, {.origin = other.origin()}};
  EXPECT_EQ(client.call(request_of(Method::get, "/a")).text(), "abcde");
  EXPECT_EQ(client.call(request_of(Method::get, "/a")).status, 204);
  EXPECT_EQ(client.call(request_of(Method::get, "/a")).text(), "to the end");
}

TEST_F(CallingOut, FollowsNoRedirect) {
  RawServer other;
  other.act(runtime, [&] {
    other.accept();
    other.read_request();
    other.say("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + other.origin() +
              "/elsewhere\r\nContent-Length: 0\r\n\r\n");
  });
  Client client{runtime, {.origin = other.origin()}};
  EXPECT_EQ(client.call(request_of(Method::get, "/a")).status, 307);
}

TEST_F(CallingOut, IsUnavailableWhenTheAnswerIsNone) {
  for (const auto* answer :
       {"", "no HTTP at all\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    RawServer other;
    other.act(runtime, [&] {
      other.accept();
      other.read_request();
      other.say(answer);
      if (std::string_view{answer}.ends_with("2000\r\n\r\n")) other.say(std::string(2000, 'a'));
      other.hang_up();
    });
    Client client{runtime, {.origin = other.origin(), .answer_bytes_max = 1000}};
    EXPECT_NE(failure_of(client, request_of(Method::get, "/a")), "") << answer;
  }
}

TEST_F(CallingOut, IsUnavailableWhenNobodyIsThere) {
  std::string origin;
  {
    origin = RawServer{}.origin();
  }
  Client client{runtime, {.origin = origin}};
  EXPECT_EQ(failure_of(client, request_of(Method::get, "/a")), origin + ": no one answers there");
}

TEST_F(CallingOut, EndsAtItsDeadline) {
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  Client client{runtime, {.origin = origin(), .total_time = 50ms}};
  EXPECT_EQ(failure_of(client, request_of(Method::get, "/a")), origin() + ": it took too long");
  Client patient{runtime, {.origin = origin()}};
  Request request = request_of(Method::get, "/a");
  request.deadline = runtime.now() + 50ms;
  EXPECT_EQ(failure_of(patient, request), origin() + ": it took too long");
}

TEST_F(CallingOut, BoundsHowManyCallAtOnce) {
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  Client client{runtime, {.origin = origin(), .connections_max = 1}};
  std::atomic<int> first = 0;
  runtime.spawn("first", [&] { first = client.call(request_of(Method::get, "/a")).status; });
  ASSERT_TRUE(gate.wait_for(1));
  Request second = request_of(Method::get, "/b");
  second.deadline = runtime.now() + 20ms;
  EXPECT_EQ(failure_of(client, second), origin() + ": too many calls at once");
  gate.open();
  EXPECT_TRUE(eventually([&] { return first == 200; }));
  EXPECT_EQ(client.call(request_of(Method::get, "/c")).status, 200);
}

TEST_F(CallingOut, StopsWithItsProcess) {
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  runtime::Threads caller;
  Client client{caller, {.origin = origin()}};
  std::atomic<bool> answered = false;
  caller.spawn("call", [&] {
    static_cast<void>(client.call(request_of(Method::get, "/a")));
    answered = true;
  });
  ASSERT_TRUE(gate.wait_for(1));
  caller.stop();
  caller.join();
  EXPECT_FALSE(answered);
}

TEST_F(CallingOut, KnowsAnOriginWhenItSeesOne) {
  for (const auto* origin : {"", "https://a", "a:80", "http://", "http://:80",
                             "http://a:", "http://a/b", "http://u@a", "http://a b"})
    EXPECT_THROW((Client{runtime, {.origin = origin}}), std::invalid_argument) << origin;
  EXPECT_NO_THROW((Client{runtime, {.origin = "http://[::1]:80"}}));
  EXPECT_NO_THROW((Client{runtime, {.origin = "http://shop"}}));
}

}  // namespace
}  // namespace madang::http
