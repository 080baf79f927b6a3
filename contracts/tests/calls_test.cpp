#include <gtest/gtest.h>

#include "chassis/ports/failures.hpp"
#include "contracts/grpc/catalog_api_v1_calls.hpp"
#include "contracts/grpc/identity_api_v1_calls.hpp"
#include "contracts/grpc/payment_api_v1_calls.hpp"

namespace madang {
namespace {

using namespace std::chrono_literals;
namespace api = payment::api_v1;

const auto payment_id = *kernel::PaymentId::parse("0190a6d2-7c1e-4b7a-9f00-000000000002");
const auto customer = *kernel::PersonId::parse("0190a6d2-7c1e-4b7a-9f00-000000000003");
const api::PayRequest asked{
    payment_id, customer,           kernel::Money::won(3000), kernel::Instant{1'700'000'000'123ms},
    "tok_visa", api::Purpose::order};

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char it : bytes) text += {digits[it / 16U], digits[it % 16U]};
  return text;
}

// A payment desk that answers what it is told to, and keeps what it was asked.
struct Desk final : api::PaymentDesk {
  api::PayResponse pay(const api::PayRequest& it, const api::Call& call) override {
    heard.push_back(it);
    deadline = call.deadline;
    traceparent = call.traceparent;
    return says;
  }
  api::LookUpPaymentResponse look_up_payment(const api::LookUpPaymentRequest& it,
                                             const api::Call&) override {
    looked_up = it.payment;
    return {api::NeverSeen{}};
  }

  api::PayResponse says{api::NotKnownYet{}};
  std::vector<api::PayRequest> heard;
  std::optional<kernel::PaymentId> looked_up;
  kernel::Instant deadline{};
  std::string traceparent;
};

class ACallToAnotherProcess : public ::testing::Test {
 protected:
  Desk desk;
  std::vector<std::string> sent, came;
  api::PaymentDeskElsewhere there{
      [this](std::string_view method, const std::string& message, const chassis::Call& call) {
        sent.push_back(message);
        came.push_back(answer(desk, method, message, call).value());
        return came.back();
      }};
};

// The bytes are what `protoc --encode` makes of the same message.
TEST_F(ACallToAnotherProcess, IsInProtobufsWireForm) {
  desk.says = {api::Declined{payment::v1::DeclineReason::too_late}};
  EXPECT_EQ(there.pay(asked, kernel::Instant{}), desk.says);
  EXPECT_EQ(hex(sent.front()),
            "0a260a2430313930613664322d376331652d346237612d396630302d303030303030303030303032"
            "12260a2430313930613664322d376331652d346237612d396630302d303030303030303030303033"
            "1a0808b81712034b5257220b0880e2cfaa0610c0a9d33a2a08746f6b5f766973613002");
  EXPECT_EQ(hex(came.front()), "12020804");
  desk.says = {api::NotTheSame{}};
  EXPECT_EQ(there.pay(asked, kernel::Instant{}), desk.says);
  EXPECT_EQ(hex(came.back()), "3200");
}

TEST_F(ACallToAnotherProcess, ArrivesAsItWasMadeWithItsDeadlineAndItsTrace) {
  const kernel::Instant deadline{1'700'000'009'000ms};
  there.pay(asked, {deadline, "00-11"});
  EXPECT_EQ(desk.heard, std::vector{asked});
  EXPECT_EQ(desk.deadline, deadline);
  EXPECT_EQ(desk.traceparent, "00-11");
  there.look_up_payment({payment_id}, deadline);
  EXPECT_EQ(desk.looked_up, payment_id);
}

TEST_F(ACallToAnotherProcess, IsAnsweredByAnyOfTheCases) {
  const kernel::Instant then{1'700'000'000'001ms};
  for (const auto& it : {api::PayResponse{api::Paid{kernel::Money::won(1), then}},
                         api::PayResponse{api::Declined{payment::v1::DeclineReason::card_declined}},
                         api::PayResponse{api::Cancelled{payment::v1::CancelledHow::never_charged}},
                         api::PayResponse{api::NotKnownYet{}}, api::PayResponse{api::NotBegun{7}},
                         api::PayResponse{api::NotTheSame{}}}) {
    desk.says = it;
    EXPECT_EQ(there.pay(asked, kernel::Instant{}), it);
  }
}

TEST_F(ACallToAnotherProcess, FailsAsTheWayThereFails) {
  api::PaymentDeskElsewhere away{[](auto, const auto&, const auto&) -> std::string {
    throw chassis::Unavailable{"nothing came"};
  }};
  EXPECT_THROW(away.pay(asked, kernel::Instant{}), chassis::Unavailable);
  api::PaymentDeskElsewhere of_another_release{
      [](auto, const auto&, const auto&) { return std::string{"\x3a\x00", 2}; }};
  EXPECT_THROW(of_another_release.pay(asked, kernel::Instant{}), chassis::Corrupt);
}

TEST(WhoAnswersCalls, KnowsItsMethodsAndNoOthersAndNoBytesThatAreNotTheirs) {
  Desk desk;
  const auto until = kernel::Instant{};
  EXPECT_FALSE(answer(desk, "madang.payment.api.v1.PaymentDesk/GiveAway", "", until));
  EXPECT_FALSE(answer(desk, "madang.catalog.api.v1.FileDesk/ReadFile", "", until));
  for (const auto* wrong : {"", "x", "\x0a\x01x"})
    EXPECT_THROW(answer(desk, "madang.payment.api.v1.PaymentDesk/Pay", wrong, until),
                 chassis::Corrupt);
  EXPECT_TRUE(desk.heard.empty());
}

// Bytes that are no text: keys, and pieces of files.
TEST(ACallWithBytes, CarriesAnyOfThem) {
  struct Files final : catalog::api_v1::FileDesk {
    catalog::api_v1::ReadFileResponse read_file(const catalog::api_v1::ReadFileRequest& it,
                                                const chassis::Call&) override {
      return {catalog::api_v1::FilePiece{std::string(it.length, '\0') + "\xff", it.offset}};
    }
  } files;
  catalog::api_v1::FileDeskElsewhere there{[&](auto method, const auto& message, const auto& call) {
    return answer(files, method, message, call).value();
  }};
  const auto piece = there.read_file({"ab", 5'000'000'000, 3}, kernel::Instant{});
  EXPECT_EQ(piece.result, (decltype(piece.result){catalog::api_v1::FilePiece{
                              std::string{"\0\0\0\xff", 4}, 5'000'000'000}}));
}

}  // namespace
}  // namespace madang
