#include "chassis/security/token.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "chassis/runtime/simulator.hpp"
#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/token_verifier.hpp"

namespace madang::security {
namespace {

using namespace std::chrono_literals;
using kernel::PersonId;
using Texts = std::vector<std::string>;

// The shop's keys and verifier at nine o'clock, and what a forger has at hand.
class AToken : public ::testing::Test {
 protected:
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  SigningKeys keys{secrets, runtime};
  TokenVerifier verifier{keys, runtime, {.issuer = "https://shop.test", .audience = "shop"}};

  TokenClaims claims() {
    const auto now = std::chrono::floor<std::chrono::seconds>(runtime.now());
    return {.issuer = "https://shop.test",
            .audience = "shop",
            .person = PersonId::parse("01234567-89ab-8def-8001-0203040506ff").value(),
            .id = "token-1",
            .session = "session-1",
            .client = "web",
            .roles = {"customer", "book-manager"},
            .round = 3,
            .issued_at = now,
            .not_before = now,
            .expires_at = now + 10min};
  }
  std::string token() { return sign_token(claims(), keys.current()); }

  std::string payload() { return std::string{part(token(), 1)}; }
  static std::string part(const std::string& token, int which) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (which == 0) return token.substr(0, first);
    if (which == 1) return token.substr(first + 1, second - first - 1);
    return token.substr(second + 1);
  }
  // Whatever header and payload, with a signature by the shop's own current key.
  std::string signed_by_us(const std::string& header, const std::string& body) {
    const auto text = base64url(header) + '.' + base64url(body);
    return text + '.' + base64url(keys.current().sign(text));
  }
  std::string our_header() { return *parse_base64url(part(token(), 0)); }
  std::string our_payload() { return *parse_base64url(payload()); }
  std::string payload_with(const std::string& old, const std::string& fresh) {
    auto text = our_payload();
    const auto at = text.find(old);
    EXPECT_NE(at, std::string::npos) << old << " in " << text;
    return text.replace(at, old.size(), fresh);
  }
  std::string signed_payload_with(const std::string& old, const std::string& fresh) {
    return signed_by_us(our_header(), payload_with(old, fresh));
  }

  void expect(const std::string& text, TokenFault fault) {
    const auto verified = verifier.verify(text);
    ASSERT_FALSE(verified) << "taken: " << text;
    EXPECT_EQ(text_of(verified.error()), text_of(fault)) << text;
  }
};

TEST_F(AToken, SaysWhatWasSignedIntoIt) {
  const auto verified = verifier.verify(token());
  ASSERT_TRUE(verified);
  EXPECT_EQ(**verified, claims());
}

TEST_F(AToken, NamesItsAlgorithmTypeAndKey) {
  EXPECT_EQ(our_header(), R"({"alg":"ES256","typ":"at+jwt","kid":")" +
                              keys.current().public_key().id() + R"("})");
}

TEST_F(AToken, IsRefusedWithoutASignature) {
  for (const auto* none : {"none", "None", "NONE", "nOnE", ""}) {
    const auto header = R"({"alg":")" + std::string{none} + R"(","typ":"at+jwt","kid":")" +
                        keys.current().public_key().id() + R"("})";
    expect(base64url(header) + '.' + payload() + '.', TokenFault::wrong_algorithm);
  }
  expect(part(token(), 0) + '.' + payload() + '.', TokenFault::wrong_signature);
}

TEST_F(AToken, IsRefusedWithAnHmacUnderThePublicKey) {
  const auto key = keys.current().public_key();
  const auto text =
      base64url(R"({"alg":"HS256","typ":"at+jwt","kid":")" + key.id() + R"("})") + '.' + payload();
  for (const auto& secret :
       Texts{key.x() + key.y(), "\x04" + key.x() + key.y(), keys.jwks(), key.id()}) {
    expect(text + '.' + base64url(as_text(hmac_sha256(secret, text))), TokenFault::wrong_algorithm);
  }
}

TEST_F(AToken, IsRefusedUnderAnotherAlgorithmThoughWeSignedIt) {
  for (const auto* algorithm : {"ES384", "RS256", "es256", "ES256 "}) {
    const auto header = R"({"alg":")" + std::string{algorithm} + R"(","typ":"at+jwt","kid":")" +
                        keys.current().public_key().id() + R"("})";
    expect(signed_by_us(header, our_payload()), TokenFault::wrong_algorithm);
  }
}

TEST_F(AToken, IsRefusedWhenMeantAsAnotherKindOfToken) {
  for (const auto* type : {"JWT", "id+jwt", "AT+JWT"}) {
    const auto header = R"({"alg":"ES256","typ":")" + std::string{type} + R"(","kid":")" +
                        keys.current().public_key().id() + R"("})";
    expect(signed_by_us(header, our_payload()), TokenFault::wrong_type);
  }
}

