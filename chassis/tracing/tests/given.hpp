#pragma once
// Spans for the tests of this folder.
#include "chassis/telemetry/tracer.hpp"

namespace madang::tracing {

inline constexpr auto sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

inline telemetry::Span a_span(std::string name) {
  telemetry::Span span;
  span.context = *telemetry::TraceContext::parse(sampled);
  span.parent = {1, 2, 3, 4, 5, 6, 7, 8};
  span.kind = telemetry::SpanKind::server;
  span.service = "rental";
  span.name = std::move(name);
  span.began = telemetry::SpanTime{std::chrono::microseconds{1'784'106'000'000'001}};
  span.ended = span.began + std::chrono::microseconds{250};
  span.tags = {{"outcome", "decided"}};
  return span;
}

}  // namespace madang::tracing
