#pragma once
// The desk at which other contexts let their customers pay while they wait, in this process or from another one.
#include "chassis/ports/commands.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/tracer.hpp"
#include "contracts/grpc/payment_api_v1.hpp"
#include "payment/application/ports/outbound/provider.hpp"

namespace madang::payment {

class PaymentDesk final : public api_v1::PaymentDesk {
 public:
  PaymentDesk(runtime::Runtime& runtime, chassis::Commands& payment, Provider& provider,
              telemetry::Tracer tracer = {})
      : runtime_{runtime}, payment_{payment}, provider_{provider}, tracer_{std::move(tracer)} {}

  // Any task. Throws std::invalid_argument for an amount that is not positive.
  api_v1::PayResponse pay(const api_v1::PayRequest&, const api_v1::Call&) override;
  api_v1::LookUpPaymentResponse look_up_payment(const api_v1::LookUpPaymentRequest&,
                                                const api_v1::Call&) override;

 private:
  runtime::Runtime& runtime_;
  chassis::Commands& payment_;
  Provider& provider_;
  telemetry::Tracer tracer_;
};

}  // namespace madang::payment
