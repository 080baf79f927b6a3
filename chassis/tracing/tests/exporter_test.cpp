#include "chassis/tracing/exporter.hpp"

#include "chassis/http/client.hpp"
#include "chassis/http/tests/server_fixture.hpp"
#include "chassis/tracing/tests/given.hpp"

namespace madang::tracing {
namespace {

using http::Request, http::Response;
using namespace std::chrono_literals;

// A collector on a socket, which does as the test says.
class ExportingSpans : public http::ServerTest {
 protected:
  void collect(http::Handler answer) {
    serve(std::move(answer));
    client = std::make_unique<http::Client>(
        runtime, http::ClientOptions{.origin = "http://" + server->address()});
    begin([this](const Request& request) { return client->call(request); });
  }
  void begin(Calls calls) {
    exporter = std::make_unique<Exporter>(
        runtime, spans, registry, std::move(calls),
        ExporterOptions{.target = "/quick", .spans_max = 2, .every = 1ms, .rest = 1ms},
        [this](std::string_view what, std::string_view why) {
          const std::lock_guard section{*reports_lock};
          told.push_back(std::string{what} + ": " + std::string{why});
        });
    runtime.spawn("exporter", [this] { exporter->run(); });
  }
  ~ExportingSpans() override {
    runtime.stop();
    runtime.join();
  }
  std::vector<std::string> heard() {
    const std::lock_guard section{*reports_lock};
    return told;
  }

  telemetry::Spans spans{registry, 1, 100};
  std::unique_ptr<http::Client> client;
  std::unique_ptr<Exporter> exporter;
  std::vector<std::string> told;
};

TEST_F(ExportingSpans, BringsAllOfThemInFewCalls) {
  std::vector<std::string> bodies;
  collect([&](const Request& request) {
    const std::lock_guard section{*reports_lock};
    bodies.push_back(request.body);
    return Response{202};
  });
  for (const char* name : {"a", "b", "c"}) spans.record(a_span(name));
  ASSERT_TRUE(eventually([&] { return counted("madang_spans_exported_total") == 3; }));
  exporter->settle(runtime.now() + 5s);
  const std::lock_guard section{*reports_lock};
  std::string all;
  for (const auto& body : bodies) all += body;
  for (const char* name : {R"("name":"a")", R"("name":"b")", R"("name":"c")"})
    EXPECT_TRUE(all.contains(name)) << all;
  EXPECT_TRUE(told.empty());
}

TEST_F(ExportingSpans, CountsWhatACollectorRefusesAndSaysItOnce) {
  std::atomic<bool> refuses = true;
  collect([&](const Request&) { return Response{refuses ? 503 : 202}; });
  const auto lost = [&] { return counted("madang_spans_dropped_total", {{"why", "collector"}}); };
  for (int count = 0; count < 6; ++count) spans.record(a_span("lost"));
  ASSERT_TRUE(eventually([&] { return lost() == 6; }));
  EXPECT_EQ(heard(),
            std::vector<std::string>{"the collector of spans does not take them: it answered 503"});
  EXPECT_EQ(registry.gauge("madang_span_collector_away", "").value(), 1);
  refuses = false;
  spans.record(a_span("taken"));
  ASSERT_TRUE(eventually([&] { return heard().size() == 2; }));
  EXPECT_EQ(heard().back(), "the collector takes spans again: ");
  EXPECT_EQ(comes_to(1, "madang_spans_exported_total"), 1u);
  EXPECT_EQ(registry.gauge("madang_span_collector_away", "").value(), 0);
}

TEST_F(ExportingSpans, NeverMakesAnyoneWaitForADeadCollector) {
  begin([this](const Request&) -> Response {
    gate.pass();  // it has taken the call, and says nothing
    return Response{202};
  });
  spans.record(a_span("first"));
  ASSERT_TRUE(gate.wait_for(1));
  const auto before = runtime.now();
  for (int count = 0; count < 150; ++count) spans.record(a_span("more"));
  EXPECT_LT(runtime.now() - before, 1s);
  EXPECT_EQ(spans.waiting(), 100u);
  EXPECT_EQ(comes_to(50, "madang_spans_dropped_total", {{"why", "no room"}}), 50u);
  gate.open();
}

TEST(ReadingTheAddressOfACollector, PartsOriginAndTarget) {
  const auto endpoint = Endpoint::parse("http://127.0.0.1:9411/api/v2/spans");
  EXPECT_EQ(endpoint.origin, "http://127.0.0.1:9411");
  EXPECT_EQ(endpoint.target, "/api/v2/spans");
  EXPECT_EQ(Endpoint::parse("https://traces.example.com/v1/traces").origin,
            "https://traces.example.com");
  for (const auto* url : {"", "127.0.0.1:9411/x", "http://127.0.0.1:9411", "http:///x"})
    EXPECT_THROW(static_cast<void>(Endpoint::parse(url)), std::invalid_argument) << url;
}

}  // namespace
}  // namespace madang::tracing
