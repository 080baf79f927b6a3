#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chassis/runtime/simulator.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/token_verifier.hpp"
#include "chassis/testing/scenario.hpp"
#include "identity/adapters/outbound/argon2_hasher.hpp"
#include "identity/adapters/outbound/attempts_in_memory.hpp"
#include "identity/adapters/outbound/derived_codes.hpp"
#include "identity/adapters/outbound/derived_factors.hpp"
#include "identity/adapters/outbound/signed_tokens.hpp"

namespace madang::identity {
namespace {

using testing::named;

const auto kim = named<PersonId>("kim");
const auto session = named<SessionId>("session");

struct Shop : ::testing::Test {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  security::SecretsInMemory secrets;
};
struct TokensOfTheShop : Shop {
  security::SigningKeys keys{secrets, runtime};
  SignedTokens tokens{runtime, keys, std::string(32, 'k'), {"https://shop.example", "madang"}};
};
using AttemptsCounted = Shop;
using HashingAPassword = Shop;

TEST_F(TokensOfTheShop, TellWhoItIsAndWhatTheyMayDoForTenMinutes) {
  const auto token =
      tokens.access_token(kim, session, {"web"}, {Role::customer, Role::shop_operator}, 7);
  EXPECT_EQ(token.lasts, std::chrono::minutes{10});
  security::TokenVerifier verifier{keys, runtime, {"https://shop.example", "madang"}};
  const auto claims = verifier.verify(token.text);
  ASSERT_TRUE(claims);
  EXPECT_EQ((*claims)->person, kim);
  EXPECT_EQ((*claims)->session, session.text());
  EXPECT_EQ((*claims)->client, "web");
  EXPECT_EQ((*claims)->round, 7);
  EXPECT_THAT((*claims)->roles, ::testing::ElementsAre("customer", "operator"));
  EXPECT_EQ((*claims)->expires_at - (*claims)->issued_at, std::chrono::minutes{10});
}
TEST_F(TokensOfTheShop, AreKnownAgainWhenTheyComeBack) {
  const auto token = tokens.refresh_token(session, kim);
  const auto read = tokens.read(token.text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->session, session);
  EXPECT_EQ(read->person, kim);
  EXPECT_EQ(read->hash, token.hash);
  EXPECT_EQ(token.hash.text.find(token.text), std::string::npos);
}
TEST_F(TokensOfTheShop, AreNeverTheSameTwice) {
  EXPECT_NE(tokens.refresh_token(session, kim).text, tokens.refresh_token(session, kim).text);
}
TEST_F(TokensOfTheShop, FitTheContract) {
  const auto text = tokens.refresh_token(session, kim).text;
  EXPECT_LE(text.size(), 200u);
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
      std::string::npos);
}
TEST_F(TokensOfTheShop, AreNotKnownWhenAnythingInThemWasChanged) {
  const auto token = tokens.refresh_token(session, kim).text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.read(changed)) << i;
  }
  EXPECT_FALSE(tokens.read(""));
  EXPECT_FALSE(tokens.read(token.substr(0, token.size() - 1)));
  EXPECT_FALSE(tokens.read(token + "A"));
  EXPECT_FALSE((SignedTokens{runtime, keys, std::string(32, 'x'), {}}.read(token)));
}

TEST(ACodeForANewPassword, IsOneOfItsResetAndPersonAndIsKnownAgain) {
  DerivedCodes codes{std::string(32, 'k')};
  const auto reset = named<ResetId>("reset");
  const auto code = codes.make(kim, reset);
  EXPECT_EQ(code.text.size(), 43u);
  EXPECT_EQ(codes.make(kim, reset).text, code.text);
  EXPECT_NE(codes.make(kim, named<ResetId>("another")).text, code.text);
  EXPECT_NE(codes.make(named<PersonId>("lee"), reset).text.substr(22), code.text.substr(22));
  EXPECT_NE(DerivedCodes{std::string(32, 'l')}.make(kim, reset).text, code.text);
  const auto read = codes.read(code.text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->person, kim);
  EXPECT_EQ(read->hash, code.hash);
  EXPECT_EQ(code.hash.text.find(code.text.substr(22)), std::string::npos);
  EXPECT_FALSE(codes.read(code.text.substr(1)));
}

