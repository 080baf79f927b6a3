#include "chassis/telemetry/spans.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <mutex>

namespace madang::telemetry {

Spans::Spans(Registry& registry, std::uint64_t one_in, std::size_t waiting_max)
    : one_in_{std::max<std::uint64_t>(one_in, 1)},
      waiting_max_{waiting_max},
      recorded_{registry.counter("madang_spans_total", "Spans of traces that were recorded.")},
      dropped_{registry.counter("madang_spans_dropped_total", "Spans that were lost, by why.",
                                {{"why", "no room"}})} {}

bool Spans::chooses(const TraceContext& trace) const {
  std::uint64_t chance = 0;  // the half that others choose by, too, is random in every W3C trace id
  std::memcpy(&chance, trace.trace_id.data() + 8, sizeof chance);
  return chance % one_in_ == 0;
}

void Spans::record(Span span) noexcept {
  bool has_room = false;
  try {
    const std::lock_guard section{lock_};
    has_room = waiting_.size() < waiting_max_;
    if (has_room) waiting_.push_back(std::move(span));
  } catch (const std::bad_alloc&) {
    has_room = false;
  }
  (has_room ? recorded_ : dropped_).add();
}

std::vector<Span> Spans::take(std::size_t max) {
  std::vector<Span> taken;
  taken.reserve(max);
  const std::lock_guard section{lock_};
  const auto count = static_cast<std::ptrdiff_t>(std::min(max, waiting_.size()));
  taken.assign(std::make_move_iterator(waiting_.begin()),
               std::make_move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return taken;
}

std::size_t Spans::waiting() const {
  const std::lock_guard section{lock_};
  return waiting_.size();
}

}  // namespace madang::telemetry
