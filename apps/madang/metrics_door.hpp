#pragma once
// Where machines read what the shop counts. With a door of its own (metrics.listen) that door has /metrics and nothing
// else, and the shop's has it no more; without one, the shop's door has it for whoever asks on this machine itself.
#include <optional>
#include <string>

#include "apps/madang/settings.hpp"
#include "chassis/http/server.hpp"

namespace madang::app {

class MetricsDoor {
 public:
  // Listens from here on, if it is to. Throws http::CannotListen. What is given must outlive it.
  MetricsDoor(runtime::Runtime&, const Settings&, const telemetry::Registry& shown,
              const http::Problems&);
  void start();
  void close();  // before the runtime stops

 private:
  runtime::Runtime& runtime_;
  telemetry::Registry its_own_;  // of the door itself, which nobody asks about
  std::optional<http::Server> server_;
};

// Whether the shop's own door answers this request for /metrics.
[[nodiscard]] bool shows_metrics(const Settings&, const http::Request&);
[[nodiscard]] http::Response metrics_of(const telemetry::Registry&);

}  // namespace madang::app
