#include "chassis/telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace madang::telemetry {
namespace {

TEST(TheExposition, IsWhatPrometheusReads) {
  Registry registry;
  registry.counter("requests_total", "Requests.", {{"status", "200"}, {"route", "a\"b\n"}}).add(3);
  registry.gauge("lag_seconds", "How far behind.").set(0.25);
  auto& waits = registry.histogram("wait_seconds", "Waits.", {{"pool", "rental"}}, {0.1, 1});
  waits.observe(0.05);
  waits.observe(0.1);
  waits.observe(7);
  EXPECT_EQ(registry.exposition(),
            "# HELP lag_seconds How far behind.\n"
            "# TYPE lag_seconds gauge\n"
            "lag_seconds 0.25\n"
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{route=\"a\\\"b\\n\",status=\"200\"} 3\n"
            "# HELP wait_seconds Waits.\n"
            "# TYPE wait_seconds histogram\n"
            "wait_seconds_bucket{pool=\"rental\",le=\"0.1\"} 2\n"
            "wait_seconds_bucket{pool=\"rental\",le=\"1\"} 2\n"
            "wait_seconds_bucket{pool=\"rental\",le=\"+Inf\"} 3\n"
            "wait_seconds_sum{pool=\"rental\"} 7.15\n"
            "wait_seconds_count{pool=\"rental\"} 3\n");
}

TEST(AMetric, IsTheSameWhoeverAsks) {
  Registry registry;
  registry.counter("requests_total", "", {{"a", "1"}, {"b", "2"}}).add();
  EXPECT_EQ(registry.counter("requests_total", "", {{"b", "2"}, {"a", "1"}}).value(), 1u);
}

TEST(AMetric, IsRefusedUnderANameThatIsTakenOrNone) {
  Registry registry;
  registry.counter("requests_total", "");
  EXPECT_THROW(registry.gauge("requests_total", ""), std::invalid_argument);
  EXPECT_THROW(registry.gauge("9lives", ""), std::invalid_argument);
  EXPECT_THROW(registry.gauge("lives", "", {{"a-b", ""}}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("waits", "", {}, {1, 1}), std::invalid_argument);
}

TEST(AFamily, CountsTogetherWhatIsBeyondItsBound) {
  Registry registry{2};
  for (int at = 0; at < 10; ++at)
    registry.counter("requests_total", "", {{"path", std::to_string(at)}}).add();
  EXPECT_EQ(registry.counter("requests_total", "", {{"path", "1"}}).value(), 1u);
  EXPECT_EQ(registry.counter("requests_total", "", {{"path", "other"}}).value(), 8u);
}

TEST(AReading, IsTakenAtEachExpositionAndEndsWithItsHandle) {
  Registry registry;
  double size = 4;
  registry.gauge("after", "").set(1);
  auto handle = registry.gauge_from("queue", "", {{"pool", "a"}}, [&] { return size; });
  EXPECT_NE(registry.exposition().find("TYPE queue gauge\nqueue{pool=\"a\"} 4\n"),
            std::string::npos);
  size = 5;
  EXPECT_NE(registry.exposition().find("queue{pool=\"a\"} 5\n"), std::string::npos);
  handle.reset();
  EXPECT_EQ(registry.exposition().find("queue{"), std::string::npos);
}

}  // namespace
}  // namespace madang::telemetry
