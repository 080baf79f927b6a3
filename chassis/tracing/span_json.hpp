#pragma once
// Spans as collectors take them, written by hand: two small forms, and no library packaged for either.
//
//   Zipkin v2 (POST /api/v2/spans)         a list of spans
//   OTLP over HTTP as JSON (POST /v1/traces; opentelemetry-proto 1.x)     spans by service
#include <string>
#include <vector>

#include "chassis/telemetry/spans.hpp"

namespace madang::tracing {

enum class Format { zipkin, otlp };

std::string zipkin_json(const std::vector<telemetry::Span>&);
std::string otlp_json(const std::vector<telemetry::Span>&);

}  // namespace madang::tracing
