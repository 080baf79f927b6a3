#pragma once
// How one route fares: requests by kind of answer, the time they took, and the longest of late.
//
//   madang_gateway_requests_total{route,answer="1xx".."5xx" or "503"}   503 is not in 5xx: come back
//                                                                    later is no failure of ours
//   madang_gateway_request_seconds{route}           histogram: its sum by its count is the mean
//   madang_gateway_request_seconds_highest{route}   of this minute and the one before
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/metrics.hpp"

namespace madang::gateway {

// Any thread.
class RouteMetrics {
 public:
  RouteMetrics(runtime::Runtime&, telemetry::Registry&, const std::string& route);
  void count(int status, runtime::Duration took, runtime::Time now);

 private:
  // The longest of the current minute and of the one before, so that it falls again when all is well.
  class Highest;
  std::array<telemetry::Counter*, 5> answers_{};
  telemetry::Counter& come_back_later_;
  telemetry::Histogram& seconds_;
  std::shared_ptr<Highest> highest_;
  std::shared_ptr<void> reading_;
};

}  // namespace madang::gateway
