#include "chassis/tracing/span_json.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "chassis/json/json.hpp"

namespace madang::tracing {
namespace {

using chassis::JsonWriter;
using telemetry::Span, telemetry::SpanKind, telemetry::SpanId;

std::int64_t micros(telemetry::SpanTime at) { return at.time_since_epoch().count(); }
// Never less than one: to Zipkin, zero is unknown.
std::int64_t duration_of(const Span& span) {
  return std::max<std::int64_t>(1, micros(span.ended) - micros(span.began));
}

std::string_view zipkin_kind(SpanKind kind) {
  switch (kind) {
    case SpanKind::server: return "SERVER";
    case SpanKind::client: return "CLIENT";
    case SpanKind::producer: return "PRODUCER";
    case SpanKind::consumer: return "CONSUMER";
    case SpanKind::internal: break;
  }
  return {};
}

void write_zipkin(JsonWriter& to, const Span& span) {
  to.begin_object();
  to.text("traceId", span.context.trace_id_text());
  to.text("id", span.context.span_id_text());
  if (span.parent != SpanId{}) to.text("parentId", telemetry::hex_text(span.parent));
  if (const auto kind = zipkin_kind(span.kind); !kind.empty()) to.text("kind", kind);
  to.text("name", span.name);
  to.integer("timestamp", micros(span.began));
  to.integer("duration", duration_of(span));
  to.member("localEndpoint");
  to.begin_object();
  to.text("serviceName", span.service);
  to.end_object();
  std::map<std::string_view, std::string_view> tags{span.tags.begin(), span.tags.end()};
  if (span.failed) tags.try_emplace("error", "true");
  if (!tags.empty()) {
    to.member("tags");
    to.begin_object();
    for (const auto& [name, value] : tags) to.text(name, value);
    to.end_object();
  }
  to.end_object();
}

// Whole numbers of 64 bits are texts in the JSON of protobuf.
void write_attribute(JsonWriter& to, std::string_view name, std::string_view value) {
  to.begin_object();
  to.text("key", name);
  to.member("value");
  to.begin_object();
  to.text("stringValue", value);
  to.end_object();
  to.end_object();
}

int otlp_kind(SpanKind kind) {
  switch (kind) {
    case SpanKind::internal: return 1;
    case SpanKind::server: return 2;
    case SpanKind::client: return 3;
    case SpanKind::producer: return 4;
    case SpanKind::consumer: return 5;
  }
  return 0;
}

void write_otlp(JsonWriter& to, const Span& span) {
  const auto nanos = [](std::int64_t of) { return std::to_string(of) + "000"; };
  to.begin_object();
  to.text("traceId", span.context.trace_id_text());
  to.text("spanId", span.context.span_id_text());
  if (span.parent != SpanId{}) to.text("parentSpanId", telemetry::hex_text(span.parent));
  to.text("name", span.name);
  to.integer("kind", otlp_kind(span.kind));
  to.text("startTimeUnixNano", nanos(micros(span.began)));
  to.text("endTimeUnixNano", nanos(micros(span.began) + duration_of(span)));
  to.member("attributes");
  to.begin_array();
  for (const auto& [name, value] : span.tags) write_attribute(to, name, value);
  to.end_array();
  if (span.failed) {
    to.member("status");
    to.begin_object();
    to.integer("code", 2);
    to.end_object();
  }
  to.end_object();
}

}  // namespace

std::string zipkin_json(const std::vector<Span>& spans) {
  std::string json;
  JsonWriter to{json};
  to.begin_array();
  for (const auto& span : spans) write_zipkin(to, span);
  to.end_array();
  return json;
}

std::string otlp_json(const std::vector<Span>& spans) {
  std::map<std::string_view, std::vector<const Span*>> by_service;
  for (const auto& span : spans) by_service[span.service].push_back(&span);
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.member("resourceSpans");
  to.begin_array();
  for (const auto& [service, of_it] : by_service) {
    to.begin_object();
    to.member("resource");
    to.begin_object();
    to.member("attributes");
    to.begin_array();
    write_attribute(to, "service.name", service);
    write_attribute(to, "service.namespace", "madang");
    to.end_array();
    to.end_object();
    to.member("scopeSpans");
    to.begin_array();
    to.begin_object();
    to.member("scope");
    to.begin_object();
    to.text("name", "madang");
    to.end_object();
    to.member("spans");
    to.begin_array();
    for (const auto* span : of_it) write_otlp(to, *span);
    to.end_array();
    to.end_object();
    to.end_array();
    to.end_object();
  }
  to.end_array();
  to.end_object();
  return json;
}

}  // namespace madang::tracing
