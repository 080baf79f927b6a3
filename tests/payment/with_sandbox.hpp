#pragma once
// Payment and the sandbox provider as two machines of one simulation, each with its own disk, and HTTP
// requests carried between them: calls one way, signed webhooks the other.
#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "chassis/json/json.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/testing/scenario.hpp"
#include "chassis/testing/town.hpp"
#include "payment/adapters/inbound/errand_runner.hpp"
#include "payment/adapters/inbound/payment_desk.hpp"
#include "payment/adapters/inbound/sandbox_webhook.hpp"
#include "payment/adapters/outbound/http_provider.hpp"
#include "payment/application/ledger_book.hpp"
#include "payment/payment.hpp"

namespace madang::payment {

using namespace std::chrono_literals;

class WithSandbox {
 public:
  explicit WithSandbox(std::uint64_t seed) : town_{seed} {
    town_.simulator.program("provider", [this] {
      sandbox_ = std::make_unique<sandbox::SandboxProvider>(provider_, "provider/sandbox.db");
      sandbox_->send_webhooks("/v1/webhooks/sandbox", key_, [this](const http::Request& it) {
        return carried(provider_, shop(), it,
                       [this](const http::Request& at_shop) { return hear(at_shop); });
      });
    });
    town_.simulator.start("provider");
    town_.add(*context_);
    open();
  }
  ~WithSandbox() {
    town_.simulator.kill_all();
    sandbox_.reset();
  }

  void open() {
    town_.start();
    provider_port_ = std::make_unique<HttpProvider>([this](const http::Request& it) {
      return carried(shop(), provider_, it, [this](const http::Request& at_provider) {
        if (!sandbox_) throw chassis::Unavailable{"the provider is starting"};
        return sandbox_->handle(at_provider);
      });
    });
    const auto warn = [this](std::string_view what, const PaymentId& payment) {
      warnings.push_back(std::string{what} + " " + payment.text());
    };
    desk_ = std::make_unique<PaymentDesk>(shop(), engine(), *provider_port_);
    webhook_ = std::make_unique<SandboxWebhook>(shop(), engine(), *provider_port_,
                                                std::vector{key_}, warn);
    errands_ = std::make_unique<ErrandRunner>(shop(), engine(), *provider_port_, warn);
    for (std::size_t task = 0; task < 2; ++task)
      shop().spawn("errands", [this, task] { errands_->run(task, 2); });
    is_open_ = true;
  }
  void kill() {
    is_open_ = false;
    town_.stop();
  }

  testing::Town& town() { return town_; }
  runtime::Runtime& shop() { return town_.process(); }
  chassis::Engine& engine() { return town_.engine("payment"); }

  // As a task of the shop.
  api_v1::PayResponse pay(const PaymentId& payment, const char* card, Instant pay_by) {
    return pay({.payment = payment,
                .customer = testing::named<kernel::PersonId>("kim"),
                .amount = price,
                .pay_by = pay_by,
                .card_token = card,
                .purpose = api_v1::Purpose::rental});
  }
  api_v1::PayResponse pay(const api_v1::PayRequest& asked) {
    return desk_->pay(asked, town_.now() + 1500ms);
  }
  template <class Command>
  void give(const Command& command) {
    const auto key = chassis::RequestKey::of_event(
        "test", "give", chassis::digest128({security::random_bytes(shop(), 16)}), "Payment/test",
        {});
    static_cast<void>(engine().run(command, key.step("give")));
  }

  // From outside of the simulation.
  std::optional<PaymentNow::View> view(const PaymentId& payment) {
    town_.settle();
    return town_.run([&] { return engine().ask(PaymentNow{payment}); });
  }
  std::size_t errands_open() {
    town_.settle();
    return town_.run([&] { return engine().ask(ErrandsOpen{}); }).size();
  }
  std::map<Account, std::int64_t> balances() {
    town_.settle();
    return town_.run([&] { return engine().ask(BalancesIn{kernel::Currency::krw}); });
  }
  // What the provider holds of each payment, by its own books.
  std::map<std::string, std::int64_t> held() {
    std::map<std::string, std::int64_t> sums;
    const auto json = provider_says("/v1/books?limit=1000");
    const auto document = chassis::JsonDocument::stored(json);
    const auto lines = document.root()["data"];
    for (std::size_t i = 0; i < lines.size(); ++i)
      sums[std::string{lines.at(i)["payment"].text()}] +=
          (lines.at(i)["kind"].text() == "refund" ? -1 : 1) * lines.at(i)["amount"].integer();
    return sums;
  }
  std::int64_t confirmations(const PaymentId& payment) {
    const auto json = provider_says("/v1/payment_intents?payment=" + payment.text());
    const auto document = chassis::JsonDocument::stored(json);
    const auto intents = document.root()["data"];
    EXPECT_LE(intents.size(), 1U);
    return intents.size() == 0 ? 0 : intents.at(0)["confirmations"].integer();
  }
  std::size_t told(const std::string& message) {
    return town_.told("payment", "madang.payment.v1." + message);
  }

  static constexpr Money price = Money::won(3000);
  std::vector<std::string> warnings;
  bool delays = false;

 private:
  // Carries a request to a task of the other machine. Whoever is dead does not answer; on bad days a
  // request may arrive long after its sender has stopped waiting.
  http::Response carried(runtime::Runtime& from, runtime::Runtime& to, const http::Request& request,
                         const http::Calls& handler) {
    const auto answers = std::make_shared<runtime::Mailbox<http::Response>>(from, 1);
    const auto delay = delays && town_.simulator.one_in(4)
                           ? std::chrono::milliseconds{town_.simulator.random() % 20'000}
                           : 0ms;
    to.spawn("request", [answers, request, handler, delay, &to] {
      to.sleep(delay);
      try {
        static_cast<void>(answers->try_push(handler(request)));
      } catch (const std::exception&) {
        static_cast<void>(answers->try_push(http::Response{503}));
      }
    });
    const auto patience = from.now() + std::chrono::seconds{10};
    auto answer = answers->receive_until(std::min<runtime::Time>(request.deadline, patience));
    if (!answer) throw chassis::Unavailable{"no answer in time"};
    return std::move(*answer);
  }
  http::Response hear(const http::Request& request) {
    if (!is_open_) throw chassis::Unavailable{"the shop is closed"};
    const auto taken =
        webhook_->take(request.headers.get("Webhook-Signature").value_or(""), request.body);
    return {taken == SandboxWebhook::Taken::heard ? 204 : 401};
  }
  std::string provider_says(const std::string& target) {
    std::string said;
    provider_.spawn("auditor", [&] {
      said = sandbox_->handle(http::request_of(http::Method::get, target)).text();
    });
    town_.simulator.run([&] { return !said.empty(); });
    return said;
  }

  const std::string key_ = "shared-secret";
  std::unique_ptr<chassis::Context> context_ = payment_context();
  testing::Town town_;
  runtime::Runtime& provider_ = town_.simulator.process("provider");
  std::unique_ptr<sandbox::SandboxProvider> sandbox_;
  std::unique_ptr<HttpProvider> provider_port_;
  std::unique_ptr<PaymentDesk> desk_;
  std::unique_ptr<SandboxWebhook> webhook_;
  std::unique_ptr<ErrandRunner> errands_;
  bool is_open_ = false;
};

}  // namespace madang::payment
