#include "identity/application/reset_password.hpp"

#include <gtest/gtest.h>

#include "chassis/testing/scenario.hpp"
#include "identity/application/change_password.hpp"
#include "identity/application/register_person.hpp"
#include "identity/application/sign_in.hpp"
#include "identity/tests/memory_ports.hpp"

namespace madang::identity {
namespace {

using testing::july, testing::named;

const auto kim = *EmailAddress::parse("kim@example.com");
const auto park = named<PersonId>("park");
const std::string forgotten = "correct horse battery", chosen = "another long password";

// Kim is registered and has forgotten the password.
struct Forgotten : ::testing::Test {
  Journal journal;
  KnownAccounts accounts{journal};
  CountedAttempts attempts;
  PlainHasher hasher;
  PlainFactors factors;
  StolenPasswords breached;
  NumberedTokens tokens;
  NumberedCodes codes;
  OpenVault vault;
  int requests = 0;

  Forgotten() {
    journal.now = july(1);
    static_cast<void>(register_person({kim, forgotten, "Kim Haru", Language::ko, "192.0.2.1"},
                                      new_key(), journal, accounts, attempts, hasher, breached,
                                      vault, vault));
  }
  chassis::RequestKey key(const std::string& idempotency_key) {
    return chassis::RequestKey::of_request("identity", "someone", "request", idempotency_key, {},
                                           "requests/someone", {});
  }
  chassis::RequestKey new_key() { return key("request " + std::to_string(++requests)); }
  auto begins() {
    return begin_password_reset({kim, park}, new_key(), journal, journal, accounts, codes);
  }
  std::string code() { return begins().value()->code; }
  auto chooses(const std::string& code, const std::string& password,
               const chassis::RequestKey& request) {
    return reset_password({code, password, "192.0.2.1", journal.now}, request, journal, journal,
                          accounts, attempts, codes, hasher, breached, vault);
  }
  auto chooses(const std::string& code, const std::string& password = chosen) {
    return chooses(code, password, new_key());
  }
  bool signs_in_with(const std::string& password) {
    return sign_in({kim, password, {"web"}, "192.0.2.1"}, new_key(), journal, accounts, attempts,
                   hasher, factors, tokens, vault)
               .value() != nullptr;
  }
};
using LettingInWhoForgot = Forgotten;
using ChoosingAPasswordByCode = Forgotten;

TEST_F(LettingInWhoForgot, GivesACodeOfWhichItKeepsTheHashAlone) {
  const auto begun = begins();
  ASSERT_NE(begun.value(), nullptr);
  EXPECT_EQ(begun.value()->until, july(1) + 1h);
  EXPECT_EQ(journal.all<PasswordResetBegun>().at(0).code.text, "hash of " + begun.value()->code);
}
TEST_F(LettingInWhoForgot, IsRefusedForAnAddressWithoutAnAccount) {
  const auto lee = *EmailAddress::parse("lee@example.com");
  EXPECT_TRUE(begin_password_reset({lee, park}, new_key(), journal, journal, accounts, codes)
                  .refused_because<because::person_unknown>());
  EXPECT_TRUE(codes.made.empty());
}
TEST_F(LettingInWhoForgot, AgainWithTheSameKeyGivesTheSameCodeThoughTheyAreGoneSince) {
  const auto first =
      begin_password_reset({kim, park}, key("k1"), journal, journal, accounts, codes);
  journal.claims.clear();
  const auto again =
      begin_password_reset({kim, park}, key("k1"), journal, journal, accounts, codes);
  ASSERT_NE(again.value(), nullptr);
  EXPECT_EQ(again.value()->code, first.value()->code);
  EXPECT_EQ(journal.all<PasswordResetBegun>().size(), 1u);
}

TEST_F(ChoosingAPasswordByCode, TakesTheNewOneAndNoLongerTheOld) {
  EXPECT_NE(chooses(code()).value(), nullptr);
  EXPECT_EQ(journal.all<PasswordReset>().at(0).password_hash.sealed(),
            "password_hash: today's hash of " + chosen);
  EXPECT_FALSE(signs_in_with(forgotten));
  EXPECT_TRUE(signs_in_with(chosen));
}
TEST_F(ChoosingAPasswordByCode, AnswersAlikeWhateverIsWrongWithTheCode) {
  const auto first = code(), second = code();
  EXPECT_TRUE(chooses("never made").refused_because<because::reset_code_invalid>());
  EXPECT_TRUE(chooses(first).refused_because<because::reset_code_invalid>());
  EXPECT_NE(chooses(second).value(), nullptr);
  EXPECT_TRUE(chooses(second).refused_because<because::reset_code_invalid>());
  const auto third = code();
  journal.now += reset_code_lasts;
  EXPECT_TRUE(chooses(third).refused_because<because::reset_code_invalid>());
  EXPECT_EQ(journal.all<PasswordReset>().size(), 1u);
}
TEST_F(ChoosingAPasswordByCode, TellsNothingOfTheirAddressToWhoHasNoGoodCode) {
  const auto first = code();
  EXPECT_TRUE(chooses(code(), kim.text()).refused_because<because::password_too_common>());
  EXPECT_TRUE(chooses(first, kim.text()).refused_because<because::reset_code_invalid>());
}
TEST_F(ChoosingAPasswordByCode, MayBeTriedAgainAfterAWeakOne) {
  const auto good = code();
  EXPECT_TRUE(chooses(good, "short").refused_because<because::password_too_short>());
  breached.passwords = {"stolen from elsewhere"};
  EXPECT_TRUE(chooses(good, "stolen from elsewhere").refused_because<because::password_breached>());
  EXPECT_NE(chooses(good).value(), nullptr);
}
TEST_F(ChoosingAPasswordByCode, IsThrottledLikeSigningInBeforeTheCodeIsLookedAt) {
  const auto good = code();
  attempts.wait = std::chrono::seconds{3};
  EXPECT_TRUE(chooses(good).refused_because<because::too_many_attempts>());
  attempts.wait.reset();
  static_cast<void>(chooses("never made"));
  EXPECT_EQ(attempts.failed.size(), 1u);
  static_cast<void>(code());
  EXPECT_TRUE(chooses(good).refused_because<because::reset_code_invalid>());
  EXPECT_EQ(attempts.failed.size(), 2u);
  EXPECT_NE(chooses(code()).value(), nullptr);
  EXPECT_EQ(attempts.failed.size(), 1u);
}
TEST_F(ChoosingAPasswordByCode, AgainWithTheSameKeyIsAnsweredAsBeforeThoughTheCodeIsUsed) {
  const auto good = code();
  EXPECT_NE(chooses(good, chosen, key("k1")).value(), nullptr);
  EXPECT_NE(chooses(good, chosen, key("k1")).value(), nullptr);
  EXPECT_EQ(journal.all<PasswordReset>().size(), 1u);
}
TEST_F(ChoosingAPasswordByCode, IsRefusedOnceTheyAreForgotten) {
  const auto good = code();
  vault.keys.clear();
  EXPECT_TRUE(chooses(good).refused_because<because::reset_code_invalid>());
}

}  // namespace
}  // namespace madang::identity
