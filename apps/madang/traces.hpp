#pragma once
// The shop's spans and the way they leave it, when an operator has said where to.
#include <memory>

#include "apps/madang/calls_out.hpp"
#include "apps/madang/settings.hpp"
#include "chassis/subscriptions/log.hpp"
#include "chassis/tracing/exporter.hpp"

namespace madang::app {

class Traces {
 public:
  // Throws std::invalid_argument for an address that is none.
  Traces(runtime::Runtime&, const Settings&, telemetry::Registry&, chassis::Log&);

  void start();  // the task that carries them; nothing when nobody collects
  // What was recorded leaves before the shop does, if the collector takes it at once.
  void settle(runtime::Time deadline);
  [[nodiscard]] telemetry::Spans* spans() { return spans_ ? &*spans_ : nullptr; }

 private:
  runtime::Runtime& runtime_;
  std::optional<telemetry::Spans> spans_;
  std::unique_ptr<CallsOut> calls_;
  std::unique_ptr<tracing::Exporter> exporter_;
};

}  // namespace madang::app
