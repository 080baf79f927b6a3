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

struct TraceContext {
  std::array<std::uint8_t, 16> trace_id{};
  std::array<std::uint8_t, 8> span_id{};
  bool sampled = false;

  [[nodiscard]] bool is_set() const;  // false for the all-zero value, which means "no trace"
  [[nodiscard]] std::string trace_id_text() const;
  [[nodiscard]] std::string span_id_text() const;
  [[nodiscard]] std::string traceparent() const;

  // A later version is read as far as version 00 goes, as the standard asks; anything else that
  // is not exactly a traceparent is nullopt, and the request begins a trace of its own.
  [[nodiscard]] static std::optional<TraceContext> parse(std::string_view traceparent);

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

TraceContext new_trace(const Random&);
// The same trace, a span of its own.
TraceContext child_of(const TraceContext& parent, const Random&);

}  // namespace madang::telemetry