TEST_F(AToken, IsRefusedUnderAKeyThatIsNotOurs) {
  SecretsInMemory strange_secrets;
  const SigningKeys strange{strange_secrets, runtime};
  expect(sign_token(claims(), strange.current()), TokenFault::unknown_key);
  auto forged = base64url(our_header()) + '.' + payload();
  forged += '.' + base64url(strange.current().sign(forged));
  expect(forged, TokenFault::wrong_signature);
}

TEST_F(AToken, IsRefusedWhenItBringsAKeyAlong) {
  SecretsInMemory strange_secrets;
  const SigningKeys strange{strange_secrets, runtime};
  const auto key = strange.current().public_key();
  auto forged =
      base64url(R"({"alg":"ES256","typ":"at+jwt","kid":")" + keys.current().public_key().id() +
                R"(","jwk":{"kty":"EC","crv":"P-256","x":")" + base64url(key.x()) + R"(","y":")" +
                base64url(key.y()) + R"("}})") +
      '.' + payload();
  forged += '.' + base64url(strange.current().sign(forged));
  expect(forged, TokenFault::wrong_signature);
}

TEST_F(AToken, IsRefusedWithAnExtensionThatMustBeUnderstood) {
  auto header = our_header();
  header.insert(header.size() - 1, R"(,"crit":["b64"],"b64":false)");
  expect(signed_by_us(header, our_payload()), TokenFault::malformed);
}

TEST_F(AToken, IsRefusedWithASignatureOfAnotherLength) {
  const auto text = part(token(), 0) + '.' + payload();
  const auto right = *parse_base64url(part(token(), 2));
  for (const auto& signature :
       Texts{right.substr(0, 63), right + '\0', right + right, std::string(64, '\0'),
             std::string(64, '\xff'), std::string{"\x30\x06\x02\x01\x01\x02\x01\x01"}}) {
    expect(text + '.' + base64url(signature), TokenFault::wrong_signature);
  }
}

TEST_F(AToken, IsRefusedWhenItIsNotThreeWholeParts) {
  const auto good = token();
  for (const auto& text :
       Texts{"", ".", "..", "...", good + '.', '.' + good, good + ".x", good + '=', good + ' ',
             ' ' + good, good + '\n', part(good, 0) + '.' + payload(),
             std::string(token_size_max + 1, 'A'), std::string(1'000'000, '.')}) {
    expect(text, TokenFault::malformed);
  }
  EXPECT_FALSE(verifier.verify("[]." + payload() + ".x"));
  expect(base64url("[]") + '.' + payload() + '.' + part(good, 2), TokenFault::malformed);
  expect(base64url(R"({"alg":"none",)" + our_header().substr(1)) + '.' + payload() + '.' +
             part(good, 2),
         TokenFault::malformed);
  expect(base64url("{") + '.' + payload() + '.' + part(good, 2), TokenFault::malformed);
}

TEST_F(AToken, IsRefusedWhenItIsTooLongThoughWeSignedIt) {
  const auto padded = [this](std::size_t size) {
    return signed_payload_with("{", R"({"pad":")" + std::string(size, 'x') + R"(",)");
  };
  EXPECT_TRUE(verifier.verify(padded(1000)));
  expect(padded(token_size_max), TokenFault::malformed);
}

TEST_F(AToken, IsRefusedWhereverItIsCutOff) {
  const auto good = token();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(verifier.verify(std::string_view{good}.substr(0, size))) << size;
  }
}

TEST_F(AToken, IsRefusedFromAnotherIssuerOrForAnotherAudience) {
  auto other = claims();
  other.issuer = "https://shop.test/";
  expect(sign_token(other, keys.current()), TokenFault::wrong_issuer);
  other = claims();
  other.audience = "shopping";
  expect(sign_token(other, keys.current()), TokenFault::wrong_audience);
}

TEST_F(AToken, IsTakenOnlyInItsTimeAndALittleLeeway) {
  auto later = claims();
  later.not_before += 1h;
  later.expires_at += 1h;
  const auto text = sign_token(later, keys.current());
  simulator.sleep(1h - 5s - 1ms);
  expect(text, TokenFault::not_yet_valid);
  simulator.sleep(1ms);
  EXPECT_TRUE(verifier.verify(text));
  simulator.sleep(5s + 10min + 5s - 1ms);
  EXPECT_TRUE(verifier.verify(text));
  simulator.sleep(1ms);
  expect(text, TokenFault::expired);
  TokenVerifier with_nothing_remembered{
      keys, runtime, {.issuer = "https://shop.test", .audience = "shop"}};
  EXPECT_FALSE(with_nothing_remembered.verify(text));
}

