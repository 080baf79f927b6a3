#pragma once
// How a part of the shop says what it does for a request. Without Spans behind it, and for a trace that is
// not recorded, all of this costs a comparison.
//
//   telemetry::Stretch stretch{tracer, trace, SpanKind::client, "pay"};
//   desk.pay(…, stretch.trace().traceparent());        what this causes is shown below it
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/spans.hpp"

namespace madang::telemetry {

// Speaks for one service: a context, or the gateway. Any task.
class Tracer {
 public:
  Tracer() = default;  // records nothing
  Tracer(Spans* spans, runtime::Runtime& runtime, std::string service)
      : spans_{spans}, runtime_{&runtime}, service_{std::move(service)} {}

  [[nodiscard]] bool records(std::string_view traceparent) const {
    return spans_ != nullptr && is_sampled(traceparent);
  }
  [[nodiscard]] bool records(const TraceContext& trace) const {
    return spans_ != nullptr && trace.sampled && trace.is_set();
  }
  [[nodiscard]] SpanTime now() const { return runtime_->now(); }
  // A span that has just begun, with an id of its own.
  [[nodiscard]] Span begin(const TraceContext& above, SpanKind, std::string_view name) const;
  // Gives it to the spans, ended now unless it has ended. Lost in a process that stops.
  void record(Span) const noexcept;

 private:
  Spans* spans_ = nullptr;
  runtime::Runtime* runtime_ = nullptr;
  std::string service_;
};

// A span from here to the end of its life.
class Stretch {
 public:
  Stretch() = default;
  // The tracer must outlive it.
  Stretch(const Tracer& tracer, const TraceContext& above, SpanKind kind, std::string_view name)
      : tracer_{&tracer}, above_{above} {
    if (tracer.records(above)) span_ = tracer.begin(above, kind, name);
  }
  ~Stretch() {
    if (span_) tracer_->record(std::move(*span_));
  }
  Stretch(Stretch&& other) noexcept
      : tracer_{other.tracer_},
        above_{other.above_},
        span_{std::exchange(other.span_, std::nullopt)} {}
  Stretch& operator=(Stretch&&) = delete;

  // For what this causes: of the span, or as given when nothing is recorded.
  [[nodiscard]] const TraceContext& trace() const { return span_ ? span_->context : above_; }
  [[nodiscard]] bool is_recorded() const { return span_.has_value(); }
  void tag(std::string_view name, std::string_view value) {
    if (span_) span_->tags.emplace_back(name, value);
  }
  void fail(std::string_view why) {
    if (span_) span_->failed = true;
    tag("error", why);
  }

 private:
  const Tracer* tracer_ = nullptr;
  TraceContext above_;
  std::optional<Span> span_;
};

}  // namespace madang::telemetry
