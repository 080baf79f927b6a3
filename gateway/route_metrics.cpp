#include "gateway/route_metrics.hpp"

#include <algorithm>
#include <mutex>

namespace madang::gateway {

using runtime::Duration, runtime::Time;

namespace {

double seconds_of(Duration took) { return std::chrono::duration<double>(took).count(); }

telemetry::Counter& answers(telemetry::Registry& registry, const std::string& route,
                            std::string kind) {
  return registry.counter("madang_gateway_requests_total",
                          "Requests through the gateway, by kind of answer.",
                          {{"answer", std::move(kind)}, {"route", route}});
}

}  // namespace

class RouteMetrics::Highest {
 public:
  void note(Duration took, Time now) {
    const std::lock_guard section{lock_};
    turn_to(now);
    current_ = std::max(current_, took);
  }
  double seconds(Time now) {
    const std::lock_guard section{lock_};
    turn_to(now);
    return seconds_of(std::max(current_, before_));
  }

 private:
  void turn_to(Time now) {
    const auto minute = std::chrono::floor<std::chrono::minutes>(now).time_since_epoch();
    if (minute == minute_) return;
    before_ = minute == minute_ + std::chrono::minutes{1} ? current_ : Duration{};
    current_ = {};
    minute_ = minute;
  }

  telemetry::BriefLock lock_;
  std::chrono::minutes minute_{};
  Duration current_{}, before_{};
};

RouteMetrics::RouteMetrics(runtime::Runtime& runtime, telemetry::Registry& registry,
                           const std::string& route)
    : come_back_later_{answers(registry, route, "503")},
      seconds_{registry.histogram("madang_gateway_request_seconds",
                                  "From a request's arrival at the gateway to its answer.",
                                  {{"route", route}})},
      highest_{std::make_shared<Highest>()} {
  for (std::size_t i = 0; i < answers_.size(); ++i)
    answers_[i] = &answers(registry, route, std::to_string(i + 1) + "xx");
  reading_ = registry.gauge_from(
      "madang_gateway_request_seconds_highest",
      "The longest request of this minute and the one before.", {{"route", route}},
      [highest = highest_, &runtime] { return highest->seconds(runtime.now()); });
}

void RouteMetrics::count(int status, Duration took, Time now) {
  if (status == 503) come_back_later_.add();
  else answers_[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)]->add();
  seconds_.observe(seconds_of(took));
  highest_->note(took, now);
}

}  // namespace madang::gateway
