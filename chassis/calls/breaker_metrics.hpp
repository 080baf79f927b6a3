#pragma once
#include <memory>
#include <string>
#include <vector>

#include "chassis/calls/breaker.hpp"
#include "chassis/telemetry/metrics.hpp"

namespace madang::chassis {

// How a breaker stands, at /metrics: madang_breaker_state (0 closed, 1 half open, 2 open), how often it
// opened and how many it turned away; `call` names who calls whom. Shown until the handles go, which
// must be before the breaker.
std::vector<std::shared_ptr<void>> show_metrics(Breaker&, const std::string& call,
                                                telemetry::Registry&);

}  // namespace madang::chassis
