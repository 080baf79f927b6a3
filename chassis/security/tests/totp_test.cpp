#include "chassis/security/totp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace madang::security {
namespace {

using namespace std::chrono_literals;

const std::string secret = "12345678901234567890";  // of the examples of both standards

kernel::Instant at(std::int64_t second) { return kernel::Instant{std::chrono::seconds{second}}; }

TEST(ACodeOfSixDigits, IsTheOneOfTheStandards) {
  struct Example {
    std::int64_t second;
    std::string_view last_six_of_eight;
  };
  // RFC 6238 appendix B, in SHA-1.
  for (const auto& [second, code] :
       {Example{59, "287082"}, Example{1'111'111'109, "081804"}, Example{1'111'111'111, "050471"},
        Example{1'234'567'890, "005924"}, Example{2'000'000'000, "279037"},
        Example{20'000'000'000, "353130"}})
    EXPECT_EQ(totp_code(secret, totp_step_at(at(second))), code) << second;
  // RFC 4226 appendix D.
  constexpr std::array counted{"755224", "287082", "359152", "969429", "338314",
                               "254676", "287922", "162583", "399871", "520489"};
  for (std::size_t step = 0; step < counted.size(); ++step)
    EXPECT_EQ(totp_code(secret, static_cast<std::int64_t>(step)), counted[step]) << step;
}

TEST(ACodeOfSixDigits, IsKnownInItsStepAndOneToEitherSideAndNamesTheStep) {
  const auto code = totp_code(secret, 2);  // from second 60 to 90
  EXPECT_EQ(totp_step_of(code, secret, at(60)), 2);
  EXPECT_EQ(totp_step_of(code, secret, at(90) - 1ms), 2);
  EXPECT_EQ(totp_step_of(code, secret, at(30)), 2);
  EXPECT_EQ(totp_step_of(code, secret, at(120) - 1ms), 2);
  EXPECT_EQ(totp_step_of(code, secret, at(30) - 1ms), std::nullopt);
  EXPECT_EQ(totp_step_of(code, secret, at(120)), std::nullopt);
}

TEST(ACodeOfSixDigits, IsKnownByEveryDigitAndToWhoHasTheSecretAlone) {
  const auto code = totp_code(secret, 2);
  for (std::size_t i = 0; i < code.size(); ++i) {
    auto other = code;
    other[i] = other[i] == '9' ? '0' : static_cast<char>(other[i] + 1);
    EXPECT_EQ(totp_step_of(other, secret, at(60)), std::nullopt) << other;
  }
  EXPECT_EQ(totp_step_of(code, "09876543210987654321", at(60)), std::nullopt);
  for (const auto* other : {"", "35915", "3591520", " 359152"})
    EXPECT_EQ(totp_step_of(other, secret, at(60)), std::nullopt) << other;
}

RC_GTEST_PROP(ACodeOfSixDigits, IsSixDigits, (const std::string& any, std::uint32_t step)) {
  const auto code = totp_code(any, step);
  RC_ASSERT(code.size() == 6u);
  RC_ASSERT(code.find_first_not_of("0123456789") == std::string::npos);
}

TEST(ASharedSecret, IsToldToAnAppByAnAddress) {
  EXPECT_EQ(
      otpauth_uri("A shop", "kim+books@example.com", secret),
      "otpauth://totp/A%20shop:kim%2Bbooks%40example.com"
      "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%20shop&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace madang::security
