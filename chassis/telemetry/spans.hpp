#pragma once
// What was done when for one request: a span for each part, joined to the part that caused it. They wait
// here, a bounded number, until whoever carries them away has time (chassis/tracing/exporter.hpp); nobody
// who records ever waits for that, and what finds no room is dropped and counted.
//
// A span tells operations, contexts, types and outcomes. Never a path, a stream, a parameter or anything a
// person typed: whoever reads traces is to learn nothing about anyone.
#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/telemetry/brief_lock.hpp"
#include "chassis/telemetry/metrics.hpp"
#include "chassis/telemetry/trace.hpp"

namespace madang::telemetry {

enum class SpanKind { internal, server, client, producer, consumer };
using SpanTime = std::chrono::sys_time<std::chrono::microseconds>;

struct Span {
  TraceContext context;  // the span's own
  SpanId parent{};       // all zeros: the first of its trace
  SpanKind kind = SpanKind::internal;
  std::string service, name;  // the context at work; what it does
  SpanTime began{}, ended{};
  std::vector<std::pair<std::string, std::string>> tags{};
  bool failed = false;
};

// Any thread.
class Spans {
 public:
  // Of the traces that begin here one in so many is recorded; of others, what their beginner chose.
  Spans(Registry&, std::uint64_t one_in, std::size_t waiting_max = 16'384);

  // By the id alone, so that all who count alike choose the same traces.
  [[nodiscard]] bool chooses(const TraceContext&) const;
  void record(Span) noexcept;

  // The oldest.
  [[nodiscard]] std::vector<Span> take(std::size_t max);
  [[nodiscard]] std::size_t waiting() const;

 private:
  std::uint64_t one_in_;
  std::size_t waiting_max_;
  Counter& recorded_;
  Counter& dropped_;
  mutable BriefLock lock_;
  std::deque<Span> waiting_;
};

}  // namespace madang::telemetry