TEST_F(AToken, IsRefusedWhenAClaimIsMissingOrOfAnotherKind) {
  ASSERT_TRUE(verifier.verify(signed_by_us(our_header(), our_payload())));
  for (const auto* name :
       {"iss", "aud", "sub", "jti", "sid", "client_id", "roles", "iat", "nbf", "exp"}) {
    expect(signed_payload_with('"' + std::string{name} + '"', "\"x\""), TokenFault::malformed);
  }
  const auto exp = std::to_string(
      std::chrono::floor<std::chrono::seconds>(claims().expires_at).time_since_epoch().count());
  for (const auto& wrong : Texts{'"' + exp + '"', exp + ".5", "1e300", "null", "-1",
                                 "99999999999999", "18446744073709551615"}) {
    expect(signed_payload_with("\"exp\":" + exp, "\"exp\":" + wrong), TokenFault::malformed);
  }
  expect(signed_payload_with("\"customer\"", "7"), TokenFault::malformed);
  expect(signed_payload_with("customer", "customer,operator"), TokenFault::malformed);
  expect(signed_payload_with("customer", "customer\\r\\nMadang-Roles: operator"),
         TokenFault::malformed);
  expect(signed_payload_with("session-1", ""), TokenFault::malformed);
  expect(signed_payload_with("01234567-", "0123456-"), TokenFault::malformed);
  expect(signed_by_us(our_header(), our_payload() + "x"), TokenFault::malformed);
  expect(signed_by_us(our_header(), std::string(2000, '[')), TokenFault::malformed);
}

TEST_F(AToken, IsOfTheFirstRoundWhenItSaysNone) {
  const auto verified = verifier.verify(signed_payload_with(R"("round":3,)", ""));
  ASSERT_TRUE(verified);
  EXPECT_EQ((*verified)->round, 0);
  for (const auto* wrong : {"-1", "1.5", "\"3\"", "null"})
    expect(signed_payload_with(R"("round":3)", std::string{R"("round":)"} + wrong),
           TokenFault::malformed);
}

TEST_F(AToken, IsNotSignedWithClaimsThatNobodyWouldTake) {
  auto wrong = claims();
  wrong.roles = {"customer,operator"};
  EXPECT_THROW(sign_token(wrong, keys.current()), std::invalid_argument);
  wrong = claims();
  wrong.issuer = std::string(token_size_max, 'x');
  EXPECT_THROW(sign_token(wrong, keys.current()), std::invalid_argument);
}

TEST_F(AToken, IsHonouredUntilItsKeyTurnedTwice) {
  const auto by_first = token();
  ASSERT_TRUE(verifier.verify(by_first));
  keys.rotate();
  EXPECT_TRUE(verifier.verify(by_first));
  const auto by_second = token();
  EXPECT_TRUE(verifier.verify(by_second));
  keys.rotate();
  expect(by_first, TokenFault::unknown_key);  // though it was remembered
  EXPECT_TRUE(verifier.verify(by_second));
}

TEST_F(AToken, IsRememberedInBoundedNumberAndUntilItExpires) {
  TokenVerifier small{
      keys, runtime, {.issuer = "https://shop.test", .audience = "shop", .remembered_max = 32}};
  auto many = claims();
  for (int i = 0; i < 200; ++i) {
    many.id = "token-" + std::to_string(i);
    ASSERT_TRUE(small.verify(sign_token(many, keys.current())));
  }
  EXPECT_LE(small.remembered(), 32U);
  EXPECT_GE(small.remembered(), 16U);
  simulator.sleep(11min);
  for (int i = 0; i < 200; ++i) {
    auto later = claims();
    later.id = "late-" + std::to_string(i);
    later.expires_at = later.not_before;
    later.not_before -= 1min;
    static_cast<void>(small.verify(sign_token(later, keys.current())));
  }
  EXPECT_LE(small.remembered(), 16U);  // one a shard, kept for its leeway: all others are gone
}

RC_GTEST_FIXTURE_PROP(AToken, IsRefusedAfterAnyChangeOfOneCharacter, ()) {
  auto text = token();
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto other = *rc::gen::elementOf(std::string{"AQgw0123456789abcxyzXYZ-_.= "});
  RC_PRE(text[at] != other);
  RC_ASSERT(verifier.verify(text).has_value());
  text[at] = other;
  RC_ASSERT(!verifier.verify(text).has_value());
}

RC_GTEST_FIXTURE_PROP(AToken, IsNeverACrashWhateverIsSigned,
                      (const std::string& header, const std::string& body)) {
  RC_ASSERT(!verifier.verify(signed_by_us(header, body)).has_value());
  RC_ASSERT(!verifier.verify(header + '.' + body).has_value());
}

}  // namespace
}  // namespace madang::security
