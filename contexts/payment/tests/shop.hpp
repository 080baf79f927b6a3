#pragma once
// Payment as it runs in production, with its desk, errands and webhook, on the simulator's clock and
// disk; the provider is in memory and outlives the shop.
#include "chassis/ports/failures.hpp"
#include "chassis/testing/town.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "payment/adapters/inbound/errand_runner.hpp"
#include "payment/adapters/inbound/payment_desk.hpp"
#include "payment/adapters/inbound/sandbox_webhook.hpp"
#include "payment/application/ledger_book.hpp"
#include "payment/payment.hpp"
#include "payment/tests/given.hpp"
#include "payment/tests/memory_provider.hpp"

namespace madang::payment {

using namespace examples;

struct Shop : ::testing::Test {
  const std::string webhook_key = "shared-secret";
  std::unique_ptr<chassis::Context> context = payment_context();
  testing::Town town;
  MemoryProvider provider{[this] { return town.now(); }};
  std::vector<std::string> warnings;
  std::unique_ptr<PaymentDesk> desk;
  std::unique_ptr<SandboxWebhook> webhook;
  std::unique_ptr<ErrandRunner> errands;
  const api_v1::PayRequest asked{.payment = payment,
                                 .customer = kim,
                                 .amount = price,
                                 .pay_by = town.now() + 8min,
                                 .card_token = "tok_accepted",
                                 .purpose = api_v1::Purpose::rental};

  Shop() {
    town.add(*context);
    open();
  }
  ~Shop() override { town.stop(); }

  void open() {
    town.start();
    auto& runtime = town.process();
    const auto warn = [this](std::string_view what, const PaymentId&) {
      warnings.emplace_back(what);
    };
    desk = std::make_unique<PaymentDesk>(runtime, engine(), provider);
    webhook = std::make_unique<SandboxWebhook>(runtime, engine(), provider,
                                               std::vector{webhook_key}, warn);
    errands = std::make_unique<ErrandRunner>(runtime, engine(), provider, warn);
    for (std::size_t task = 0; task < 2; ++task)
      runtime.spawn("errands", [this, task] { errands->run(task, 2); });
  }
  void kill_and_open() {
    town.stop();
    open();
  }
  chassis::Engine& engine() { return town.engine("payment"); }

  // For a task of the shop, or from outside of the simulation.
  api_v1::PayResponse pay_here(const api_v1::PayRequest& request) {
    return desk->pay(request, town.now() + 5s);
  }
  auto pay(const api_v1::PayRequest& request) {
    return town.run([&] { return pay_here(request).result; });
  }
  auto pay() { return pay(asked); }
  template <class Command>
  void give(const Command& command, const std::string& once) {
    town.run([&] {
      const auto key = chassis::RequestKey::of_event("test", once, {}, "Payment/test", {});
      static_cast<void>(engine().run(command, key.step("give")));
    });
  }
  SandboxWebhook::Taken tell_here(std::string_view body) {
    return webhook->take(security::webhook_signature(webhook_key, body, town.now()), body);
  }

  std::size_t told(const std::string& message) {
    return town.told("payment", "madang.payment.v1." + message);
  }
  std::size_t count(const std::string& event) { return town.count("payment", event); }
  PaymentNow::Result view() {
    town.settle();
    return town.run([&] { return engine().ask(PaymentNow{payment}); });
  }
  std::int64_t balance(Account account) {
    town.settle();
    return town.run([&] { return engine().ask(BalancesIn{kernel::Currency::krw}); })[account];
  }
  // What must hold whenever all has come to rest.
  void expect_books_agree() {
    EXPECT_EQ(balance(Account::provider_clearing), provider.held());
    EXPECT_EQ(balance(Account::refunds_due), 0);
    EXPECT_LE(provider.confirmations(), 1);
    EXPECT_EQ(warnings, std::vector<std::string>{});
  }
};

}  // namespace madang::payment
