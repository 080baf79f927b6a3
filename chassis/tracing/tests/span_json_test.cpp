#include "chassis/tracing/span_json.hpp"

#include <gtest/gtest.h>

#include "chassis/tracing/tests/given.hpp"

namespace madang::tracing {
namespace {

TEST(WritingSpans, AsZipkinReadsThem) {
  EXPECT_EQ(
      zipkin_json({a_span("RentBook")}),
      R"([{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","id":"00f067aa0ba902b7",)"
      R"("parentId":"0102030405060708","kind":"SERVER","name":"RentBook",)"
      R"("timestamp":1784106000000001,"duration":250,"localEndpoint":{"serviceName":"rental"},)"
      R"("tags":{"outcome":"decided"}}])");
  auto first = a_span("first");
  first.parent = {};
  first.kind = telemetry::SpanKind::internal;
  first.ended = first.began;
  first.tags = {};
  first.failed = true;
  EXPECT_EQ(zipkin_json({first}),
            R"([{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","id":"00f067aa0ba902b7",)"
            R"("name":"first","timestamp":1784106000000001,"duration":1,)"
            R"("localEndpoint":{"serviceName":"rental"},"tags":{"error":"true"}}])");
}

TEST(WritingSpans, AsOtlpHasThem) {
  auto failed = a_span("Pay");
  failed.service = "payment";
  failed.failed = true;
  failed.tags = {};
  EXPECT_EQ(
      otlp_json({a_span("RentBook"), failed}),
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":)"
      R"("payment"}},{"key":"service.namespace","value":{"stringValue":"madang"}}]},"scopeSpans":)"
      R"([{"scope":{"name":"madang"},"spans":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736",)"
      R"("spanId":"00f067aa0ba902b7","parentSpanId":"0102030405060708","name":"Pay","kind":2,)"
      R"("startTimeUnixNano":"1784106000000001000","endTimeUnixNano":"1784106000000251000",)"
      R"("attributes":[],"status":{"code":2}}]}]},{"resource":{"attributes":[{"key":"service.name",)"
      R"("value":{"stringValue":"rental"}},{"key":"service.namespace","value":{"stringValue":"madang")"
      R"(}}]},"scopeSpans":[{"scope":{"name":"madang"},"spans":[{"traceId":)"
      R"("4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","parentSpanId":)"
      R"("0102030405060708","name":"RentBook","kind":2,"startTimeUnixNano":"1784106000000001000",)"
      R"("endTimeUnixNano":"1784106000000251000","attributes":[{"key":"outcome","value":)"
      R"({"stringValue":"decided"}}]}]}]}]})");
}

}  // namespace
}  // namespace madang::tracing
