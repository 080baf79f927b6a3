#include "chassis/http/server.hpp"

#include <gtest/gtest.h>

#include "chassis/http/tests/raw_client.hpp"
#include "chassis/http/tests/raw_requests.hpp"
#include "chassis/runtime/threads.hpp"

namespace madang::http {
namespace {

TEST(Smoke, Works) {
  runtime::Threads runtime;
  Problems problems;
  telemetry::Registry registry;
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  Server server{runtime,
                options,
                [](const Request& r) { return json_response(200, r.path); },
                [](Method, std::string_view path) {
                  return Plan{.run = path == "/q" ? Plan::Run::quick : Plan::Run::in_pool};
                },
                problems,
                registry};
  server.start();
  RawClient client{server.port()};
  EXPECT_EQ(client.ask("GET /q HTTP/1.1\r\nHost: a\r\n\r\n").body, "/q");
  auto answer = client.ask("GET /p HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.body, "/p");
  std::puts(answer.head.c_str());
  EXPECT_TRUE(server.drain(runtime.now() + std::chrono::seconds{5}));
}

}  // namespace
}  // namespace madang::http
