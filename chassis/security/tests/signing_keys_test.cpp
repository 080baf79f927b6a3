#include "chassis/security/signing_keys.hpp"

#include <gtest/gtest.h>

#include <set>

#include "chassis/json/json.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/security/base64url.hpp"

namespace madang::security {
namespace {

using chassis::Corrupt;
using namespace std::chrono_literals;

std::set<std::string> ids_in(const std::string& jwks) {
  std::set<std::string> ids;
  const auto set = chassis::JsonDocument::stored(jwks);
  const auto all = set.root()["keys"];
  for (std::size_t i = 0; i < all.size(); ++i) ids.emplace(all.at(i)["kid"].text());
  return ids;
}

TEST(SigningKeys, StayTheSameFromStartToStart) {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  const auto first = SigningKeys{secrets, runtime}.jwks();
  EXPECT_EQ(SigningKeys(secrets, runtime).jwks(), first);
  SigningKeys keys{secrets, runtime};
  simulator.sleep(1h);
  keys.rotate();
  EXPECT_EQ(SigningKeys(secrets, runtime).jwks(), keys.jwks());
  EXPECT_EQ(SigningKeys(secrets, runtime).turned_at(), keys.turned_at());
  EXPECT_NE(keys.jwks(), first);
}

TEST(SigningKeys, ArePublishedBeforeTheySignAndAfter) {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  SigningKeys keys{secrets, runtime};
  const auto first = keys.current().public_key().id();
  const auto published = ids_in(keys.jwks());
  EXPECT_EQ(published.size(), 2U);
  keys.rotate();
  const auto second = keys.current().public_key().id();
  EXPECT_NE(second, first);
  EXPECT_TRUE(published.contains(second));
  EXPECT_TRUE(ids_in(keys.jwks()).contains(first));
  keys.rotate();
  EXPECT_FALSE(ids_in(keys.jwks()).contains(first));
  EXPECT_TRUE(ids_in(keys.jwks()).contains(second));
}

TEST(SigningKeys, TurnOnceTheyHaveSignedForLongEnough) {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  SigningKeys keys{secrets, runtime};
  const auto first = keys.current().public_key().id();
  simulator.sleep(29 * 24h);
  EXPECT_FALSE(keys.rotate_after(30 * 24h));
  EXPECT_EQ(keys.current().public_key().id(), first);
  simulator.sleep(24h);
  SigningKeys after_a_restart{secrets, runtime};
  EXPECT_TRUE(after_a_restart.rotate_after(30 * 24h));
  EXPECT_NE(after_a_restart.current().public_key().id(), first);
  EXPECT_FALSE(after_a_restart.rotate_after(30 * 24h));
}

TEST(SigningKeys, CanBeUsedByAnyoneWhoReadsTheirJwks) {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  const SigningKeys keys{secrets, runtime};
  const auto set = chassis::JsonDocument::stored(keys.jwks());
  const auto jwk = set.root()["keys"].at(0);
  EXPECT_EQ(jwk["kty"].text(), "EC");
  EXPECT_EQ(jwk["crv"].text(), "P-256");
  EXPECT_EQ(jwk["alg"].text(), "ES256");
  EXPECT_EQ(jwk["use"].text(), "sig");
  EXPECT_FALSE(jwk.find("d"));
  const auto key = Es256PublicKey::from_coordinates(*parse_base64url(jwk["x"].text()),
                                                    *parse_base64url(jwk["y"].text()));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id(), jwk["kid"].text());
  EXPECT_TRUE(key->signed_by_its_owner("a page", keys.current().sign("a page")));
  EXPECT_FALSE(key->signed_by_its_owner("another", keys.current().sign("a page")));
}

TEST(SigningKeys, AreRefusedWhenTheirSecretIsDamaged) {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory secrets;
  {
    const SigningKeys made{secrets, runtime};
  }
  const auto good = *secrets.read("token-keys");
  for (const auto& bad : std::vector<std::string>{
           "", good.substr(0, good.size() - 1), good.substr(0, good.size() / 2), good + "x\n",
           "turned x" + good.substr(good.find('\n')), good.substr(good.find("next"))}) {
    secrets.write("token-keys", bad);
    EXPECT_THROW(SigningKeys(secrets, runtime), Corrupt) << bad;
  }
}

TEST(AnEs256Key, GivesTheStandardsAnswers) {  // RFC 7515 A.3, RFC 6979 A.2.5 for the public half
  const auto x = *parse_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
  const auto y = *parse_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
  const auto d = *parse_base64url("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
  const auto key = Es256PrivateKey::from_scalar(d);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key().x(), x);
  EXPECT_EQ(key->public_key().y(), y);
  const std::string text =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const auto signature = *parse_base64url(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  EXPECT_TRUE(key->public_key().signed_by_its_owner(text, signature));
  EXPECT_FALSE(key->public_key().signed_by_its_owner(text + ' ', signature));
}

TEST(AnEs256Key, IsAPointOfTheCurveAndAScalarBelowItsOrder) {
  EXPECT_FALSE(Es256PublicKey::from_coordinates(std::string(32, '\1'), std::string(32, '\2')));
  EXPECT_FALSE(Es256PublicKey::from_coordinates(std::string(31, '\1'), std::string(32, '\2')));
  EXPECT_FALSE(Es256PrivateKey::from_scalar(std::string(32, '\0')));
  EXPECT_FALSE(Es256PrivateKey::from_scalar(std::string(32, '\xff')));
  EXPECT_FALSE(Es256PrivateKey::from_scalar(std::string(33, '\1')));
}

TEST(SigningKeys, ThatAnotherProcessTurnsAreKnownByWhatTheySign) {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  SecretsInMemory shared;
  SigningKeys owners{shared, runtime};
  SecretsOfAnother seen{shared};
  const SigningKeys keys{seen, runtime, TurnedBy::another};
  const auto turn = keys.turn();
  owners.rotate();
  EXPECT_TRUE(keys.find(owners.current().public_key().id())) << "it was the next one before";
  EXPECT_EQ(keys.turn(), turn);
  owners.rotate();
  const auto newest = owners.current().public_key().id();
  EXPECT_TRUE(keys.find(newest));
  EXPECT_NE(keys.turn(), turn) << "what was verified by the old ones is verified again";
  EXPECT_FALSE(keys.find("nobody's"));
  owners.rotate();
  owners.rotate();
  EXPECT_FALSE(keys.find(owners.current().public_key().id())) << "it looks once a second at most";
  keys.read_anew();
  EXPECT_TRUE(keys.find(owners.current().public_key().id()));
}

}  // namespace
}  // namespace madang::security
