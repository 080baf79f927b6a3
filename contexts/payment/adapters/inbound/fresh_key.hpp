#pragma once
// A request key that was never used before and never will be: for a try whose recorded answer must not
// be taken for the answer to another one. Outcomes are kept with the payment.
#include "chassis/ports/commands.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/trace.hpp"
#include "kernel/ids.hpp"
#include <string_view>

namespace madang::payment {

chassis::RequestKey fresh_key(runtime::Runtime&, std::string_view handler, const kernel::PaymentId&,
                              chassis::Cause = {});
chassis::RequestKey fresh_key(runtime::Runtime&, std::string_view handler,
                              const kernel::PersonId& payer);
// What is done for whoever has this trace; nothing when there is none.
chassis::Cause cause_in(const telemetry::TraceContext&);
std::string home_of(const kernel::PaymentId&);

}  // namespace madang::payment
