#include <gtest/gtest.h>

#include "chassis/runtime/threads.hpp"
#include "chassis/telemetry/tracer.hpp"

namespace madang::telemetry {
namespace {

constexpr auto sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr auto not_sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

class RecordingSpans : public testing::Test {
 protected:
  runtime::Threads runtime;
  Registry registry;
  Spans spans{registry, 1, 3};
  Tracer tracer{&spans, runtime, "rental"};
};

TEST_F(RecordingSpans, HangsAStretchBelowWhatCausedIt) {
  std::string below;
  {
    Stretch stretch{tracer, TraceContext::of(sampled), SpanKind::client, "pay"};
    stretch.tag("peer", "payment");
    below = stretch.trace().traceparent();
  }
  const auto taken = spans.take(10);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].context.traceparent(), below);
  EXPECT_EQ(taken[0].context.trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(hex_text(taken[0].parent), "00f067aa0ba902b7");
  EXPECT_NE(taken[0].context.span_id, taken[0].parent);
  EXPECT_EQ(taken[0].service, "rental");
  EXPECT_GE(taken[0].ended, taken[0].began);
}

TEST_F(RecordingSpans, LeavesOutWhatNobodyChose) {
  for (const auto* traceparent : {not_sampled, "", "nonsense"}) {
    const Stretch stretch{tracer, TraceContext::of(traceparent), SpanKind::client, "pay"};
    EXPECT_FALSE(stretch.is_recorded());
    EXPECT_EQ(stretch.trace(), TraceContext::of(traceparent));
    EXPECT_FALSE(tracer.records(traceparent));
  }
  const Tracer off;
  EXPECT_FALSE(off.records(sampled));
  const auto trace = TraceContext::of(sampled);
  EXPECT_EQ((Stretch{off, trace, SpanKind::client, "pay"}.trace()), trace);
  EXPECT_EQ(spans.waiting(), 0u);
}

TEST_F(RecordingSpans, DropsAndCountsWhatFindsNoRoom) {
  for (int count = 0; count < 5; ++count)
    const Stretch stretch{tracer, TraceContext::of(sampled), SpanKind::internal,
                          std::to_string(count)};
  EXPECT_EQ(registry.counter("madang_spans_total", "").value(), 3u);
  EXPECT_EQ(registry.counter("madang_spans_dropped_total", "", {{"why", "no room"}}).value(), 2u);
  EXPECT_EQ(spans.take(2).front().name, "0");
  EXPECT_EQ(spans.take(2).front().name, "2");
}

TEST_F(RecordingSpans, ChoosesOneTraceInSoMany) {
  const Spans few{registry, 10};
  int chosen = 0;
  for (int count = 0; count < 10'000; ++count) {
    const auto trace = new_trace([this] { return runtime.random(); });
    chosen += few.chooses(trace);
    EXPECT_EQ(few.chooses(trace), few.chooses(child_of(trace, [] { return 7U; })));
    EXPECT_TRUE(spans.chooses(trace));
  }
  EXPECT_GT(chosen, 800);
  EXPECT_LT(chosen, 1200);
}

TEST(NamingASpanByAnIdentity, ReplacesThePartThatNamesIt) {
  const std::array<std::uint8_t, 16> identity{1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(with_span(sampled, identity),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0102030405060708-01");
  EXPECT_EQ(with_span(not_sampled, identity), not_sampled);
  EXPECT_EQ(with_span("", identity), "");
  EXPECT_EQ(trace_id_in(sampled), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace_id_in("short"), "");
}

}  // namespace
}  // namespace madang::telemetry
