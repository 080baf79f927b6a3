// What rental relies on when it asks payment, asked of payment as it is.
#include "contracts/examples/pay_examples.hpp"
#include "tests/payment/with_sandbox.hpp"

namespace madang::payment {
namespace {

using contracts::PayExample;

// Brings about what an example says came before it. False: nobody knows how.
bool came_before(const PayExample& example, WithSandbox& both, api_v1::PayRequest asked) {
  const auto cancel = [&] {
    both.town().run([&] { both.give(CancelPayment{asked.payment, UndoReason::too_late}); });
    both.town().pass(1min);
  };
  const auto pay = [&] { both.town().run([&] { static_cast<void>(both.pay(asked)); }); };
  const std::map<std::string, std::function<void()>> known{
      {"nothing", [] {}},
      {"it was paid", pay},
      {"it was cancelled", cancel},
      {"it was paid and paid back",
       [&] {
         pay();
         cancel();
       }},
      {"another amount was paid",
       [&] {
         asked.amount = Money::won(2999);
         pay();
       }},
  };
  const auto found = known.find(example.given);
  if (found != known.end()) found->second();
  return found != known.end();
}

// When it was captured is the provider's to say.
api_v1::PayResponse timeless(api_v1::PayResponse answer) {
  if (auto* paid = std::get_if<api_v1::Paid>(&answer.result)) paid->captured_at = {};
  return answer;
}

TEST(WhatRentalReliesOn, IsWhatPaymentAnswers) {
  const auto examples = contracts::pay_examples();
  EXPECT_FALSE(examples.empty());
  for (const auto& example : examples) {
    SCOPED_TRACE(example.name);
    WithSandbox both{3};
    auto asked = example.request;
    asked.pay_by += both.town().now() - Instant{};
    ASSERT_TRUE(came_before(example, both, asked)) << "unknown: " << example.given;
    const auto answer = both.town().run([&] { return both.pay(asked); });
    EXPECT_EQ(chassis::encode(timeless(answer)), chassis::encode(timeless(example.answer)));
  }
}

}  // namespace
}  // namespace madang::payment
