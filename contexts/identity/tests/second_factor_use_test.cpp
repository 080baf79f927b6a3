#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chassis/testing/scenario.hpp"
#include "identity/application/change_password.hpp"
#include "identity/application/register_person.hpp"
#include "identity/application/second_factor.hpp"
#include "identity/application/sign_in.hpp"
#include "identity/tests/memory_ports.hpp"

namespace madang::identity {
namespace {

using testing::july, testing::named;

const auto kim = *EmailAddress::parse("kim@example.com");
const auto park = named<PersonId>("park");
const std::string password = "correct horse battery";

// Kim is registered and signed in.
struct WithAnApp : ::testing::Test {
  Journal journal;
  KnownAccounts accounts{journal};
  CountedAttempts attempts;
  PlainHasher hasher;
  StolenPasswords breached;
  NumberedTokens tokens;
  PlainFactors factors;
  OpenVault vault;
  int requests = 0;
  std::string secret;  // that the app was given
  PersonId person = park;
  SessionId session = named<SessionId>("none");

  WithAnApp() {
    journal.now = july(1);
    static_cast<void>(register_person({kim, password, "Kim Haru", Language::ko, "192.0.2.1"},
                                      new_key(), journal, accounts, attempts, hasher, breached,
                                      vault, vault));
    person = signs_in({}).value()->person;
    session = journal.all<SessionBegun>().back().session;
  }
  chassis::RequestKey key(const std::string& idempotency_key) {
    return chassis::RequestKey::of_request("identity", "someone", "request", idempotency_key, {},
                                           "requests/someone", {});
  }
  chassis::RequestKey new_key() { return key("request " + std::to_string(++requests)); }

