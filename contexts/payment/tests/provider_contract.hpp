#pragma once
// What every adapter of the port Provider must do. A test program instantiates the suite with its own
// ways to make a provider.
#include "chassis/testing/scenario.hpp"
#include "payment/application/ports/outbound/provider.hpp"
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace madang::payment {

// Runs the steps with a provider that has just been opened.
using WithProvider = std::function<void(const std::function<void(Provider&)>& steps)>;
struct ProviderAdapter {
  std::string name;
  WithProvider with_provider;
};

class AProvider : public ::testing::TestWithParam<ProviderAdapter> {
 protected:
  const PaymentId payment_ = testing::named<PaymentId>("payment-1");
  const Money price_ = Money::won(3000);
  const Instant deadline_ = testing::july(2);

  void given(const std::function<void(Provider&)>& steps) { GetParam().with_provider(steps); }
  IntentId created(Provider& provider, const char* card = "tok_accepted") {
    return std::get<IntentCreated>(provider.create_intent(payment_, price_, {card}, deadline_))
        .intent;
  }
};

TEST_P(AProvider, GivesTheSamePaymentTheSameIntent) {
  given([&](Provider& provider) {
    const auto intent = created(provider);
    EXPECT_EQ(created(provider), intent);
    EXPECT_EQ(created(provider, "tok_declined"), intent);  // which keeps the card it was made with
    EXPECT_TRUE(std::holds_alternative<Charged>(provider.confirm(intent, deadline_)));
  });
}
TEST_P(AProvider, DoesNotChargeACardThatItDoesNotKnow) {
  given([&](Provider& provider) {
    const auto answer = provider.create_intent(payment_, price_, {"4242"}, deadline_);
    EXPECT_TRUE(std::holds_alternative<NotCharged>(answer));
  });
}
TEST_P(AProvider, ChargesWhatWasAskedWhenItIsConfirmed) {
  given([&](Provider& provider) {
    const auto intent = created(provider);
    const auto charged = std::get<Charged>(provider.confirm(intent, deadline_));
    EXPECT_EQ(charged.intent, intent);
    EXPECT_EQ(charged.amount, price_);
    const auto found = std::get<Charged>(provider.look_up(intent, deadline_));
    EXPECT_EQ(found.at, charged.at);
    EXPECT_EQ(found.amount, price_);
  });
}
TEST_P(AProvider, SaysThatACardWasDeclined) {
  given([&](Provider& provider) {
    const auto intent = created(provider, "tok_declined");
    EXPECT_TRUE(std::holds_alternative<NotCharged>(provider.confirm(intent, deadline_)));
    EXPECT_TRUE(std::holds_alternative<NotCharged>(provider.look_up(intent, deadline_)));
    EXPECT_TRUE(std::holds_alternative<NotCharged>(provider.cancel(intent, deadline_)));
  });
}
TEST_P(AProvider, KnowsNothingOfAnIntentThatIsNotConfirmedOrNotThere) {
  given([&](Provider& provider) {
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.look_up(created(provider), deadline_)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.look_up({"pi_none"}, deadline_)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.cancel({"pi_none"}, deadline_)));
    EXPECT_TRUE(std::holds_alternative<Unknown>(provider.confirm({"pi_none"}, deadline_)));
  });
}
TEST_P(AProvider, NeverChargesWhatWasCancelled) {
  given([&](Provider& provider) {
    const auto intent = created(provider);
    EXPECT_TRUE(std::holds_alternative<Voided>(provider.cancel(intent, deadline_)));
    EXPECT_TRUE(std::holds_alternative<Voided>(provider.cancel(intent, deadline_)));
    EXPECT_TRUE(std::holds_alternative<Voided>(provider.confirm(intent, deadline_)));
    EXPECT_EQ(provider.movements(0, 10, deadline_)->size(), 0U);
  });
}
TEST_P(AProvider, SaysOfACancelledChargeThatItWasMade) {
  given([&](Provider& provider) {
    const auto intent = created(provider);
    EXPECT_TRUE(std::holds_alternative<Charged>(provider.confirm(intent, deadline_)));
    EXPECT_TRUE(std::holds_alternative<Charged>(provider.cancel(intent, deadline_)));
  });
}
TEST_P(AProvider, GivesNothingBackThatWasNotCharged) {
  given([&](Provider& provider) {
    const auto answer = provider.refund(payment_, created(provider), price_, deadline_);
    EXPECT_TRUE(std::holds_alternative<Unknown>(answer));
    EXPECT_EQ(provider.movements(0, 10, deadline_)->size(), 0U);
  });
}
TEST_P(AProvider, GivesAChargeBackOnceAndShowsBothInItsBooks) {
  given([&](Provider& provider) {
    const auto intent = created(provider);
    static_cast<void>(provider.confirm(intent, deadline_));
    const auto first = std::get<GivenBack>(provider.refund(payment_, intent, price_, deadline_));
    const auto again = std::get<GivenBack>(provider.refund(payment_, intent, price_, deadline_));
    EXPECT_EQ(first.refund, again.refund);
    EXPECT_EQ(first.amount, price_);
    const auto lines = *provider.movements(0, 10, deadline_);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_FALSE(lines[0].is_refund);
    EXPECT_TRUE(lines[1].is_refund);
    EXPECT_EQ(lines[1].number, 2);
    EXPECT_EQ(lines[1].amount, price_);
    EXPECT_EQ(lines[1].intent, intent);
    EXPECT_EQ(provider.movements(1, 10, deadline_)->size(), 1U);
    EXPECT_EQ(provider.movements(0, 1, deadline_)->size(), 1U);
  });
}

}  // namespace madang::payment
