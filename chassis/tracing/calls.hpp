#pragma once
// Calls to other programs, each shown as a span below the request's trace, with the trace handed on.
#include <string>

#include "chassis/telemetry/tracer.hpp"
#include "chassis/tracing/exporter.hpp"

namespace madang::tracing {

// `peer` names the other program. What the tracer stands on must outlive it.
Calls traced(Calls, const telemetry::Tracer&, std::string peer);

}  // namespace madang::tracing