  SignInAnswer signs_in(std::optional<std::string> code, const std::string& with = password) {
    return sign_in(
        {kim, with, {"web"}, "192.0.2.1", unused_at_most, {}, std::move(code), journal.now},
        new_key(), journal, accounts, attempts, hasher, factors, tokens, vault);
  }
  BeginFactorAnswer begins(const chassis::RequestKey& request, const std::string& with = password) {
    auto answer = begin_second_factor({person, with, "192.0.2.1"}, request, journal, journal,
                                      accounts, attempts, hasher, factors, vault);
    if (answer.value()) secret = answer.value()->secret;
    return answer;
  }
  BeginFactorAnswer begins(const std::string& with = password) { return begins(new_key(), with); }
  ConfirmFactorAnswer confirms(const std::string& code, const chassis::RequestKey& request) {
    return confirm_second_factor({person, session, code, "192.0.2.1", journal.now}, request,
                                 journal, journal, accounts, attempts, factors, vault);
  }
  ConfirmFactorAnswer confirms(const std::string& code) { return confirms(code, new_key()); }
  RemoveFactorAnswer removes(const std::string& code, const std::string& with = password) {
    return remove_second_factor({person, session, with, code, "192.0.2.1", journal.now}, new_key(),
                                journal, journal, accounts, attempts, hasher, factors, vault);
  }
  // What the app shows now.
  std::string code() const {
    return PlainFactors::code_of(secret, PlainFactors::step_at(journal.now));
  }
  void half_a_minute_passes() { journal.now += std::chrono::seconds{30}; }
  // In force; and the next code is another than the one that confirmed it.
  std::vector<RecoveryCode> sets_one_up() {
    static_cast<void>(begins());
    auto codes = confirms(code()).value()->recovery_codes;
    half_a_minute_passes();
    return codes;
  }
};
using SettingUpASecondFactor = WithAnApp;
using SigningInWithACode = WithAnApp;
using TakingOffASecondFactor = WithAnApp;

TEST_F(SettingUpASecondFactor, TellsTheSecretOnceThePasswordIsShownAndKeepsItSealed) {
  EXPECT_TRUE(begins("a guess of somebody").refused_because<because::password_wrong>());
  EXPECT_TRUE(journal.all<SecondFactorBegun>().empty());
  const auto begun = begins();
  ASSERT_NE(begun.value(), nullptr);
  EXPECT_EQ(begun.value()->account, kim.text());
  EXPECT_EQ(journal.all<SecondFactorBegun>().at(0).secret.sealed(),
            "second_factor_secret: " + secret);
  EXPECT_NE(signs_in({}).value(), nullptr);
}
TEST_F(SettingUpASecondFactor, TakesACodeAndTellsRecoveryCodesOfWhichItKeepsHashes) {
  static_cast<void>(begins());
  EXPECT_TRUE(confirms("of another app").refused_because<because::one_time_code_wrong>());
  const auto on = confirms(code());
  ASSERT_NE(on.value(), nullptr);
  std::set<CodeHash> hashes;
  for (const auto& it : on.value()->recovery_codes) hashes.insert({"hash of " + it.text});
  EXPECT_EQ(journal.all<SecondFactorConfirmed>().at(0).recovery_codes, hashes);
  EXPECT_EQ(hashes.size(), 2u);
}
TEST_F(SettingUpASecondFactor, AgainWithTheSameKeyTellsTheSame) {
  const auto first = begins(key("b"));
  EXPECT_EQ(begins(key("b")).value()->secret, first.value()->secret);
  const auto shown = code();
  const auto on = confirms(shown, key("c"));
  half_a_minute_passes();
  const auto again = confirms(shown, key("c"));
  ASSERT_NE(again.value(), nullptr);
  EXPECT_EQ(again.value()->recovery_codes.at(1).text, on.value()->recovery_codes.at(1).text);
  EXPECT_EQ(begins(key("b")).value()->secret, first.value()->secret);
  EXPECT_EQ(journal.all<SecondFactorConfirmed>().size(), 1u);
}
TEST_F(SettingUpASecondFactor, IsNotToldAgainToWhoKnowsTheKeyOfTheRequestAlone) {
  static_cast<void>(begins(key("b")));
  EXPECT_TRUE(begins(key("b"), "a guess of somebody").refused_because<because::password_wrong>());
  static_cast<void>(confirms(code(), key("c")));
  EXPECT_TRUE(confirms("123456", key("c")).refused_because<because::one_time_code_wrong>());
}
TEST_F(SettingUpASecondFactor, IsRefusedWhenNothingWasBegunOrOneIsInForce) {
  EXPECT_TRUE(confirms("123456").refused_because<because::second_factor_not_begun>());
  static_cast<void>(sets_one_up());
  EXPECT_TRUE(begins().refused_because<because::second_factor_on>());
}
TEST_F(SettingUpASecondFactor, StaysRefusedUnderTheKeyOfWhatWasRefused) {
  EXPECT_TRUE(confirms("123456", key("c")).refused_because<because::second_factor_not_begun>());
  static_cast<void>(begins());
  EXPECT_TRUE(confirms(code(), key("c")).refused_because<because::second_factor_not_begun>());
}
TEST_F(SettingUpASecondFactor, IsRefusedOnceTheyAreForgotten) {
  vault.keys.clear();
  EXPECT_TRUE(begins().refused_because<because::person_unknown>());
}
TEST_F(SettingUpASecondFactor, IsThrottledLikeSigningIn) {
  static_cast<void>(begins());
  attempts.wait = std::chrono::seconds{3};
  EXPECT_TRUE(begins().refused_because<because::too_many_attempts>());
  EXPECT_TRUE(confirms(code()).refused_because<because::too_many_attempts>());
}

TEST_F(SigningInWithACode, IsAskedForItOnlyOnceThePasswordIsRight) {
  static_cast<void>(sets_one_up());
  EXPECT_TRUE(signs_in({}, "a guess of somebody").refused_because<because::sign_in_failed>());
  EXPECT_TRUE(signs_in(code(), "a guess of somebody").refused_because<because::sign_in_failed>());
  EXPECT_TRUE(signs_in({}).refused_because<because::second_factor_needed>());
  EXPECT_NE(signs_in(code()).value(), nullptr);
}
TEST_F(SigningInWithACode, TakesEachOnce) {
  static_cast<void>(sets_one_up());
  const auto shown = code();
  EXPECT_NE(signs_in(shown).value(), nullptr);
  EXPECT_TRUE(signs_in(shown).refused_because<because::second_factor_wrong>());
  half_a_minute_passes();
  EXPECT_TRUE(signs_in(shown).refused_because<because::second_factor_wrong>());
  EXPECT_NE(signs_in(code()).value(), nullptr);
  EXPECT_EQ(journal.all<OneTimeCodeUsed>().size(), 2u);
}
TEST_F(SigningInWithACode, TakesNoneThatIsTooOld) {
  static_cast<void>(sets_one_up());
  const auto shown = code();
  half_a_minute_passes();
  half_a_minute_passes();
  EXPECT_TRUE(signs_in(shown).refused_because<because::second_factor_wrong>());
}
TEST_F(SigningInWithACode, TakesARecoveryCodeInstead) {
  const auto recovery = sets_one_up();
  EXPECT_NE(signs_in(recovery.at(0).text).value(), nullptr);
  EXPECT_TRUE(signs_in(recovery.at(0).text).refused_because<because::second_factor_wrong>());
  EXPECT_NE(signs_in(recovery.at(1).text).value(), nullptr);
  EXPECT_TRUE(signs_in("recovery 7").refused_because<because::second_factor_wrong>());
}
TEST_F(SigningInWithACode, CountsAsFailedUntilTheCodeIsRightToo) {
  static_cast<void>(sets_one_up());
  attempts.failed.clear();
  static_cast<void>(signs_in({}));
  EXPECT_EQ(attempts.failed.size(), 1u);
  static_cast<void>(signs_in("a guess"));
  EXPECT_EQ(attempts.failed.size(), 1u);
  EXPECT_EQ(attempts.sign_ins_failed, 1);
  const auto shown = code();
  static_cast<void>(signs_in(shown));
  EXPECT_TRUE(attempts.failed.empty());
  static_cast<void>(signs_in(shown));  // replayed
  EXPECT_EQ(attempts.failed.size(), 1u);
  EXPECT_EQ(attempts.sign_ins_failed, 2);
}
TEST_F(SigningInWithACode, LooksAtNothingOnceTriedTooOften) {
  static_cast<void>(sets_one_up());
  attempts.wait = std::chrono::seconds{3};
  EXPECT_TRUE(signs_in(code()).refused_because<because::too_many_attempts>());
}
TEST_F(SigningInWithACode, IsAskedForAfterThePasswordWasChanged) {
  static_cast<void>(sets_one_up());
  static_cast<void>(
      change_password({person, session, password, "another long password", "192.0.2.1"}, new_key(),
                      journal, journal, accounts, attempts, hasher, breached, vault));
  EXPECT_TRUE(
      signs_in({}, "another long password").refused_because<because::second_factor_needed>());
  EXPECT_NE(signs_in(code(), "another long password").value(), nullptr);
}

TEST_F(TakingOffASecondFactor, TakesPasswordAndCode) {
  static_cast<void>(sets_one_up());
  EXPECT_TRUE(removes(code(), "a guess of somebody").refused_because<because::password_wrong>());
  EXPECT_TRUE(removes("123456").refused_because<because::one_time_code_wrong>());
  EXPECT_NE(removes(code()).value(), nullptr);
  EXPECT_NE(signs_in({}).value(), nullptr);
  EXPECT_TRUE(removes(code()).refused_because<because::second_factor_off>());
}
TEST_F(TakingOffASecondFactor, TakesARecoveryCodeInsteadAndNoCodeThatWasUsed) {
  const auto recovery = sets_one_up();
  static_cast<void>(signs_in(code()));
  static_cast<void>(signs_in(recovery.at(0).text));
  EXPECT_TRUE(removes(code()).refused_because<because::one_time_code_wrong>());
  EXPECT_TRUE(removes(recovery.at(0).text).refused_because<because::one_time_code_wrong>());
  EXPECT_NE(removes(recovery.at(1).text).value(), nullptr);
}
TEST_F(TakingOffASecondFactor, CountsCodesApartFromPasswordsThatAreRight) {
  static_cast<void>(sets_one_up());
  attempts.failed.clear();
  static_cast<void>(removes("123456"));
  static_cast<void>(begins());
  static_cast<void>(
      change_password({person, session, password, "another long password", "192.0.2.1"}, new_key(),
                      journal, journal, accounts, attempts, hasher, breached, vault));
  EXPECT_EQ(attempts.failed.size(), 1u);
  EXPECT_NE(removes(code(), "another long password").value(), nullptr);
  EXPECT_TRUE(attempts.failed.empty());
}
TEST_F(TakingOffASecondFactor, IsDoneByAnOperatorForWhoHasLostIt) {
  static_cast<void>(sets_one_up());
  const auto lost = [&](const PersonId& by) {
    return remove_second_factor_of({person, by, FactorLoss::device_lost}, new_key(), journal)
        .at_once();
  };
  EXPECT_TRUE(lost(person).refused_because<because::own_second_factor>());
  EXPECT_NE(lost(park).value(), nullptr);
  EXPECT_TRUE(lost(park).refused_because<because::second_factor_off>());
  EXPECT_EQ(journal.all<SecondFactorRemovedByOperator>().at(0).by, park);
  EXPECT_NE(signs_in({}).value(), nullptr);
}
TEST_F(TakingOffASecondFactor, IsDoneByAddressOnTheShopsMachine) {
  static_cast<void>(sets_one_up());
  const auto lee = *EmailAddress::parse("lee@example.com");
  const auto at_machine = [&](const EmailAddress& whose) {
    return remove_second_factor_at_machine({whose, FactorLoss::device_stolen}, new_key(), journal,
                                           accounts);
  };
  EXPECT_TRUE(at_machine(lee).refused_because<because::person_unknown>());
  EXPECT_NE(at_machine(kim).value(), nullptr);
  EXPECT_EQ(journal.all<SecondFactorRemovedByOperator>().at(0).by, std::nullopt);
}

}  // namespace
}  // namespace madang::identity
