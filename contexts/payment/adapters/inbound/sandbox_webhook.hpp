#pragma once
// Takes what the sandbox provider tells by itself: signed over the raw bytes, not older than five
// minutes, and not a recording of what came before. A notice that is told again is signed anew and
// passes; its id makes it count once.
#include "chassis/http/message.hpp"
#include "chassis/ports/commands.hpp"
#include "chassis/security/webhook.hpp"
#include "payment/application/ports/outbound/provider.hpp"
#include <functional>
#include <string_view>

namespace madang::payment {

class SandboxWebhook {
 public:
  // Any of `keys` may have signed. `warn` hears of what contradicts our books.
  SandboxWebhook(runtime::Runtime&, chassis::Commands& payment, const Provider&,
                 std::vector<std::string> keys,
                 std::function<void(std::string_view what, const PaymentId&)> warn);

  enum class Taken { heard, signature_invalid, malformed };
  // Throws Unavailable: nothing was taken in, and the provider is to try again.
  Taken take(std::string_view signature, std::string_view raw_body);

 private:
  runtime::Runtime& runtime_;
  chassis::Commands& payment_;
  const Provider& provider_;
  std::vector<std::string> keys_;
  std::function<void(std::string_view, const PaymentId&)> warn_;
  security::ReplayMemory seen_;
};

}  // namespace madang::payment
