// The HTTP adapter of payment's port Provider, against the sandbox's own logic.
#include "payment/adapters/outbound/http_provider.hpp"
#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/storage/sim_storage.hpp"
#include "payment/tests/provider_contract.hpp"

namespace madang::payment {
namespace {

// A sandbox that has just been opened, on the simulator's clock and disk.
void with_sandbox(const std::function<void(sandbox::SandboxProvider&, runtime::Runtime&)>& steps) {
  runtime::Simulator simulator{11};
  const storage::SimStorage storage{simulator};
  auto& runtime = simulator.process("provider");
  bool done = false;
  runtime.spawn("steps", [&] {
    sandbox::SandboxProvider sandbox{runtime, "provider/sandbox.db"};
    steps(sandbox, runtime);
    done = true;
  });
  simulator.run([&] { return done; });
  EXPECT_TRUE(done);
}

const ProviderAdapter over_http{
    "http", [](const auto& steps) {
      with_sandbox([&](sandbox::SandboxProvider& sandbox, runtime::Runtime&) {
        HttpProvider provider{[&](const http::Request& it) { return sandbox.handle(it); }};
        steps(provider);
      });
    }};

INSTANTIATE_TEST_SUITE_P(OverHttp, AProvider, ::testing::Values(over_http));

struct TheHttpProvider : ::testing::Test {
  const PaymentId payment = testing::named<PaymentId>("payment-1");
  const Instant deadline = testing::july(2);

  IntentId created(Provider& provider, const char* card) {
    return std::get<IntentCreated>(
               provider.create_intent(payment, Money::won(3000), {card}, deadline))
        .intent;
  }
};

TEST_F(TheHttpProvider, TellsWhyACardWasDeclined) {
  with_sandbox([&](sandbox::SandboxProvider& sandbox, runtime::Runtime&) {
    HttpProvider provider{[&](const http::Request& it) { return sandbox.handle(it); }};
    const auto ending = provider.confirm(created(provider, "tok_insufficient_funds"), deadline);
    EXPECT_EQ(std::get<NotCharged>(ending).reason, DeclineReason::insufficient_funds);
  });
}
TEST_F(TheHttpProvider, ConcludesNothingFromALostAnswerNorFromNotFound) {
  with_sandbox([&](sandbox::SandboxProvider& sandbox, runtime::Runtime& runtime) {
    HttpProvider provider{[&](const http::Request& it) { return sandbox.handle(it); }};
    const auto intent = created(provider, "tok_charged_after_not_found");
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.confirm(intent, deadline)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.look_up(intent, deadline)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.cancel(intent, deadline)));
    runtime.sleep(std::chrono::seconds{5});
    EXPECT_TRUE(std::holds_alternative<Charged>(provider.look_up(intent, deadline)));
  });
}
TEST_F(TheHttpProvider, FindsTheRefundWhoseAnswerWasLost) {
  with_sandbox([&](sandbox::SandboxProvider& sandbox, runtime::Runtime&) {
    HttpProvider provider{[&](const http::Request& it) { return sandbox.handle(it); }};
    const auto intent = created(provider, "tok_refund_no_answer");
    static_cast<void>(provider.confirm(intent, deadline));
    const auto give_back = [&] {
      return provider.refund(payment, intent, Money::won(3000), deadline);
    };
    EXPECT_TRUE(std::holds_alternative<Unknown>(give_back()));
    EXPECT_TRUE(std::holds_alternative<GivenBack>(give_back()));
    EXPECT_EQ(provider.movements(0, 10, deadline)->size(), 2U);
  });
}
TEST_F(TheHttpProvider, TakesANumberForWhatItIsHoweverItIsWritten) {
  const HttpProvider provider{[](const http::Request&) -> http::Response { return {}; }};
  const auto notice_of = [&](const std::string& amount) {
    return provider.read_notice(
        R"({"id":"evt_1","type":"payment_intent.succeeded","intent":{"id":"pi_1","payment":")" +
        payment.text() + R"(","status":"succeeded","currency":"KRW","charged_at":1,"amount":)" +
        amount + "}}");
  };
  const auto notice = notice_of("3000.0");
  ASSERT_TRUE(notice);
  EXPECT_EQ(std::get<Charged>(notice->said).amount, Money::won(3000));
  for (const char* amount : {"3000.5", "1e300", "\"3000\""})
    EXPECT_FALSE(notice_of(amount)) << amount;
}
TEST_F(TheHttpProvider, ConcludesNothingFromNonsenseOrFromNobodyThere) {
  const IntentId intent{"pi_1"};
  const auto concludes_nothing = [&](const http::Calls& calls) {
    HttpProvider provider{calls};
    EXPECT_TRUE(std::holds_alternative<Unknown>(
        provider.create_intent(payment, Money::won(1), {"tok"}, deadline)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.confirm(intent, deadline)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.look_up(intent, deadline)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.cancel(intent, deadline)));
    EXPECT_TRUE(
        std::holds_alternative<Unknown>(provider.refund(payment, intent, Money::won(1), deadline)));
    EXPECT_FALSE(provider.movements(0, 10, deadline));
  };
  concludes_nothing(
      [](const http::Request&) -> http::Response { throw chassis::Unavailable{"nobody there"}; });
  for (const int status : {200, 400, 402, 404, 422, 500, 503})
    for (const auto* body :
         {"", "no JSON", "[]", "7", "{}", R"({"status":7})", R"({"error":{"type":"odd"}})",
          R"({"status":"succeeded"})",
          R"({"status":"succeeded","id":"pi_1","amount":1,"currency":"??","charged_at":1})"})
      concludes_nothing([&](const http::Request&) { return http::json_response(status, body); });
}

}  // namespace
}  // namespace madang::payment
