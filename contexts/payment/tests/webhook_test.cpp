#include "payment/tests/shop.hpp"

namespace madang::payment {
namespace {

using ANotice = Shop;
using Taken = SandboxWebhook::Taken;

TEST_F(ANotice, ThatComesBeforeTheAnswerCountsOnce) {
  provider.while_confirming = [&](const IntentId&) {
    EXPECT_EQ(tell_here(provider.notice_of(payment)), Taken::heard);
  };
  EXPECT_TRUE(std::holds_alternative<api_v1::Paid>(pay()));
  EXPECT_EQ(told("PaymentCaptured"), 1U);
  expect_books_agree();
}
TEST_F(ANotice, SettlesAPaymentWhoseAnswerWasLost) {
  provider.while_confirming = [&](const IntentId&) { provider.answers_lost = true; };
  pay();
  town.run([&] { EXPECT_EQ(tell_here(provider.notice_of(payment)), Taken::heard); });
  EXPECT_EQ(told("PaymentCaptured"), 1U);
}
TEST_F(ANotice, ThatComesTwiceOrLateChangesNothing) {
  pay();
  const auto notice = provider.notice_of(payment);
  town.run([&] { EXPECT_EQ(tell_here(notice), Taken::heard); });
  town.pass(1min);
  town.run([&] { EXPECT_EQ(tell_here(notice), Taken::heard); });
  give(cancel, "c");
  town.pass(1min);
  town.run([&] { EXPECT_EQ(tell_here(notice), Taken::heard); });
  EXPECT_EQ(told("PaymentCaptured"), 1U);
  EXPECT_EQ(told("PaymentCancelled"), 1U);
  expect_books_agree();
}
TEST_F(ANotice, IsRefusedWhenItsSignatureIsWrongOldOrSeenBefore) {
  pay();
  const auto notice = provider.notice_of(payment);
  town.run([&] {
    const auto signature = security::webhook_signature(webhook_key, notice, town.now());
    EXPECT_EQ(webhook->take(signature, notice + " "), Taken::signature_invalid);
    EXPECT_EQ(webhook->take(security::webhook_signature("other", notice, town.now()), notice),
              Taken::signature_invalid);
    EXPECT_EQ(
        webhook->take(security::webhook_signature(webhook_key, notice, town.now() - 6min), notice),
        Taken::signature_invalid);
    EXPECT_EQ(webhook->take("", notice), Taken::signature_invalid);
    EXPECT_EQ(webhook->take(signature, notice), Taken::heard);
    EXPECT_EQ(webhook->take(signature, notice), Taken::signature_invalid);
  });
}
TEST_F(ANotice, ThatCannotBeReadIsRefused) {
  town.run([&] { EXPECT_EQ(tell_here("{}"), Taken::malformed); });
}
TEST_F(ANotice, OfAPaymentThatIsNoneOfOursIsToldToAPerson) {
  town.run([&] {
    const auto stranger = named<PaymentId>("stranger");
    const auto created = provider.create_intent(stranger, price, {"tok_accepted"}, Instant{});
    static_cast<void>(provider.confirm(std::get<IntentCreated>(created).intent, Instant{}));
    EXPECT_EQ(tell_here(provider.notice_of(stranger)), Taken::heard);
  });
  EXPECT_EQ(warnings.size(), 1U);
  EXPECT_EQ(count("PaymentCaptured"), 0U);
}

}  // namespace
}  // namespace madang::payment
