#include <gtest/gtest.h>

#include "chassis/http/tests/server_fixture.hpp"

namespace madang::http {
namespace {

class Draining : public ServerTest {};

TEST_F(Draining, FailsNoRequestOfClientsThatGoOnAsking) {
  serve([](const Request& request) {
    return Response{200, {}, std::string(request.path.size() * 100, 'a')};
  });
  constexpr std::size_t clients = 16;
  std::atomic<std::size_t> connected = 0;
  std::atomic<std::size_t> answered = 0;
  std::atomic<std::size_t> failed = 0;
  std::atomic<std::size_t> ended = 0;
  for (std::size_t number = 0; number < clients; ++number)
    runtime.spawn("client", [&, number] {
      auto client = connect();
      ++connected;
      while (true) {
        const auto answer = client.ask(get(number % 2 == 0 ? "/quick" : "/pool"));
        ++(answer.status == 200 ? answered : failed);
        if (answer.status != 200 || answer.has("Connection: close")) break;
      }
      ++ended;
    });
  ASSERT_TRUE(eventually([&] { return connected == clients && answered > 1000; }));
  EXPECT_TRUE(server->drain(runtime.now() + 10s));
  ASSERT_TRUE(eventually([&] { return ended == clients; }));
  EXPECT_EQ(failed, 0u);
  EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(Draining, WaitsForWhatRuns) {
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  auto client = connect();
  client.send(get("/slow"));
  ASSERT_TRUE(gate.wait_for(1));
  std::atomic<bool> all_ended = false;
  std::atomic<bool> drained = false;
  runtime.spawn("drain", [&] {
    all_ended = server->drain(runtime.now() + 20s);
    drained = true;
  });
  EXPECT_TRUE(eventually([&] {
    try {
      static_cast<void>(connect());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  EXPECT_FALSE(drained);
  gate.open();
  const auto answer = client.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Connection: close\r\n"));
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(eventually([&] { return drained.load(); }));
  EXPECT_TRUE(all_ended);
}

TEST_F(Draining, CutsOffWhatIsLeftAtTheDeadline) {
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  auto client = connect();
  client.send(get("/slow"));
  ASSERT_TRUE(gate.wait_for(1));
  EXPECT_FALSE(server->drain(runtime.now() + 20ms));
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(comes_to(1, "madang_http_cut_short_total"), 1u);
}

TEST_F(Draining, ClosesIdleConnectionsSoon) {
  serve([&](const Request&) { return Response{200}; });
  auto silent = connect();
  auto idle = connect();
  idle.ask(get("/quick"));
  EXPECT_TRUE(server->drain(runtime.now() + 10s));
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(Draining, ServesWhoComesWhileConnectionsThatRestComeToTheirEnd) {
  options.drain_idle_time = 20s;
  serve([&](const Request&) { return Response{200}; });
  auto resting = connect();
  resting.ask(get("/quick"));
  std::atomic<bool> drained = false;
  runtime.spawn("drain",
                [&] { drained = server->drain(runtime.now() + 60s, Server::Backlog::leave); });
  EXPECT_TRUE(eventually([&] { return connect().ask(get("/quick")).has("Connection: close"); }));
  EXPECT_EQ(connect().ask(get("/quick")).status, 200);
  EXPECT_FALSE(drained);
  EXPECT_TRUE(resting.ask(get("/quick")).has("Connection: close"));
  EXPECT_TRUE(eventually([&] { return drained.load(); }));
}

TEST_F(Draining, LeavesTheBacklogToASuccessorWithTheSameSocket) {
  serve([](const Request&) { return Response{200, {}, "first"}; });
  ServerOptions second = options;
  second.inherited_socket = ::dup(server->listening_socket());
  Server successor{runtime,
                   second,
                   [](const Request&) { return Response{200, {}, "second"}; },
                   [](auto, auto) { return Plan{}; },
                   problems,
                   registry};
  EXPECT_EQ(successor.port(), server->port());
  auto old = connect();
  EXPECT_EQ(old.ask(get("/quick")).body, "first");
  EXPECT_TRUE(server->drain(runtime.now() + 10s, Server::Backlog::leave));
  auto waiting = connect();
  waiting.send(get("/a"));
  successor.start();
  EXPECT_EQ(waiting.answer().body, "second");
}

}  // namespace
}  // namespace madang::http
