// What each test card does, over HTTP semantics and on the simulator's clock.
#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "chassis/json/json.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/security/webhook.hpp"
#include "chassis/storage/sim_storage.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace madang::sandbox {
namespace {

using namespace std::chrono_literals;
using chassis::JsonDocument;
using http::Method, http::Response;

const std::string secret = "shared-secret";

struct Announcement {
  std::string id, type, signature, body;
  runtime::Time at;
};

struct Provider : ::testing::Test {
  runtime::Simulator simulator{7};
  storage::SimStorage storage{simulator};
  runtime::Runtime& runtime = simulator.process("provider");
  std::unique_ptr<SandboxProvider> provider;
  std::vector<Announcement> announced;
  int shop_refuses = 0;  // this many deliveries

  Provider() {
    simulator.program("provider", [this] {
      provider = std::make_unique<SandboxProvider>(runtime, "provider/sandbox.db");
      provider->send_webhooks("/v1/webhooks/sandbox", secret,
                              [this](const http::Request& it) { return heard(it); });
    });
    simulator.start("provider");
  }
  ~Provider() override {
    simulator.kill_all();
    provider.reset();
  }

  // Runs the steps as a task beside the webhooks'; time passes only as they wait.
  void in_the_simulation(const std::function<void()>& steps) {
    bool done = false;
    runtime.spawn("customer", [&] {
      while (!provider) runtime.sleep(1ms);  // it opens its books
      steps();
      done = true;
    });
    ASSERT_EQ(simulator.run([&] { return done; }), runtime::Simulator::Ran::done);
  }
  Response heard(const http::Request& request) {
    const auto document = JsonDocument::from_outside(request.body);
    announced.push_back(
        {std::string{document->root()["id"].text()}, std::string{document->root()["type"].text()},
         std::string{*request.headers.get("Webhook-Signature")}, request.body, runtime.now()});
    return {shop_refuses-- > 0 ? 500 : 204};
  }

