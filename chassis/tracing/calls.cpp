#include "chassis/tracing/calls.hpp"

namespace madang::tracing {

Calls traced(Calls calls, const telemetry::Tracer& tracer, std::string peer) {
  return [calls = std::move(calls), tracer, peer = std::move(peer)](const http::Request& request) {
    if (!tracer.records(request.trace)) return calls(request);
    telemetry::Stretch stretch{tracer, request.trace, telemetry::SpanKind::client,
                               std::string{http::text_of(request.method)} + ' ' + peer};
    auto below = request;
    below.trace = stretch.trace();
    try {
      auto answer = calls(below);
      stretch.tag("http.response.status_code", std::to_string(answer.status));
      return answer;
    } catch (const std::exception&) {
      stretch.fail("no answer");
      throw;
    }
  };
}

}  // namespace madang::tracing
