#pragma once
// A server on a free port whose handler is the test's, with limits small enough to be reached.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "chassis/http/server.hpp"
#include "chassis/http/tests/raw_client.hpp"
#include "chassis/runtime/threads.hpp"

namespace madang::http {

using namespace std::chrono_literals;

// Holds tasks back until the test lets them go; counts those that have come.
class Gate {
 public:
  explicit Gate(runtime::Runtime& runtime) : runtime_{runtime}, came_{runtime}, opened_{runtime} {}
  void pass() {
    came_.raise();
    opened_.wait_beyond(0, runtime::never);
  }
  void open() { opened_.raise(); }
  [[nodiscard]] bool wait_for(std::uint64_t count) {
    return came_.wait_beyond(count - 1, runtime_.now() + 20s) >= count;
  }

 private:
  runtime::Runtime& runtime_;
  runtime::Signal came_, opened_;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options.listen = "127.0.0.1:0";
    options.io_threads = 2;
    options.pools = {{"small", 4, 8}, {"narrow", 4, 8, 2}};
    options.drain_idle_time = 50ms;
  }
  ~ServerTest() override {
    gate.open();
    server.reset();
  }

  // Paths that begin with /quick run on the I/O thread, those with /stream are streamed, those
  // with /narrow in a pool that works on two at once.
  void serve(Handler handler) {
    server = std::make_unique<Server>(
        runtime, options, std::move(handler),
        [](Method, std::string_view path) {
          Plan plan;
          if (path.starts_with("/quick")) plan.run = Plan::Run::quick;
          if (path.starts_with("/narrow")) plan.pool = 1;
          if (path.starts_with("/stream")) plan.body = Plan::Body::streamed;
          return plan;
        },
        problems, registry,
        [this](const Request&, std::string_view what) {
          const std::lock_guard section{*reports_lock};
          reports.emplace_back(what);
        });
    server->start();
  }
  [[nodiscard]] RawClient connect(const char* from = "127.0.0.1", int receive_buffer = 0) const {
    return RawClient{server->port(), from, receive_buffer};
  }
  // Until the condition holds; false when it does not within the time of a test.
  [[nodiscard]] bool eventually(const std::function<bool()>& condition) {
    const auto deadline = runtime.now() + 20s;
    while (!condition()) {
      if (runtime.now() > deadline) return false;
      runtime.sleep(1ms);
    }
    return true;
  }
  [[nodiscard]] std::uint64_t counted(std::string_view name, telemetry::Labels labels = {}) {
    return registry.counter(name, "", std::move(labels)).value();
  }
  // What was counted once it came to this, or at the end of a test's time: a client may see what
  // happened to it before the server counts it.
  [[nodiscard]] std::uint64_t comes_to(std::uint64_t expected, std::string_view name,
                                       const telemetry::Labels& labels = {}) {
    std::ignore = eventually([&] { return counted(name, labels) == expected; });
    return counted(name, labels);
  }

  runtime::Threads runtime;
  Problems problems;
  telemetry::Registry registry;
  ServerOptions options;
  Gate gate{runtime};
  std::unique_ptr<runtime::Monitor> reports_lock = runtime.monitor();
  std::vector<std::string> reports;
  std::unique_ptr<Server> server;
};

inline std::string get(std::string_view path) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

inline std::string post(std::string_view path, std::string_view body,
                        std::string_view more_fields = "") {
  return "POST " + std::string{path} + " HTTP/1.1\r\nHost: a\r\n" + std::string{more_fields} +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace madang::http
