#include "chassis/tracing/calls.hpp"

#include <gtest/gtest.h>

#include "chassis/http/target.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/tracing/tests/given.hpp"

namespace madang::tracing {
namespace {

class CallingAnotherProgram : public testing::Test {
 protected:
  static http::Request asked(const char* traceparent) {
    auto request = http::request_of(http::Method::post, "/v1/payment_intents/pi_1/confirm");
    if (const auto trace = telemetry::TraceContext::parse(traceparent)) request.trace = *trace;
    return request;
  }
  runtime::Threads runtime;
  telemetry::Registry registry;
  telemetry::Spans spans{registry, 1};
  telemetry::Tracer tracer{&spans, runtime, "payment"};
};

TEST_F(CallingAnotherProgram, IsASpanThatTheOtherHears) {
  telemetry::TraceContext heard;
  const auto calls = traced(
      [&](const http::Request& request) {
        heard = request.trace;
        return http::Response{402};
      },
      tracer, "payment provider");
  EXPECT_EQ(calls(asked(sampled)).status, 402);
  const auto taken = spans.take(10);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].context, heard);
  EXPECT_EQ(telemetry::hex_text(taken[0].parent), "00f067aa0ba902b7");
  EXPECT_EQ(taken[0].name, "POST payment provider");
  EXPECT_FALSE(taken[0].failed);
}

TEST_F(CallingAnotherProgram, IsAFailedSpanWithoutAnAnswer) {
  const auto calls =
      traced([](const http::Request&) -> http::Response { throw chassis::Unavailable{"away"}; },
             tracer, "payment provider");
  EXPECT_THROW(static_cast<void>(calls(asked(sampled))), chassis::Unavailable);
  const auto taken = spans.take(10);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_TRUE(taken[0].failed);
}

TEST_F(CallingAnotherProgram, HandsOnATraceThatIsNotRecorded) {
  const auto parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  telemetry::TraceContext heard;
  const auto calls = traced(
      [&](const http::Request& request) {
        heard = request.trace;
        return http::Response{200};
      },
      tracer, "payment provider");
  static_cast<void>(calls(asked(parent)));
  EXPECT_EQ(heard.traceparent(), parent);
  EXPECT_EQ(spans.waiting(), 0u);
}

}  // namespace
}  // namespace madang::tracing