TEST(ASecretForAnApp, IsOneOfThePersonTheRequestAndWhatWasShownForIt) {
  DerivedFactors factors{std::string(32, 'k')};
  const auto seed = named<SeedId>("seed");
  const auto secret = factors.secret(kim, seed, "password");
  EXPECT_EQ(secret.size(), 20u);
  EXPECT_EQ(factors.secret(kim, seed, "password"), secret);
  EXPECT_NE(factors.secret(kim, seed, "a guess"), secret);
  EXPECT_NE(factors.secret(kim, named<SeedId>("another"), "password"), secret);
  EXPECT_NE(factors.secret(named<PersonId>("lee"), seed, "password"), secret);
  EXPECT_NE(DerivedFactors{std::string(32, 'l')}.secret(kim, seed, "password"), secret);
}
TEST(ARecoveryCode, IsOneOfTenIsKnownAgainAndCannotBeReadFromWhatIsKept) {
  DerivedFactors factors{std::string(32, 'k')};
  const auto codes = factors.recovery_codes(kim, named<SeedId>("seed"), "123456");
  std::set<std::string> texts;
  for (const auto& [text, hash] : codes) {
    texts.insert(text);
    EXPECT_THAT(text, ::testing::MatchesRegex("[A-Z2-7]{4}(-[A-Z2-7]{4}){5}"));
    EXPECT_EQ(factors.recovery_code(text), hash);
    EXPECT_EQ(hash.text.size(), 43u);
  }
  EXPECT_EQ(texts.size(), 10u);
  EXPECT_EQ(factors.recovery_code("123456"), std::nullopt);
  EXPECT_NE(factors.recovery_codes(kim, named<SeedId>("seed"), "654321").at(0).text,
            codes.at(0).text);
}

TEST_F(AttemptsCounted, SlowDownOnlyWhoComesFromTheSameNetwork) {
  AttemptsInMemory attempts{runtime, {.registering = {.burst = 2, .between = Wait{60'000}}}};
  EXPECT_EQ(attempts.to_register("2001:db8::1"), std::nullopt);
  EXPECT_EQ(attempts.to_register("2001:db8::2"), std::nullopt);
  EXPECT_EQ(attempts.to_register("2001:db8::3"), Wait{60'000});
  EXPECT_EQ(attempts.to_register("2001:db8:0:1::3"), std::nullopt);
  EXPECT_EQ(attempts.to_register("192.0.2.1"), std::nullopt);
  simulator.sleep(std::chrono::seconds{59});
  EXPECT_EQ(attempts.to_register("2001:db8::4"), Wait{1'000});
}
TEST_F(AttemptsCounted, KnowANetworkByItsFirst64Bits) {
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2:");
  EXPECT_EQ(network_of("2001:db8::6"), "2001:db8:0:0:");
  EXPECT_EQ(network_of("2001:db8::4:5:6:7:8"), "2001:db8:0:4:");
  EXPECT_EQ(network_of("::1"), "0:0:0:0:");
}
TEST_F(AttemptsCounted, KnowAnAddressInEitherForm) {
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("unix socket"), "unix socket");
}
TEST_F(AttemptsCounted, SlowDownWhoeverGuessesAtOnePersonFromManyNetworks) {
  AttemptsInMemory attempts{runtime, {.against_one_person = {.free_attempts = 2}}};
  EXPECT_EQ(attempts.to_sign_in("192.0.2.1", {"kim"}), std::nullopt);
  EXPECT_EQ(attempts.to_sign_in("192.0.2.2", {"kim"}), std::nullopt);
  EXPECT_EQ(attempts.to_sign_in("192.0.2.3", {"kim"}), Wait{2'000});
  EXPECT_EQ(attempts.to_sign_in("192.0.2.3", {"lee"}), std::nullopt);
  simulator.sleep(std::chrono::seconds{2});
  EXPECT_EQ(attempts.to_sign_in("192.0.2.3", {"kim"}), std::nullopt);
  attempts.signed_in({"kim"});
  EXPECT_EQ(attempts.to_sign_in("192.0.2.3", {"kim"}), std::nullopt);
}
TEST_F(AttemptsCounted, SlowDownWhoeverGuessesAtManyPeopleFromOneNetwork) {
  AttemptsInMemory attempts{runtime, {.signing_in = {.burst = 2, .between = Wait{1'000}}}};
  EXPECT_EQ(attempts.to_sign_in("192.0.2.1", {"a"}), std::nullopt);
  EXPECT_EQ(attempts.to_sign_in("192.0.2.1", {"b"}), std::nullopt);
  EXPECT_EQ(attempts.to_sign_in("192.0.2.1", {"c"}), Wait{1'000});
}

TEST_F(HashingAPassword, TellsRightFromWrongAndOldFromNew) {
  security::Passwords cheap{runtime, {.memory_kib = 64, .passes = 1}};
  security::Passwords dearer{runtime, {.memory_kib = 128, .passes = 1}};
  Argon2Hasher hasher{cheap}, tomorrow{dearer};
  const auto hash = hasher.hash("correct horse battery");
  EXPECT_EQ(hasher.check("correct horse battery", hash), PasswordHasher::Verdict::right);
  EXPECT_EQ(tomorrow.check("correct horse battery", hash),
            PasswordHasher::Verdict::right_but_outdated);
  EXPECT_EQ(hasher.check("wrong horse battery", hash), PasswordHasher::Verdict::wrong);
  EXPECT_EQ(hasher.check("correct horse battery", std::nullopt), PasswordHasher::Verdict::wrong);
}

}  // namespace
}  // namespace madang::identity
