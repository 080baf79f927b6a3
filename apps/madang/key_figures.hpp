#pragma once
// What the owners of identity and payment look at first (docs/domain/organisation.md), as gauges at /metrics. What each context
// writes of which event is counted by its engine.
#include <memory>
#include <vector>

#include "chassis/telemetry/metrics.hpp"

namespace madang::app {

struct IdentityAtWork;
struct PaymentAtWork;

// Each gauge stays as long as it is kept, and must go before the context.
[[nodiscard]] std::vector<std::shared_ptr<void>> show_key_figures(IdentityAtWork&,
                                                                  telemetry::Registry&);
[[nodiscard]] std::vector<std::shared_ptr<void>> show_key_figures(PaymentAtWork&,
                                                                  telemetry::Registry&);

}  // namespace madang::app
