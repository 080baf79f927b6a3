#pragma once
// The payment desk of the same program, by a direct call over payment's published interface.
#include "chassis/telemetry/tracer.hpp"
#include "contracts/grpc/payment_api_v1.hpp"
#include "rental/application/ports/outbound/payment_desk.hpp"

namespace madang::rental {

// Any task.
class DirectPaymentDesk final : public PaymentDesk {
 public:
  explicit DirectPaymentDesk(payment::api_v1::PaymentDesk& desk, telemetry::Tracer tracer = {})
      : desk_{desk}, tracer_{std::move(tracer)} {}
  PaymentResult pay(const Asked&) override;

 private:
  payment::api_v1::PaymentDesk& desk_;
  telemetry::Tracer tracer_;
};

}  // namespace madang::rental
