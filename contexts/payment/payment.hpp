#pragma once
// The payment context. It runs on an Engine; around it a program puts what faces the outside:
//
//   HttpProvider provider{client.calls()};                   // to the provider, or what answers for it in process
//   PaymentDesk desk{runtime, engine, provider};             // for contexts whose customers pay
//   SandboxWebhook webhook{runtime, engine, provider, keys, warn};
//   PaymentHttp http{engine, webhook};                       // routes(http, edge)
//   ErrandRunner errands{runtime, engine, provider, warn};   // spawn run(task, of) for each of `of` tasks
//
// All of them must outlive the runtime's tasks.
#include <memory>

namespace madang::chassis {
class Context;
}

namespace madang::payment {

std::unique_ptr<chassis::Context> payment_context();

}  // namespace madang::payment
