#include <gtest/gtest.h>

#include <deque>

#include "chassis/http/tests/server_fixture.hpp"

namespace madang::http {
namespace {

using chassis::Reply;

// A server whose answers come when the test gives them; what the pool does is only to ask.
class AnsweringLater : public ServerTest {
 protected:
  AnsweringLater() {
    serve([this](const Request& request) {
      return Later<std::string>::of([this](Reply<std::string> reply) {
               const std::lock_guard section{*lock_};
               open_.push_back(std::move(reply));
             })
          .then([this, &request](std::string text) {
            ++made;
            return Response{200, {}, request.path + ' ' + text};
          });
    });
  }
  ~AnsweringLater() override { server.reset(); }

  [[nodiscard]] std::size_t asked() {
    const std::lock_guard section{*lock_};
    return open_.size();
  }
  Reply<std::string> next() {
    EXPECT_TRUE(eventually([&] { return asked() > 0; }));
    const std::lock_guard section{*lock_};
    auto first = std::move(open_.front());
    open_.pop_front();
    return first;
  }

  [[nodiscard]] bool in_work(std::string_view count) {
    return registry.exposition().contains("madang_http_pool_at_once{pool=\"narrow\"} " +
                                          std::string{count} + "\n");
  }

  std::atomic<std::size_t> made = 0;

 private:
  std::unique_ptr<runtime::Monitor> lock_ = runtime.monitor();
  std::deque<Reply<std::string>> open_;
};

TEST_F(AnsweringLater, HasMoreOnTheirWayThanItsPoolHasTasksAndPlaces) {
  constexpr std::size_t many = 40;  // of 4 tasks and 8 places
  std::deque<RawClient> clients;
  for (std::size_t number = 1; number <= many; ++number) {
    clients.push_back(connect());
    clients.back().send(get("/a"));
    ASSERT_TRUE(eventually([&] { return asked() == number; })) << number;
  }
  while (asked() > 0) next().answer("well");
  for (auto& client : clients) EXPECT_EQ(client.answer().body, "/a well");
}

TEST_F(AnsweringLater, ShedsWhatIsTooMuchAtOnceThoughItHoldsNoTask) {
  auto first = connect(), second = connect(), third = connect(), elsewhere = connect();
  first.send(get("/narrow/a"));
  ASSERT_TRUE(eventually([&] { return asked() == 1; }));
  second.send(get("/narrow/b"));
  ASSERT_TRUE(eventually([&] { return asked() == 2; }));
  EXPECT_TRUE(in_work("2"));
  const auto shed = third.ask(get("/narrow/c"));
  EXPECT_EQ(shed.status, 503);
  EXPECT_TRUE(shed.has("Retry-After: 1\r\n"));
  EXPECT_EQ(comes_to(1, "madang_http_shed_total", {{"pool", "narrow"}}), 1u);
  next().answer("well");
  EXPECT_EQ(first.answer().status, 200);
  elsewhere.send(get("/a"));
  third.send(get("/narrow/c"));
  ASSERT_TRUE(eventually([&] { return asked() == 3; }));
  while (asked() > 0) next().answer("well");
  for (auto* client : {&second, &third, &elsewhere}) EXPECT_EQ(client->answer().status, 200);
  EXPECT_TRUE(in_work("0"));
}

TEST_F(AnsweringLater, KeepsThePlaceOfWorkWhoseClientHasGone) {
  for (int time = 0; time < 2; ++time) {
    auto gone = connect();
    gone.send(get("/narrow"));
    ASSERT_TRUE(eventually([&] { return asked() == static_cast<std::size_t>(time) + 1; }));
  }
  EXPECT_EQ(connect().ask(get("/narrow")).status, 503);
  while (asked() > 0) next().answer("to nobody");
  EXPECT_TRUE(eventually([&] { return in_work("0"); }));
  auto later = connect();
  later.send(get("/narrow"));
  next().answer("well");
  EXPECT_EQ(later.answer().status, 200);
}

TEST_F(AnsweringLater, AnswersRequestsOfOneConnectionInTheirOrder) {
  auto client = connect();
  client.send(get("/quick/a") + get("/b") + get("/quick/c"));
  for (const auto* text : {"1", "2", "3"}) next().answer(text);
  for (const auto* body : {"/quick/a 1", "/b 2", "/quick/c 3"})
    EXPECT_EQ(client.answer().body, body);
}

TEST_F(AnsweringLater, TellsTheClientWhenNobodyWillAnswer) {
  auto client = connect();
  client.send(get("/a"));
  {
    const auto dropped = next();
  }
  const auto answer = client.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.body.find("internal-error"), std::string::npos);
  const std::lock_guard section{*reports_lock};
  EXPECT_EQ(reports, std::vector<std::string>{"nobody has answered"});
}

TEST_F(AnsweringLater, EndsTheWorkOfAClientThatHasGone) {
  auto reply = [&] {
    auto client = connect();
    client.send(get("/a"));
    return next();
  }();
  reply.answer("late");
  EXPECT_TRUE(eventually([&] { return made == 1; }));
  auto other = connect();
  other.send(get("/b"));
  next().answer("in time");
  EXPECT_EQ(other.answer().body, "/b in time");
}

TEST_F(AnsweringLater, IsWaitedForByAServerThatDrains) {
  auto client = connect();
  client.send(get("/a"));
  auto reply = next();
  std::atomic<bool> drained = false;
  runtime.spawn("drain", [&] { drained = server->drain(runtime.now() + 20s); });
  ASSERT_TRUE(eventually([&] {
    try {
      static_cast<void>(connect());
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  EXPECT_FALSE(drained);
  reply.answer("at last");
  EXPECT_EQ(client.answer().body, "/a at last");
  EXPECT_TRUE(eventually([&] { return drained.load(); }));
}

TEST_F(AnsweringLater, IsToldThatTheTimeIsOverAndNothingElseAfterwards) {
  server.reset();
  options.total_time = 150ms;
  serve([this](const Request&) {
    return Later<Response>::of([this](Reply<Response> reply) {
      gate.pass();
      reply.answer(Response{200, {}, "too late"});
      ++made;
    });
  });
  auto client = connect();
  client.send(get("/a"));
  const auto answer = client.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("deadline-passed"), std::string::npos);
  gate.open();
  EXPECT_TRUE(eventually([&] { return made == 1; }));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(AnsweringLater, MayComeWhenTheServerHasGone) {
  auto client = connect();
  client.send(get("/a"));
  auto reply = next();
  server.reset();
  reply.answer("to whom?");
  EXPECT_EQ(made, 0u);
}

}  // namespace
}  // namespace madang::http
