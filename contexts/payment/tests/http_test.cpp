// Payment's REST interface, from request to response.
#include "chassis/json/json.hpp"
#include "chassis/runtime/wait_for.hpp"
#include "contracts/support/routes.hpp"
#include "payment/adapters/inbound/payment_http.hpp"
#include "payment/tests/shop.hpp"

namespace madang::payment {
namespace {

using http::Method, http::Response;

struct PaymentOverHttp : Shop {
  const PersonId lee = operator_lee;
  security::SecretsInMemory secrets;
  security::RotatingKey positions{secrets, town.process(), "positions"};
  std::unique_ptr<contracts::Edge> edge;
  std::unique_ptr<PaymentHttp> api;
  std::unique_ptr<contracts::Routes> routes;

  PaymentOverHttp() {
    edge = std::make_unique<contracts::Edge>(town.process(), "fingerprints", positions);
    api = std::make_unique<PaymentHttp>(engine(), *webhook);
    routes = std::make_unique<contracts::Routes>(*edge, http_v1::routes(*api, *edge));
  }
  static http::Headers as(const PersonId& person, const std::string& roles) {
    return {{"Madang-Person", person.text()}, {"Madang-Roles", "anyone," + roles}};
  }
  Response ask(Method method, const std::string& target, http::Headers headers,
               std::string body = {}) {
    return town.run([&] {
      return runtime::wait_for(
          town.process(),
          routes->handle(http::request_of(method, target, std::move(headers), std::move(body))));
    });
  }
  Response get(const std::string& target, const PersonId& person, const std::string& roles) {
    town.settle();
    return ask(Method::get, target, as(person, roles));
  }
  Response refund_under(const std::string& key) {
    auto headers = as(lee, "operator");
    headers.add("Idempotency-Key", key);
    return ask(Method::post, "/v1/payments/" + payment.text() + "/refund", std::move(headers));
  }
  static std::string field(const Response& response, std::string_view name) {
    const auto document = chassis::JsonDocument::from_outside(response.text());
    const auto found = document->root().find(name);
    return !found ? "" : found->is_text() ? std::string{found->text()} : found->json();
  }
  const std::string of_payment = "/v1/payments/" + payment.text();
};

TEST_F(PaymentOverHttp, ShowsACustomerTheirOwnPayment) {
  pay();
  const auto seen = get(of_payment, kim, "customer");
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(field(seen, "state"), "captured");
  EXPECT_EQ(field(seen, "amount"), R"({"amount":3000,"currency":"KRW"})");
  EXPECT_EQ(field(seen, "purpose"), "rental");
  EXPECT_NE(field(seen, "begun_at"), "");
  EXPECT_NE(field(seen, "ended_at"), "");
}
TEST_F(PaymentOverHttp, HidesPaymentsOfOthersFromCustomersButNotFromOperators) {
  pay();
  EXPECT_EQ(get(of_payment, lee, "customer").status, 404);
  EXPECT_EQ(get(of_payment, lee, "operator").status, 200);
  EXPECT_EQ(get("/v1/payments/" + named<PaymentId>("other").text(), lee, "operator").status, 404);
}
TEST_F(PaymentOverHttp, ShowsAPaymentThatIsVoidFromBirthToOperatorsAlone) {
  give(cancel, "c");
  EXPECT_EQ(get(of_payment, kim, "customer").status, 404);
  EXPECT_EQ(field(get(of_payment, lee, "operator"), "state"), "cancelled");
}
TEST_F(PaymentOverHttp, TellsWhyAPaymentWasDeclined) {
  auto request = asked;
  request.card_token = "tok_declined";
  pay(request);
  EXPECT_EQ(field(get(of_payment, kim, "customer"), "decline_reason"), "card_declined");
}
TEST_F(PaymentOverHttp, RefundsOnceHoweverOftenAnOperatorAsks) {
  pay();
  const auto first = refund_under("key-1");
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(field(first, "amount"), R"({"amount":3000,"currency":"KRW"})");
  EXPECT_EQ(refund_under("key-1").text(), first.text());
  EXPECT_EQ(refund_under("key-2").text(), first.text());
  town.pass(10s);
  EXPECT_EQ(refund_under("key-3").text(), first.text());
  EXPECT_EQ(provider.count(), 2U);
  expect_books_agree();
}
TEST_F(PaymentOverHttp, RefusesToRefundWhatWasNotCapturedOrIsNotThere) {
  EXPECT_EQ(refund_under("key-1").status, 404);
  auto request = asked;
  request.card_token = "tok_declined";
  pay(request);
  const auto refused = refund_under("key-2");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.text().find("nothing-to-refund"), std::string::npos);
}
TEST_F(PaymentOverHttp, LetsOnlyOperatorsRefundAndReadTheBooks) {
  pay();
  auto headers = as(kim, "customer");
  headers.add("Idempotency-Key", "k");
  EXPECT_EQ(ask(Method::post, of_payment + "/refund", headers).status, 403);
  EXPECT_EQ(get("/v1/ledger", kim, "customer").status, 403);
}
TEST_F(PaymentOverHttp, ShowsTheBooksPageByPage) {
  pay();
  give(give_back, "r");
  town.pass(10s);
  const auto first = get("/v1/ledger?limit=4", lee, "operator");
  EXPECT_EQ(first.status, 200);
  EXPECT_NE(first.text().find("rental_revenue"), std::string::npos);
  const auto next = field(first, "next");
  ASSERT_NE(next, "");
  const auto second = get("/v1/ledger?limit=4&cursor=" + next, lee, "operator");
  EXPECT_EQ(field(second, "next"), "");
  EXPECT_NE(second.text().find("refunds_due"), std::string::npos);
  EXPECT_EQ(get("/v1/ledger?cursor=none", lee, "operator").status, 404);
  EXPECT_NE(get("/v1/ledger?payment_id=" + payment.text(), lee, "operator").text().find("debit"),
            std::string::npos);
  EXPECT_EQ(field(get("/v1/ledger?payment_id=" + named<PaymentId>("other").text(), lee, "operator"),
                  "items"),
            "[]");
}
TEST_F(PaymentOverHttp, TakesNoticesThatTheProviderHasSigned) {
  pay();
  const auto body = provider.notice_of(payment);
  const auto tell = [&](const std::string& key) {
    return ask(Method::post, "/v1/webhooks/sandbox",
               {{"Content-Type", "application/json"},
                {"Webhook-Signature", security::webhook_signature(key, body, town.now())}},
               body);
  };
  EXPECT_EQ(tell(webhook_key).status, 204);
  EXPECT_EQ(tell(webhook_key).status, 401);  // the very same bytes again
  EXPECT_EQ(tell("stranger").status, 401);
}

}  // namespace
}  // namespace madang::payment
