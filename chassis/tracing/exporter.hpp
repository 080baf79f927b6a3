#pragma once
// Carries spans to a collector, on a task of its own: Zipkin, Jaeger, or an OpenTelemetry collector. One
// that is away costs the shop nothing: what it does not take is dropped and counted, a line of the log
// says so once, and another that it is back.
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "chassis/http/message.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/metrics.hpp"
#include "chassis/telemetry/spans.hpp"
#include "chassis/tracing/span_json.hpp"

namespace madang::tracing {

// A collector's address, "http://127.0.0.1:9411/api/v2/spans", in two parts.
struct Endpoint {
  std::string origin, target;
  // Throws std::invalid_argument.
  [[nodiscard]] static Endpoint parse(const std::string& url);
};

using Calls = std::function<http::Response(const http::Request&)>;
// Told when the collector has gone, with why, and when it is back.
using Tell = std::function<void(std::string_view what, std::string_view why)>;

struct ExporterOptions {
  Format format = Format::zipkin;
  std::string target;
  std::size_t spans_max = 500;                               // in one call
  runtime::Duration every = std::chrono::milliseconds{500};  // it looks for some
  runtime::Duration answer_within = std::chrono::seconds{5};
  runtime::Duration rest =
      std::chrono::seconds{5};  // after a failure, or up to twice as long; meanwhile spans gather
};

class Exporter {
 public:
  // `calls` throws chassis::Unavailable when the collector does not answer.
  Exporter(runtime::Runtime&, telemetry::Spans&, telemetry::Registry&, Calls, ExporterOptions,
           Tell);

  [[noreturn]] void run();  // the life of its task
  // Waits until what was recorded before has been carried away, or until the deadline. From outside.
  void settle(runtime::Time deadline);

 private:
  // False: the collector is away.
  bool carry_some();

  runtime::Runtime& runtime_;
  telemetry::Spans& spans_;
  Calls calls_;
  ExporterOptions options_;
  Tell tell_;
  telemetry::Counter& carried_;
  telemetry::Counter& refused_;
  telemetry::Gauge& is_away_;
  std::atomic<bool> at_work_ = false;
  bool away_ = false;  // the task's
};

}  // namespace madang::tracing
