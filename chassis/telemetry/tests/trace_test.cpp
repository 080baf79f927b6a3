#include "chassis/telemetry/trace.hpp"

#include <gtest/gtest.h>

namespace madang::telemetry {
namespace {

constexpr auto standard_example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::uint64_t counting() {
  static std::uint64_t count = 0;
  return ++count;
}

TEST(ReadingATraceparent, GivesBackWhatWasWritten) {
  const auto trace = TraceContext::parse(standard_example);
  ASSERT_TRUE(trace);
  EXPECT_TRUE(trace->sampled);
  EXPECT_EQ(trace->trace_id_text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(trace->span_id_text(), "00f067aa0ba902b7");
  EXPECT_EQ(trace->traceparent(), standard_example);
}

TEST(ReadingATraceparent, RefusesWhatIsNotOne) {
  for (const std::string_view text : {
           "",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
           "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
       })
    EXPECT_FALSE(TraceContext::parse(text)) << text;
}

TEST(ReadingATraceparent, UnderstandsALaterVersionAsFarAsItCan) {
  const auto trace =
      TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more");
  ASSERT_TRUE(trace);
  EXPECT_FALSE(trace->sampled);
}

TEST(StartingATrace, GivesIdsThatCanBeRead) {
  const TraceContext trace = new_trace(counting);
  EXPECT_TRUE(trace.is_set());
  EXPECT_EQ(TraceContext::parse(trace.traceparent()), trace);
  EXPECT_FALSE(TraceContext{}.is_set());
}

TEST(StartingATrace, NeverGivesTheAllZeroIdThatMeansNone) {
  int calls = 0;
  const TraceContext trace = new_trace([&] { return ++calls <= 2 ? 0u : 7u; });
  EXPECT_TRUE(TraceContext::parse(trace.traceparent()));
}

TEST(AChildSpan, KeepsTheTraceAndHasItsOwnId) {
  const TraceContext parent = new_trace(counting);
  const TraceContext child = child_of(parent, counting);
  EXPECT_EQ(child.trace_id, parent.trace_id);
  EXPECT_NE(child.span_id, parent.span_id);
}

}  // namespace
}  // namespace madang::telemetry
