#pragma once
// Payment over HTTP, as contracts/http/payment.yaml has it. Any thread.
#include "chassis/ports/commands.hpp"
#include "contracts/generated/payment/routes.hpp"
#include "payment/adapters/inbound/sandbox_webhook.hpp"

namespace madang::payment {

class PaymentHttp final : public http_v1::PaymentApi {
 public:
  PaymentHttp(chassis::Commands& payment, SandboxWebhook& webhook)
      : payment_{payment}, webhook_{webhook} {}

  contracts::Result<http_v1::GetPaymentResponse> get_payment(
      const contracts::Caller&, const http_v1::GetPaymentRequest&) override;
  contracts::Later<http_v1::RefundPaymentResponse> refund_payment(
      const contracts::Caller&, const http_v1::RefundPaymentRequest&,
      const chassis::RequestKey&) override;
  contracts::Result<http_v1::ListLedgerResponse> list_ledger(
      const contracts::Caller&, const http_v1::ListLedgerRequest&) override;
  contracts::Result<http_v1::TakeSandboxWebhookResponse> take_sandbox_webhook(
      const contracts::Caller&, const http_v1::TakeSandboxWebhookRequest&) override;

 private:
  chassis::Commands& payment_;
  SandboxWebhook& webhook_;
};

}  // namespace madang::payment
