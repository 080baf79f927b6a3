#include <gtest/gtest.h>

#include "chassis/http/tests/server_fixture.hpp"

namespace madang::http {
namespace {

constexpr std::string_view traceparent =
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\r\n";

// Whoever keeps the log is told of what no handler answered, too.
class ReportingWhatNoHandlerAnswered : public ServerTest {
 protected:
  ReportingWhatNoHandlerAnswered() {
    options.report_unheard = [this](const Request& request, const Response& answer,
                                    runtime::Time began) {
      const std::lock_guard section{*reports_lock};
      EXPECT_LE(began, runtime.now());
      EXPECT_EQ(request.client_address, "127.0.0.1");
      told.push_back(request.path + ' ' + std::to_string(answer.status) + ' ' +
                     request.trace.trace_id_text());
    };
  }
  // Told before the client is.
  std::vector<std::string> all_told() {
    const std::lock_guard section{*reports_lock};
    return told;
  }

  std::vector<std::string> told;
};

const std::string in_the_trace = " 4bf92f3577b34da6a3ce929d0e0e4736";

TEST_F(ReportingWhatNoHandlerAnswered, TellsOfABodyThatIsTooLarge) {
  options.body_bytes_max = 1000;
  serve([](const Request&) { return Response{200}; });
  auto client = connect();
  EXPECT_EQ(client.ask(post("/large", std::string(1001, 'a'), traceparent)).status, 413);
  EXPECT_EQ(all_told(), std::vector{"/large 413" + in_the_trace});
}

TEST_F(ReportingWhatNoHandlerAnswered, TellsOfWhatItsPoolCannotTake) {
  options.pools = {{"tiny", 1, 1, 1}};
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  auto running = connect();
  running.send(get("/a"));
  ASSERT_TRUE(gate.wait_for(1));
  auto second = connect();
  EXPECT_EQ(second.ask(post("/b", "", traceparent)).status, 503);
  EXPECT_EQ(all_told(), std::vector{"/b 503" + in_the_trace});
  gate.open();
  EXPECT_EQ(running.answer().status, 200);
  EXPECT_EQ(all_told().size(), 1U);  // what a handler answered is told by whoever stands around it
}

TEST_F(ReportingWhatNoHandlerAnswered, TellsOfAnAnswerThatDidNotComeInTime) {
  options.total_time = 50ms;
  serve([&](const Request&) {
    gate.pass();
    return Response{200};
  });
  auto client = connect();
  EXPECT_EQ(client.ask(post("/slow", "", traceparent)).status, 503);
  EXPECT_EQ(all_told(), std::vector{"/slow 503" + in_the_trace});
}

TEST_F(ReportingWhatNoHandlerAnswered, KeepsSilentWhereThereIsNoRequest) {
  serve([](const Request&) { return Response{200}; });
  auto client = connect();
  EXPECT_EQ(client.ask("no request\r\n\r\n").status, 400);
  EXPECT_TRUE(all_told().empty());
}

}  // namespace
}  // namespace madang::http
