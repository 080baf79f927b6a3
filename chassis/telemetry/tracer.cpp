#include "chassis/telemetry/tracer.hpp"

namespace madang::telemetry {

Span Tracer::begin(const TraceContext& above, SpanKind kind, std::string_view name) const {
  Span span;
  span.context = child_of(above, [this] { return runtime_->random(); });
  span.parent = above.span_id;
  span.kind = kind;
  span.service = service_;
  span.name = name;
  span.began = now();
  return span;
}

void Tracer::record(Span span) const noexcept {
  try {
    if (span.ended == SpanTime{}) span.ended = now();
    spans_->record(std::move(span));
  } catch (const runtime::Stopped&) {
    // From a destructor, say, that the stop passes.
  }
}

}  // namespace madang::telemetry
