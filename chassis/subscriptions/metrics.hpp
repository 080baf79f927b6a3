#pragma once
// The state of a running context as gauges at /metrics: how far its log is, how far behind its read
// models and consumers are, what is parked, what the writer has done.
#include <memory>
#include <vector>

#include "chassis/telemetry/metrics.hpp"

namespace madang::chassis {

class Engine;

// They are shown until the handles go, which must be before the engine.
std::vector<std::shared_ptr<void>> show_metrics(Engine&, telemetry::Registry&);

}  // namespace madang::chassis
