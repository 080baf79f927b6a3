#include "contracts/grpc/payment_api_v1.hpp"
#include "contracts/messages/bus_v1.hpp"
#include "contracts/messages/catalog_v1.hpp"
#include "contracts/messages/identity_v1.hpp"
#include "contracts/messages/payment_v1.hpp"
#include "contracts/messages/rental_v1.hpp"
#include <gtest/gtest.h>
#include <type_traits>

namespace madang {
namespace {

const auto edition = *kernel::EditionId::parse("0190a6d2-7c1e-4b7a-9f00-000000000001");
const auto payment_id = *kernel::PaymentId::parse("0190a6d2-7c1e-4b7a-9f00-000000000002");

TEST(AMessage, IsAnAggregateWithItsFieldsInTheOrderOfTheContract) {
  const rental::v1::AvailabilityChanged changed{edition, 3, 0, kernel::Instant{}};
  const auto& [which, licences, free, next_expected] = changed;
  EXPECT_EQ(which, edition);
  EXPECT_EQ(licences, 3);
  EXPECT_EQ(free, 0);
  EXPECT_TRUE(next_expected.has_value());
  static_assert(std::is_aggregate_v<identity::v1::PersonRegistered>);
  static_assert(std::is_aggregate_v<bus::v1::Envelope>);
}

TEST(AMessage, HasAnOptionalWhereTheContractSaysOptional) {
  static_assert(std::is_same_v<decltype(catalog::v1::RentalTermsSet::extension_price),
                               std::optional<kernel::Money>>);
  static_assert(std::is_same_v<decltype(catalog::v1::RentalTermsSet::price), kernel::Money>);
}

TEST(AMessage, CarriesWhatIsPersonalOnlySealed) {
  static_assert(std::is_same_v<decltype(identity::v1::PersonRegistered::email),
                               kernel::Personal<std::string>>);
}

TEST(ACallBetweenContexts, IsAnInterfaceWhoseAnswerIsOneOfItsCases) {
  struct AlwaysTooBusy : payment::api_v1::PaymentDesk {
    payment::api_v1::PayResponse pay(const payment::api_v1::PayRequest&,
                                     const payment::api_v1::Call&) override {
      return {payment::api_v1::NotBegun{5}};
    }
    payment::api_v1::LookUpPaymentResponse look_up_payment(
        const payment::api_v1::LookUpPaymentRequest&, const payment::api_v1::Call&) override {
      return {payment::api_v1::NeverSeen{}};
    }
  } desk;
  const auto answer = desk.look_up_payment({payment_id}, kernel::Instant{});
  EXPECT_TRUE(std::holds_alternative<payment::api_v1::NeverSeen>(answer.result));
}

}  // namespace
}  // namespace madang
