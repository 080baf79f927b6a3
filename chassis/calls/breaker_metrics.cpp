#include "chassis/calls/breaker_metrics.hpp"

namespace madang::chassis {

std::vector<std::shared_ptr<void>> show_metrics(Breaker& breaker, const std::string& call,
                                                telemetry::Registry& registry) {
  std::vector<std::shared_ptr<void>> shown;
  const auto show = [&](const char* metric, const char* help, std::function<double()> read) {
    shown.push_back(registry.gauge_from(metric, help, {{"call", call}}, std::move(read)));
  };
  show("madang_breaker_state",
       "0 closed: all may call; 1 half open: a few try; 2 open: nobody may.",
       [&breaker] { return static_cast<double>(breaker.state()); });
  show("madang_breaker_opened", "How often it opened since the start.",
       [&breaker] { return static_cast<double>(breaker.counts().opened); });
  show("madang_breaker_turned_away", "Calls that were not made since the start.",
       [&breaker] { return static_cast<double>(breaker.counts().turned_away); });
  return shown;
}

}  // namespace madang::chassis