  Response post(const std::string& target, const std::string& body = {},
                const std::string& key = {}) {
    http::Headers headers;
    if (!key.empty()) headers.set("Idempotency-Key", key);
    return provider->handle(http::request_of(Method::post, target, headers, body));
  }
  Response get(const std::string& target) {
    return provider->handle(http::request_of(Method::get, target));
  }
  static std::string field(const Response& response, std::string_view name) {
    const auto document = JsonDocument::from_outside(response.text());
    const auto value = document->root().find(name);
    return !value ? "" : value->is_text() ? std::string{value->text()} : value->json();
  }
  static std::string error(const Response& response) {
    const auto document = JsonDocument::from_outside(response.text());
    return std::string{document->root()["error"]["code"].text()};
  }
  Response create(const std::string& card, const std::string& key = "key-1", int amount = 3000) {
    return post("/v1/payment_intents",
                R"({"payment":"pay-1","amount":)" + std::to_string(amount) +
                    R"(,"currency":"KRW","card":")" + card + R"("})",
                key);
  }
  std::string created(const std::string& card) { return field(create(card), "id"); }
  Response confirm(const std::string& intent) {
    return post("/v1/payment_intents/" + intent + "/confirm");
  }
  Response cancel(const std::string& intent) {
    return post("/v1/payment_intents/" + intent + "/cancel");
  }
  Response refund(const std::string& intent, const std::string& key = "refund-1",
                  int amount = 3000) {
    return post("/v1/refunds",
                R"({"payment_intent":")" + intent + R"(","amount":)" + std::to_string(amount) +
                    R"(,"currency":"KRW"})",
                key);
  }
  Response look_up(const std::string& intent) { return get("/v1/payment_intents/" + intent); }
  std::string status(const std::string& intent) { return field(look_up(intent), "status"); }
  std::size_t movements() {
    const auto document = JsonDocument::from_outside(get("/v1/books").text());
    return document->root()["data"].size();
  }
};
using AnIntent = Provider;
using ACard = Provider;
using ARefund = Provider;
using AWebhook = Provider;
using TheProvider = Provider;

TEST_F(AnIntent, MovesNoMoneyUntilItIsConfirmed) {
  in_the_simulation([&] {
    const auto intent = created("tok_accepted");
    EXPECT_EQ(status(intent), "requires_confirmation");
    EXPECT_EQ(movements(), 0U);
    EXPECT_EQ(field(confirm(intent), "status"), "succeeded");
    EXPECT_EQ(movements(), 1U);
  });
}
TEST_F(AnIntent, IsCreatedOncePerKey) {
  in_the_simulation([&] {
    const auto first = create("tok_accepted");
    EXPECT_EQ(create("tok_accepted").text(), first.text());
    EXPECT_EQ(create("tok_accepted", "key-1", 2000).status, 422);
    EXPECT_NE(field(create("tok_accepted", "key-2"), "id"), field(first, "id"));
  });
}
TEST_F(AnIntent, IsFoundByThePaymentOfTheShop) {
  in_the_simulation([&] {
    const auto intent = created("tok_accepted");
    EXPECT_NE(get("/v1/payment_intents?payment=pay-1").text().find(intent), std::string::npos);
    EXPECT_EQ(get("/v1/payment_intents?payment=pay-2").text(), R"({"data":[]})");
  });
}
TEST_F(AnIntent, ConfirmedTwiceIsChargedOnceAndTheSecondIsCounted) {
  in_the_simulation([&] {
    const auto intent = created("tok_accepted");
    confirm(intent);
    EXPECT_EQ(error(confirm(intent)), "payment_intent_unexpected_state");
    EXPECT_EQ(field(look_up(intent), "confirmations"), "2");
    EXPECT_EQ(movements(), 1U);
  });
}
TEST_F(AnIntent, CancelledBeforeItIsConfirmedIsNeverCharged) {
  in_the_simulation([&] {
    const auto intent = created("tok_accepted");
    EXPECT_EQ(field(cancel(intent), "status"), "canceled");
    EXPECT_EQ(field(cancel(intent), "status"), "canceled");
    EXPECT_EQ(error(confirm(intent)), "payment_intent_unexpected_state");
    EXPECT_EQ(movements(), 0U);
  });
}
TEST_F(AnIntent, ThatIsChargedIsNotCancelledAnyMore) {
  in_the_simulation([&] {
    const auto intent = created("tok_accepted");
    confirm(intent);
    const auto answer = cancel(intent);
    EXPECT_EQ(answer.status, 400);
    EXPECT_NE(answer.text().find(R"("status":"succeeded")"), std::string::npos);
  });
}
TEST_F(AnIntent, IsRefusedWhenItIsMalformed) {
  in_the_simulation([&] {
    EXPECT_EQ(create("tok_accepted", "").status, 400);
    EXPECT_EQ(create("tok_accepted", "k", 0).status, 400);
    EXPECT_EQ(create("4242424242424242").status, 400);
    EXPECT_EQ(post("/v1/payment_intents", "{", "k").status, 400);
    EXPECT_EQ(post("/v1/payment_intents", "{}", "k").status, 400);
    EXPECT_EQ(look_up("pi_none").status, 404);
    EXPECT_EQ(get("/v1/nothing").status, 404);
    EXPECT_EQ(get("/v1/payment_intentsX").status, 404);
  });
}

TEST_F(ACard, MayBeDeclinedForSeveralReasons) {
  in_the_simulation([&] {
    for (const auto& [card, reason] : {std::pair{"tok_declined", "card_declined"},
                                       std::pair{"tok_insufficient_funds", "insufficient_funds"},
                                       std::pair{"tok_expired", "expired_card"}}) {
      const auto intent = field(create(card, card), "id");
      const auto answer = confirm(intent);
      EXPECT_EQ(answer.status, 402);
      EXPECT_NE(answer.text().find(reason), std::string::npos);
      EXPECT_EQ(status(intent), "declined");
    }
    EXPECT_EQ(movements(), 0U);
  });
}
TEST_F(ACard, ThatIsSlowIsChargedAfterAWhile) {
  in_the_simulation([&] {
    const auto intent = created("tok_slow");
    const auto before = runtime.now();
    runtime.spawn("another", [&] {
      runtime.sleep(1s);
      EXPECT_EQ(status(intent), "processing");
      EXPECT_EQ(error(cancel(intent)), "payment_intent_unexpected_state");
    });
    EXPECT_EQ(field(confirm(intent), "status"), "succeeded");
    EXPECT_GE(runtime.now() - before, 2s);
    EXPECT_LT(runtime.now() - before, 3s);
  });
}
TEST_F(ACard, ThatIsSlowIsChargedThoughItsCallerDoesNotWait) {
  in_the_simulation([&] {
    const auto intent = created("tok_slow");
    auto request = http::request_of(Method::post, "/v1/payment_intents/" + intent + "/confirm");
    request.deadline = runtime.now() + 100ms;
    EXPECT_EQ(field(provider->handle(request), "status"), "processing");
    runtime.sleep(2s);
    EXPECT_EQ(status(intent), "succeeded");
  });
}
TEST_F(ACard, ChargedWithoutAnAnswerIsFoundByLookingUp) {
  in_the_simulation([&] {
    const auto intent = created("tok_charged_no_answer");
    EXPECT_EQ(confirm(intent).status, 503);
    EXPECT_EQ(status(intent), "succeeded");
  });
}
TEST_F(ACard, ChargedAfterNotFoundIsNowhereUntilTheChargeLands) {
  in_the_simulation([&] {
    const auto intent = created("tok_charged_after_not_found");
    EXPECT_EQ(confirm(intent).status, 503);
    EXPECT_EQ(look_up(intent).status, 404);
    EXPECT_EQ(cancel(intent).status, 404);
    EXPECT_EQ(get("/v1/payment_intents?payment=pay-1").text(), R"({"data":[]})");
    EXPECT_EQ(movements(), 0U);
    runtime.sleep(2s);
    EXPECT_EQ(status(intent), "succeeded");
    EXPECT_EQ(movements(), 1U);
  });
}
TEST_F(ACard, DeclinedMayBeChargedAllTheSame) {
  in_the_simulation([&] {
    const auto intent = created("tok_charged_after_declined");
    EXPECT_EQ(confirm(intent).status, 402);
    EXPECT_EQ(status(intent), "declined");
    EXPECT_EQ(movements(), 0U);
    runtime.sleep(5s);
    EXPECT_EQ(status(intent), "succeeded");
    EXPECT_EQ(movements(), 1U);
  });
}
TEST_F(ACard, MayMeetAProviderThatIsAway) {
  in_the_simulation([&] {
    EXPECT_EQ(create("tok_unavailable").status, 503);
    EXPECT_EQ(get("/v1/payment_intents?payment=pay-1").text(), R"({"data":[]})");
  });
}

TEST_F(ARefund, GivesTheWholeBackOncePerKey) {
  in_the_simulation([&] {
    const auto intent = created("tok_accepted");
    confirm(intent);
    const auto first = refund(intent);
    EXPECT_EQ(field(first, "status"), "succeeded");
    EXPECT_EQ(refund(intent).text(), first.text());
    EXPECT_EQ(refund(intent, "refund-1", 1).status, 422);
    EXPECT_EQ(error(refund(intent, "refund-2")), "charge_not_refundable");
    EXPECT_EQ(movements(), 2U);
  });
}
TEST_F(ARefund, OfWhatWasNotChargedIsRefused) {
  in_the_simulation([&] {
    EXPECT_EQ(error(refund(created("tok_accepted"))), "charge_not_refundable");
    EXPECT_EQ(refund("pi_none").status, 404);
    EXPECT_EQ(refund("pi_none", "").status, 400);
  });
}
TEST_F(ARefund, WhoseAnswerIsLostIsMadeOnce) {
  in_the_simulation([&] {
    const auto intent = created("tok_refund_no_answer");
    confirm(intent);
    EXPECT_EQ(refund(intent).status, 503);
    EXPECT_EQ(field(refund(intent), "status"), "succeeded");
    EXPECT_EQ(movements(), 2U);
  });
}

TEST_F(AWebhook, IsSignedOverItsBytes) {
  in_the_simulation([&] {
    confirm(created("tok_accepted"));
    runtime.sleep(1ms);
    ASSERT_EQ(announced.size(), 1U);
    const auto& it = announced.front();
    EXPECT_EQ(it.type, "payment_intent.succeeded");
    const std::vector keys{secret};
    const auto now = std::chrono::floor<std::chrono::milliseconds>(runtime.now());
    EXPECT_TRUE(security::verify_webhook(it.signature, it.body, keys, now));
    EXPECT_FALSE(security::verify_webhook(it.signature, it.body + " ", keys, now));
  });
}
TEST_F(AWebhook, TellsOfEachEnd) {
  in_the_simulation([&] {
    confirm(field(create("tok_declined", "a"), "id"));
    cancel(field(create("tok_accepted", "b"), "id"));
    const auto paid = field(create("tok_accepted", "c"), "id");
    confirm(paid);
    refund(paid);
    runtime.sleep(1s);
    std::vector<std::string> types;
    types.reserve(announced.size());
    for (const auto& it : announced) types.push_back(it.type);
    std::ranges::sort(types);
    EXPECT_EQ(types, (std::vector<std::string>{"charge.refunded", "payment_intent.canceled",
                                               "payment_intent.payment_failed",
                                               "payment_intent.succeeded"}));
  });
}
TEST_F(AWebhook, IsSentAgainUntilTheShopHasTakenIt) {
  in_the_simulation([&] {
    shop_refuses = 3;
    confirm(created("tok_accepted"));
    runtime.sleep(1min);
    ASSERT_EQ(announced.size(), 4U);
    EXPECT_EQ(announced[0].id, announced[3].id);
    EXPECT_EQ(announced[3].at - announced[2].at, 4s);
  });
}
TEST_F(AWebhook, MayBeLateDoubledEarlyOrMissing) {
  in_the_simulation([&] {
    confirm(field(create("tok_webhook_late", "a"), "id"));
    runtime.sleep(29s);
    EXPECT_EQ(announced.size(), 0U);
    runtime.sleep(2s);
    EXPECT_EQ(announced.size(), 1U);

    confirm(field(create("tok_webhook_twice", "b"), "id"));
    runtime.sleep(1s);
    ASSERT_EQ(announced.size(), 3U);
    EXPECT_EQ(announced[1].id, announced[2].id);

    confirm(field(create("tok_webhook_before_answer", "c"), "id"));
    EXPECT_EQ(announced.size(), 4U);  // though the answer has only just come

    confirm(field(create("tok_webhook_never", "d"), "id"));
    runtime.sleep(1h);
    EXPECT_EQ(announced.size(), 4U);
  });
}

TEST_F(TheProvider, KnowsEverythingAgainAfterItWasRestarted) {
  std::string intent;
  in_the_simulation([&] {
    intent = created("tok_charged_after_not_found");
    confirm(intent);
    EXPECT_EQ(movements(), 0U);
  });
  simulator.kill("provider", "test");
  simulator.run();
  provider.reset();
  simulator.start("provider");
  in_the_simulation([&] {
    runtime.sleep(5s);
    EXPECT_EQ(status(intent), "succeeded");
    EXPECT_EQ(field(create("tok_charged_after_not_found"), "id"), intent);
  });
}
TEST_F(TheProvider, ShowsItsBooksPageByPage) {
  in_the_simulation([&] {
    for (const auto* key : {"a", "b", "c"}) confirm(field(create("tok_accepted", key), "id"));
    const auto first = get("/v1/books?limit=2");
    EXPECT_EQ(field(first, "has_more"), "true");
    const auto second = get("/v1/books?limit=2&after=2");
    EXPECT_EQ(field(second, "has_more"), "false");
    EXPECT_NE(second.text().find(R"("number":3,"kind":"charge")"), std::string::npos);
  });
}

}  // namespace
}  // namespace madang::sandbox
