#include "apps/madang/metrics_door.hpp"

#include "chassis/http/this_machine.hpp"
#include <algorithm>
#include <array>

namespace madang::app {
namespace {

constexpr std::string_view path = "/metrics";

http::ServerOptions options_for(const Settings& settings) {
  http::ServerOptions options{.listen = settings.metrics_listen};
  options.io_threads = 1;
  options.pools = {{.name = "metrics", .workers_max = 2, .waiting_max = 16}};
  options.body_bytes_max = 0;
  options.connections_max = 64;
  options.drain_idle_time = std::chrono::milliseconds{50};
  return options;
}

// A proxy that nobody has named says so at least; who asks through it is elsewhere.
bool came_through_a_proxy(const http::Headers& headers) {
  constexpr std::array signs{"Forwarded", "X-Forwarded-For", "Via"};
  return std::ranges::any_of(signs,
                             [&](const auto* name) { return headers.get(name).has_value(); });
}

}  // namespace

MetricsDoor::MetricsDoor(runtime::Runtime& runtime, const Settings& settings,
                         const telemetry::Registry& shown, const http::Problems& problems)
    : runtime_{runtime} {
  if (settings.metrics_listen.empty()) return;
  server_.emplace(
      runtime, options_for(settings),
      [&shown, &problems](const http::Request& request) {
        if (request.path == path && request.method == http::Method::get) return metrics_of(shown);
        return problems.answer({"not-found"}, http::preferred_language(request));
      },
      [](http::Method, std::string_view) { return http::Plan{}; }, problems, its_own_);
}

void MetricsDoor::start() {
  if (server_) server_->start();
}

void MetricsDoor::close() {
  if (server_) server_->drain(runtime_.now() + std::chrono::seconds{1});
}

bool shows_metrics(const Settings& settings, const http::Request& request) {
  return settings.metrics_listen.empty() && http::is_this_machine(request.client_address) &&
         !came_through_a_proxy(request.headers);
}

http::Response metrics_of(const telemetry::Registry& registry) {
  http::Response response{200, {}, registry.exposition()};
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  return response;
}

}  // namespace madang::app
