#pragma once
// The thread that runs through everything one request causes (W3C Trace Context, level 1): a trace
// id shared by all of it, and a span id for each part. It is handed on in the header `traceparent`,
// in messages and in stored events, and it never decides anything.
//
//   traceparent = "00-" 32HEXDIG "-" 16HEXDIG "-" 2HEXDIG     ; lower case, no id all zeros
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace madang::telemetry {

using Random = std::function<std::uint64_t()>;  // ids must be unlike each other, not unguessable

using SpanId = std::array<std::uint8_t, 8>;

struct TraceContext {
  std::array<std::uint8_t, 16> trace_id{};
  SpanId span_id{};
  bool sampled = false;

  [[nodiscard]] bool is_set() const;  // false for the all-zero value, which means "no trace"
  [[nodiscard]] std::string trace_id_text() const;
  [[nodiscard]] std::string span_id_text() const;
  [[nodiscard]] std::string traceparent() const;

  // A later version is read as far as version 00 goes, as the standard asks; anything else that
  // is not exactly a traceparent is nullopt, and the request begins a trace of its own.
  [[nodiscard]] static std::optional<TraceContext> parse(std::string_view traceparent);
  // Of our own making, or empty: "no trace" for anything else.
  [[nodiscard]] static TraceContext of(std::string_view traceparent) {
    return parse(traceparent).value_or(TraceContext{});
  }

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

TraceContext new_trace(const Random&);
// The same trace, a span of its own.
TraceContext child_of(const TraceContext& parent, const Random&);

// The same as parsing it first, but cheap, and false for what is no traceparent.
bool is_sampled(std::string_view traceparent);
// The trace id in a traceparent, or nothing: for lines of a log.
std::string_view trace_id_in(std::string_view traceparent);
// What has an identity of 16 bytes, a command or an event, has a span id by it.
SpanId span_id_of(const std::array<std::uint8_t, 16>& identity);
// The traceparent of what this one caused, when the trace is recorded; else unchanged.
std::string with_span(std::string traceparent, const std::array<std::uint8_t, 16>& identity);
std::string hex_text(const SpanId&);

}  // namespace madang::telemetry
