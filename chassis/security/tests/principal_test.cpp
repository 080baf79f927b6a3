#include "chassis/security/principal.hpp"

#include <gtest/gtest.h>

#include "chassis/ports/failures.hpp"

namespace madang::security {
namespace {

const auto kim = kernel::PersonId::parse("01234567-89ab-8def-8001-0203040506ff").value();

TEST(APrincipal, IsAnyoneUnlessTheHeadersSayMore) {
  const auto principal = principal_of({});
  EXPECT_FALSE(principal.person);
  EXPECT_TRUE(principal.has(anyone));
  EXPECT_FALSE(principal.has("customer"));
  EXPECT_TRUE((Principal{.person = kim, .roles = {"customer"}, .session = "1", .client = "web"}.has(
      anyone)));
}

TEST(APrincipal, IsSignedInWhoeverItIsWithoutAnyOtherRoleToo) {
  EXPECT_TRUE(
      (Principal{.person = kim, .roles = {}, .session = "1", .client = "web"}.has(signed_in)));
  EXPECT_FALSE(principal_of({}).has(signed_in));
  http::Headers headers;
  set_principal(headers, {.person = kim, .roles = {}, .session = "1", .client = "web"});
  EXPECT_TRUE(principal_of(headers).has(signed_in));
  EXPECT_FALSE(principal_of(headers).has("customer"));
}

TEST(APrincipal, IsReadAsItWasWritten) {
  const Principal written{.person = kim,
                          .roles = {"customer", "book-manager"},
                          .session = "session-1",
                          .client = "web"};
  http::Headers headers;
  set_principal(headers, written);
  EXPECT_EQ(headers.get("madang-roles"), "book-manager,customer");
  EXPECT_EQ(principal_of(headers), written);
  http::Headers for_anyone;
  set_principal(for_anyone, {});
  EXPECT_EQ(for_anyone.size(), 1U);
  EXPECT_EQ(principal_of(for_anyone), Principal{});
}

TEST(APrincipal, IsCorruptInHeadersThatNoGatewayWrites) {
  EXPECT_THROW(principal_of({{"Madang-Person", "kim"}}), chassis::Corrupt);
  EXPECT_THROW(principal_of({{"Madang-Roles", "customer,,operator"}}), chassis::Corrupt);
}

TEST(APrincipal, SentByAClientIsStrippedHoweverItIsWritten) {
  http::Headers headers{{"Madang-Person", "x"},      {"madang-roles", "operator"},
                        {"Accept", "*/*"},           {"MADANG-ROLES", "x"},
                        {"mAdAnG-Anything", "x"},    {"Madangx", "kept"},
                        {"madang-position", "kept"}, {"Madang-Positions", "x"}};
  strip_principal(headers);
  ASSERT_EQ(headers.size(), 3U);
  EXPECT_TRUE(headers.has("Accept"));
  EXPECT_TRUE(headers.has("Madang-Position"));
  EXPECT_TRUE(headers.has("Madangx"));
}

}  // namespace
}  // namespace madang::security
