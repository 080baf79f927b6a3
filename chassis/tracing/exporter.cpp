#include "chassis/tracing/exporter.hpp"

#include <stdexcept>

#include "chassis/http/target.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/runtime/pauses.hpp"

namespace madang::tracing {

Endpoint Endpoint::parse(const std::string& url) {
  const std::string_view scheme = url.starts_with("https://") ? "https://" : "http://";
  const auto path = url.find('/', scheme.size());
  if (!url.starts_with(scheme) || path == std::string::npos || path == scheme.size())
    throw std::invalid_argument{"not like http://127.0.0.1:9411/api/v2/spans: " + url};
  return {url.substr(0, path), url.substr(path)};
}

Exporter::Exporter(runtime::Runtime& runtime, telemetry::Spans& spans,
                   telemetry::Registry& registry, Calls calls, ExporterOptions options, Tell tell)
    : runtime_{runtime},
      spans_{spans},
      calls_{std::move(calls)},
      options_{std::move(options)},
      tell_{std::move(tell)},
      carried_{registry.counter("madang_spans_exported_total", "Spans that the collector took.")},
      refused_{registry.counter("madang_spans_dropped_total", "Spans that were lost, by why.",
                                {{"why", "collector"}})},
      is_away_{registry.gauge("madang_span_collector_away",
                              "1 while the collector of spans does not take them.")} {}

void Exporter::run() {
  const runtime::Pauses rests{options_.rest, 2 * options_.rest};
  for (runtime::Duration rested{};;) {
    if (!carry_some()) {
      rested = rests.after(rested, runtime_);
      runtime_.sleep(rested);
    } else {
      rested = {};
      if (spans_.waiting() == 0) runtime_.sleep(options_.every);
    }
  }
}

bool Exporter::carry_some() {
  at_work_ = true;
  const auto some = spans_.take(options_.spans_max);
  if (some.empty()) {
    at_work_ = false;
    return true;
  }
  std::string why;
  try {
    auto request = http::request_of(
        http::Method::post, options_.target, {{"Content-Type", "application/json"}},
        options_.format == Format::zipkin ? zipkin_json(some) : otlp_json(some));
    request.deadline = runtime_.now() + options_.answer_within;
    const auto answer = calls_(request);
    if (answer.status >= 300) why = "it answered " + std::to_string(answer.status);
  } catch (const chassis::Unavailable& failure) {
    why = failure.what();
  }
  (why.empty() ? carried_ : refused_).add(some.size());
  if (away_ == why.empty()) {
    away_ = !why.empty();
    is_away_.set(away_ ? 1 : 0);
    tell_(away_ ? "the collector of spans does not take them" : "the collector takes spans again",
          why);
  }
  at_work_ = false;
  return why.empty();
}

void Exporter::settle(runtime::Time deadline) {
  while ((spans_.waiting() > 0 || at_work_) && runtime_.now() < deadline)
    runtime_.sleep(std::chrono::milliseconds{10});
}

}  // namespace madang::tracing
