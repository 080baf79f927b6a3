#include "apps/madang/traces.hpp"

namespace madang::app {

Traces::Traces(runtime::Runtime& runtime, const Settings& settings, telemetry::Registry& registry,
               chassis::Log& log)
    : runtime_{runtime} {
  if (settings.spans_to.empty()) return;
  const auto endpoint = tracing::Endpoint::parse(settings.spans_to);
  spans_.emplace(registry, settings.trace_one_in);
  calls_ = std::make_unique<CallsOut>(
      runtime, settings, endpoint.origin,
      [&log](auto what, auto whom, auto why) { log.warn(what, {{"called", whom}, {"why", why}}); });
  tracing::ExporterOptions options;
  options.format = settings.spans_as_otlp ? tracing::Format::otlp : tracing::Format::zipkin;
  options.target = endpoint.target;
  exporter_ = std::make_unique<tracing::Exporter>(
      runtime, *spans_, registry,
      [calls = calls_.get()](const http::Request& request) { return calls->call(request); },
      std::move(options),
      [&log](std::string_view what, std::string_view why) { log.warn(what, {{"why", why}}); });
}

void Traces::start() {
  if (exporter_) runtime_.spawn("spans", [this] { exporter_->run(); });
}

void Traces::settle(runtime::Time deadline) {
  if (exporter_) exporter_->settle(deadline);
}

}  // namespace madang::app
