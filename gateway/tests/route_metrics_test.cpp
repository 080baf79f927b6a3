#include "gateway/route_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chassis/runtime/simulator.hpp"

namespace madang::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(ARoutesMetrics, TellRateErrorsMeanAndHighestLatency) {
  runtime::Simulator simulator{1};
  auto& runtime = simulator.process("shop");
  telemetry::Registry registry;
  RouteMetrics metrics{runtime, registry, "/v1/shelf"};
  metrics.count(200, 1s, runtime.now());
  metrics.count(204, 2s, runtime.now());
  metrics.count(503, 250ms, runtime.now());
  metrics.count(500, 250ms, runtime.now());
  const auto shown = registry.exposition();
  EXPECT_THAT(shown, HasSubstr(R"(requests_total{answer="2xx",route="/v1/shelf"} 2)"));
  EXPECT_THAT(shown, HasSubstr(R"(requests_total{answer="5xx",route="/v1/shelf"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(requests_total{answer="503",route="/v1/shelf"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(request_seconds_sum{route="/v1/shelf"} 3.5)"));
  EXPECT_THAT(shown, HasSubstr(R"(request_seconds_count{route="/v1/shelf"} 4)"));
  EXPECT_THAT(shown, HasSubstr(R"(request_seconds_highest{route="/v1/shelf"} 2)"));
}

TEST(ARoutesMetrics, ForgetTheHighestAfterAWholeMinuteWithoutIt) {
  runtime::Simulator simulator{1};
  auto& runtime = simulator.process("shop");
  telemetry::Registry registry;
  RouteMetrics metrics{runtime, registry, "/"};
  const auto highest_is = [&](const std::string& seconds) {
    EXPECT_THAT(registry.exposition(), HasSubstr("seconds_highest{route=\"/\"} " + seconds + "\n"));
  };
  metrics.count(200, 2s, runtime.now());
  simulator.sleep(1min);
  metrics.count(200, 1s, runtime.now());
  highest_is("2");
  simulator.sleep(1min);
  highest_is("1");
  simulator.sleep(1min);
  highest_is("0");
  metrics.count(200, 2s, runtime.now());
  simulator.sleep(10min);
  highest_is("0");
}

}  // namespace
}  // namespace madang::gateway
