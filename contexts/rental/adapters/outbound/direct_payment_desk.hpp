#pragma once
// Payment's desk by the interface that payment publishes: a direct call in the same process, a call to its own elsewhere.
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
