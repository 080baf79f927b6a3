#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chassis/testing/scenario.hpp"
#include "identity/application/refresh_session.hpp"
#include "identity/application/register_person.hpp"
#include "identity/tests/memory_ports.hpp"

namespace madang::identity {
namespace {

using testing::july, testing::named;

const auto kim = *EmailAddress::parse("kim@example.com");
const auto lee = *EmailAddress::parse("lee@example.com");
const std::string password = "correct horse battery";
const ClientName web{"web"};

struct Desk : ::testing::Test {
  Journal journal;
  KnownAccounts accounts{journal};
  CountedAttempts attempts;
  PlainHasher hasher;
  PlainFactors factors;
  StolenPasswords stolen;
  NumberedTokens tokens;
  OpenVault vault;
  int requests = 0;

  Desk() { journal.now = july(1); }

  chassis::RequestKey key(const std::string& idempotency_key) {
    return chassis::RequestKey::of_request("identity", "someone", "request", idempotency_key, {},
                                           "requests/someone", {});
  }
  chassis::RequestKey new_key() { return key("request " + std::to_string(++requests)); }

  auto registers(const EmailAddress& email, const chassis::RequestKey& request,
                 const std::string& with = password) {
    return register_person({email, with, "Kim Haru", Language::ko, "192.0.2.1"}, request, journal,
                           accounts, attempts, hasher, stolen, vault, vault);
  }
  auto signs_in(const EmailAddress& email, const std::string& with = password) {
    return sign_in({email, with, web, "192.0.2.1"}, new_key(), journal, accounts, attempts, hasher,
                   factors, tokens, vault);
  }
  auto signs_in_again(const EmailAddress& email, const std::string& replaced,
                      const std::string& with = password) {
    return sign_in({email, with, web, "192.0.2.1", unused_at_most, replaced}, new_key(), journal,
                   accounts, attempts, hasher, factors, tokens, vault);
  }
  auto refreshes(const std::string& token) {
    return refresh_session({token, web}, new_key(), journal, attempts, tokens);
  }
  SignedIn signed_in(const EmailAddress& email) {
    static_cast<void>(registers(email, new_key()));
    return *signs_in(email).value();
  }
  auto asks_to_be_forgotten(const std::string& with = password) {
    return asks_to_be_forgotten(with, new_key());
  }
  ErasureAnswer asks_to_be_forgotten(const std::string& with, const chassis::RequestKey& request) {
    return ask_erasure({person(), with, "192.0.2.1"}, request, journal, journal, accounts, attempts,
                       hasher, vault);
  }
  auto changes_password(const std::string& present, const std::string& chosen,
                        const chassis::RequestKey& request) {
    const auto session = journal.all<SessionBegun>().front().session;
    return change_password({person(), session, present, chosen, "192.0.2.1"}, request, journal,
                           journal, accounts, attempts, hasher, stolen, vault);
  }
  PersonId person() { return journal.all<PersonRegistered>().front().person; }
};
using RegisteringAtTheDesk = Desk;
using SigningIn = Desk;
using GoingOn = Desk;
using Leaving = Desk;
using GivingRoles = Desk;
using BeingForgottenAtTheDesk = Desk;
using ChangingAPassword = Desk;
using EndingSessions = Desk;
const std::string chosen = "another long password";

TEST_F(RegisteringAtTheDesk, SealsAllThatTellsWhoTheyAre) {
  EXPECT_NE(registers(kim, new_key()).value(), nullptr);
  const auto registered = journal.all<PersonRegistered>();
  ASSERT_EQ(registered.size(), 1u);
  EXPECT_EQ(registered[0].email.sealed(), "email: kim@example.com");
  EXPECT_EQ(registered[0].name.sealed(), "name: Kim Haru");
  EXPECT_EQ(registered[0].password_hash.sealed(), "password_hash: today's hash of " + password);
}
TEST_F(RegisteringAtTheDesk, AnswersTheSameForAnAddressThatHasAnAccount) {
  static_cast<void>(registers(kim, new_key()));
  hasher.worked = 0;
  const auto again = registers(kim, new_key(), "another long password");
  EXPECT_NE(again.value(), nullptr);
  EXPECT_EQ(hasher.worked, 1);
  EXPECT_EQ(journal.all<PersonRegistered>().size(), 1u);
  EXPECT_NE(signs_in(kim).value(), nullptr);
  EXPECT_EQ(signs_in(kim, "another long password").value(), nullptr);
}
TEST_F(RegisteringAtTheDesk, DoesNotTellByThePositionWhetherAnythingHappened) {
  for (int i = 0; i < 2; ++i) {
    const auto request = new_key();
    static_cast<void>(registers(kim, request));
    EXPECT_TRUE(request.written().empty());
  }
}
TEST_F(RegisteringAtTheDesk, AgainWithTheSameKeyIsTheSamePerson) {
  static_cast<void>(registers(kim, key("k1")));
  EXPECT_NE(registers(kim, key("k1")).value(), nullptr);
  EXPECT_EQ(journal.all<PersonRegistered>().size(), 1u);
  EXPECT_EQ(vault.keys.size(), 1u);
}
TEST_F(RegisteringAtTheDesk, RefusesAWeakPasswordBeforeItDoesAnything) {
  EXPECT_NE(registers(kim, new_key(), "short").refused_because<because::password_too_short>(),
            nullptr);
  EXPECT_NE(
      registers(kim, new_key(), "passwordpassword").refused_because<because::password_too_common>(),
      nullptr);
  stolen.passwords = {password};
  EXPECT_NE(registers(kim, new_key()).refused_because<because::password_breached>(), nullptr);
  EXPECT_EQ(hasher.worked, 0);
  EXPECT_TRUE(vault.keys.empty());
}
TEST_F(RegisteringAtTheDesk, IsRefusedToWhoTriesTooOften) {
  attempts.wait = Wait{1'200};
  const auto answer = registers(kim, new_key());
  ASSERT_NE(answer.refused_because<because::too_many_attempts>(), nullptr);
  EXPECT_EQ(answer.refused_because<because::too_many_attempts>()->retry_after_seconds, 2);
  EXPECT_EQ(hasher.worked, 0);
}

TEST_F(SigningIn, BeginsASessionWithTheRolesOfThePerson) {
  const auto session = signed_in(kim);
  EXPECT_EQ(session.person, person());
  EXPECT_EQ(session.roles, std::set{Role::customer});
  EXPECT_EQ(session.until, july(1) + unused_at_most);
  EXPECT_EQ(session.access.text, person().text() + " by web as customer");
}
TEST_F(SigningIn, KeepsOfTheRefreshTokenItsHashAlone) {
  const auto session = signed_in(kim);
  EXPECT_EQ(journal.all<SessionBegun>().at(0).token.text, "hash of " + session.refresh_token);
}
TEST_F(SigningIn, FailsAlikeForAWrongPasswordAndAnUnknownAddress) {
  static_cast<void>(registers(kim, new_key()));
  hasher.worked = 0;
  EXPECT_NE(signs_in(kim, "wrong horse battery").refused_because<because::sign_in_failed>(),
            nullptr);
  EXPECT_EQ(hasher.worked, 1);
  EXPECT_NE(signs_in(lee).refused_because<because::sign_in_failed>(), nullptr);
  EXPECT_EQ(hasher.worked, 2);
  EXPECT_TRUE(journal.all<SessionBegun>().empty());
  EXPECT_EQ(attempts.sign_ins_failed, 2);
}
TEST_F(SigningIn, FailsOnceThePersonIsErased) {
  static_cast<void>(registers(kim, new_key()));
  vault.keys.clear();
  EXPECT_NE(signs_in(kim).refused_because<because::sign_in_failed>(), nullptr);
}
TEST_F(SigningIn, CountsAnAttemptAsFailedUntilItSucceeds) {
  static_cast<void>(registers(kim, new_key()));
  static_cast<void>(signs_in(kim, "wrong horse battery"));
  EXPECT_EQ(attempts.failed.size(), 1u);
  static_cast<void>(signs_in(kim));
  EXPECT_TRUE(attempts.failed.empty());
}
TEST_F(SigningIn, IsRefusedToWhoTriesTooOftenBeforeThePasswordIsLookedAt) {
  static_cast<void>(registers(kim, new_key()));
  hasher.worked = 0;
  attempts.wait = Wait{30'000};
  const auto answer = signs_in(kim);
  ASSERT_NE(answer.refused_because<because::too_many_attempts>(), nullptr);
  EXPECT_EQ(answer.refused_because<because::too_many_attempts>()->retry_after_seconds, 30);
  EXPECT_EQ(hasher.worked, 0);
}
TEST_F(SigningIn, RenewsAHashThatWasMadeAtAnotherCost) {
  static_cast<void>(registers(kim, new_key()));
  hasher.cost = "tomorrow's";
  EXPECT_NE(signs_in(kim).value(), nullptr);
  EXPECT_EQ(journal.all<PasswordHashRenewed>().at(0).password_hash.sealed(),
            "password_hash: tomorrow's hash of " + password);
  EXPECT_NE(signs_in(kim).value(), nullptr);
  EXPECT_EQ(journal.all<PasswordHashRenewed>().size(), 1u);
}

TEST_F(SigningIn, EndsTheSessionThatItReplacesAndNoOther) {
  const auto before = signed_in(kim);
  const auto elsewhere = *signs_in(kim).value();
  const auto again = signs_in_again(kim, before.refresh_token);
  ASSERT_NE(again.value(), nullptr);
  EXPECT_EQ(refreshes(before.refresh_token).value(), nullptr);
  EXPECT_NE(refreshes(elsewhere.refresh_token).value(), nullptr);
  EXPECT_NE(refreshes(again.value()->refresh_token).value(), nullptr);
}
TEST_F(SigningIn, EndsTheSessionOfWhoeverWasSignedInThereBefore) {
  const auto before = signed_in(kim);
  static_cast<void>(registers(lee, new_key()));
  EXPECT_NE(signs_in_again(lee, before.refresh_token).value(), nullptr);
  EXPECT_EQ(refreshes(before.refresh_token).value(), nullptr);
}
TEST_F(SigningIn, EndsNoSessionWhenItFailsOrForATokenThatTheShopNeverIssued) {
  const auto before = signed_in(kim);
  EXPECT_EQ(signs_in_again(kim, before.refresh_token, "wrong horse battery").value(), nullptr);
  EXPECT_NE(signs_in_again(kim, "made up").value(), nullptr);
  EXPECT_TRUE(journal.all<SessionEnded>().empty());
}
TEST_F(SigningIn, WorksForAsLongAsThePasswordStands) {
  static_cast<void>(registers(kim, new_key()));
  journal.now += std::chrono::days{3'650};
  EXPECT_NE(signs_in(kim).value(), nullptr);
}

TEST_F(GoingOn, GivesNewTokensWithTheRolesOfToday) {
  const auto first = signed_in(kim);
  static_cast<void>(
      give_role({person(), Role::book_manager, named<PersonId>("park")}, new_key(), journal)
          .at_once());
  const auto answer = refreshes(first.refresh_token);
  ASSERT_NE(answer.value(), nullptr);
  EXPECT_NE(answer.value()->refresh_token, first.refresh_token);
  EXPECT_EQ(answer.value()->access.text, person().text() + " by web as customer book_manager");
  EXPECT_EQ(answer.value()->until, first.until);
}
TEST_F(GoingOn, WithATokenThatWasUsedLongAgoEndsItForEveryone) {
  const auto first = signed_in(kim);
  const auto second = refreshes(first.refresh_token).value()->refresh_token;
  journal.now += 31s;
  EXPECT_NE(refreshes(first.refresh_token).refused_because<because::session_ended>(), nullptr);
  EXPECT_NE(refreshes(second).refused_because<because::session_ended>(), nullptr);
  EXPECT_EQ(journal.all<SessionEnded>().at(0).by, EndedBy::stolen_token);
  EXPECT_EQ(attempts.tokens_stolen, 1);
}
TEST_F(GoingOn, IsRefusedForATokenThatTheShopNeverIssued) {
  EXPECT_NE(refreshes("made up").refused_because<because::session_ended>(), nullptr);
  EXPECT_EQ(attempts.tokens_stolen, 0);
  EXPECT_TRUE(journal.events.empty());
}
TEST_F(GoingOn, IsRefusedOnceTheSessionIsOver) {
  const auto session = signed_in(kim);
  journal.now = session.until;
  EXPECT_NE(refreshes(session.refresh_token).refused_because<because::session_ended>(), nullptr);
}

TEST_F(Leaving, EndsThisSessionOnly) {
  const auto here = signed_in(kim);
  const auto there = *signs_in(kim).value();
  const auto session = journal.all<SessionBegun>().at(0).session;
  EXPECT_NE(sign_out({person(), session}, new_key(), journal).at_once().value(), nullptr);
  EXPECT_EQ(refreshes(here.refresh_token).value(), nullptr);
  EXPECT_NE(refreshes(there.refresh_token).value(), nullptr);
}
TEST_F(Leaving, EverywhereEndsAllSessionsButNotTheNextOne) {
  const auto here = signed_in(kim);
  const auto there = *signs_in(kim).value();
  EXPECT_NE(sign_out_everywhere({person()}, new_key(), journal).at_once().value(), nullptr);
  EXPECT_EQ(refreshes(here.refresh_token).value(), nullptr);
  EXPECT_EQ(refreshes(there.refresh_token).value(), nullptr);
  EXPECT_NE(refreshes(signs_in(kim).value()->refresh_token).value(), nullptr);
}

TEST_F(ChangingAPassword, TakesThePresentOneAndEndsEveryOtherSession) {
  const auto here = signed_in(kim);
  const auto there = *signs_in(kim).value();
  EXPECT_NE(changes_password(password, chosen, new_key()).value(), nullptr);
  EXPECT_EQ(journal.all<PasswordChanged>().at(0).password_hash.sealed(),
            "password_hash: today's hash of " + chosen);
  EXPECT_NE(refreshes(here.refresh_token).value(), nullptr);
  EXPECT_EQ(refreshes(there.refresh_token).value(), nullptr);
  EXPECT_EQ(signs_in(kim).value(), nullptr);
  EXPECT_NE(signs_in(kim, chosen).value(), nullptr);
}
TEST_F(ChangingAPassword, IsRefusedWithoutThePresentOneAndCountsAsAnAttempt) {
  static_cast<void>(signed_in(kim));
  EXPECT_TRUE(
      changes_password("a guess", chosen, new_key()).refused_because<because::password_wrong>());
  EXPECT_FALSE(attempts.failed.empty());
  EXPECT_TRUE(journal.all<PasswordChanged>().empty());
  EXPECT_NE(changes_password(password, chosen, new_key()).value(), nullptr);
  EXPECT_TRUE(attempts.failed.empty());
}
TEST_F(ChangingAPassword, IsThrottledLikeSigningInBeforeThePasswordIsLookedAt) {
  static_cast<void>(signed_in(kim));
  attempts.wait = std::chrono::seconds{3};
  hasher.worked = 0;
  EXPECT_TRUE(
      changes_password(password, chosen, new_key()).refused_because<because::too_many_attempts>());
  EXPECT_EQ(hasher.worked, 0);
}
TEST_F(ChangingAPassword, TakesNoWeakOne) {
  static_cast<void>(signed_in(kim));
  EXPECT_TRUE(changes_password(password, "short", new_key())
                  .refused_because<because::password_too_short>());
  EXPECT_TRUE(changes_password(password, "kim@example.com", new_key())
                  .refused_because<because::password_too_common>());
  stolen.passwords = {chosen};
  EXPECT_TRUE(
      changes_password(password, chosen, new_key()).refused_because<because::password_breached>());
  EXPECT_TRUE(journal.all<PasswordChanged>().empty());
}
TEST_F(ChangingAPassword, AgainWithTheSameKeyIsAnsweredAsBeforeThoughItWasChangedSince) {
  static_cast<void>(signed_in(kim));
  EXPECT_NE(changes_password(password, chosen, key("k1")).value(), nullptr);
  EXPECT_NE(changes_password(chosen, "a third long password", key("k2")).value(), nullptr);
  hasher.worked = 0;
  attempts.wait = std::chrono::seconds{3};  // nobody proves anything now
  EXPECT_NE(changes_password(password, chosen, key("k1")).value(), nullptr);
  EXPECT_EQ(hasher.worked, 0);
  EXPECT_EQ(journal.all<PasswordChanged>().size(), 2u);
}
TEST_F(ChangingAPassword, IsDoneUnderTheKeyOfAGuessThatWasWrong) {
  static_cast<void>(signed_in(kim));
  EXPECT_EQ(changes_password("a guess", chosen, key("k1")).value(), nullptr);
  EXPECT_NE(changes_password(password, chosen, key("k1")).value(), nullptr);
}
TEST_F(ChangingAPassword, IsRefusedToWhoIsBeingForgottenAlready) {
  static_cast<void>(signed_in(kim));
  vault.keys.clear();
  EXPECT_TRUE(
      changes_password(password, chosen, new_key()).refused_because<because::person_unknown>());
}

TEST_F(EndingSessions, IsDoneForOneByThemselvesAndForAllByAnOperator) {
  const auto here = signed_in(kim);
  const auto there = *signs_in(kim).value();
  const auto session = journal.all<SessionBegun>().at(0).session;
  EXPECT_NE(end_session({person(), session}, new_key(), journal).at_once().value(), nullptr);
  EXPECT_EQ(refreshes(here.refresh_token).value(), nullptr);
  const auto park = named<PersonId>("park");
  EXPECT_TRUE(end_session({park, session}, new_key(), journal)
                  .at_once()
                  .refused_because<because::session_unknown>());
  EXPECT_NE(
      end_sessions({person(), park, EndingReason::misuse}, new_key(), journal).at_once().value(),
      nullptr);
  EXPECT_EQ(refreshes(there.refresh_token).value(), nullptr);
  EXPECT_NE(signs_in(kim).value(), nullptr);
}

TEST_F(BeingForgottenAtTheDesk, TakesThePasswordOnceMore) {
  static_cast<void>(signed_in(kim));
  EXPECT_TRUE(asks_to_be_forgotten("a guess").refused_because<because::password_wrong>());
  EXPECT_FALSE(attempts.failed.empty());
  EXPECT_TRUE(journal.all<ErasureAsked>().empty());
  EXPECT_NE(asks_to_be_forgotten().value(), nullptr);
  EXPECT_TRUE(attempts.failed.empty());
  EXPECT_EQ(journal.all<ErasureAsked>().size(), 1u);
}
TEST_F(BeingForgottenAtTheDesk, AgainWithTheSameKeyIsAnsweredAsBeforeThoughThePasswordWasChanged) {
  static_cast<void>(signed_in(kim));
  static_cast<void>(appoint_operator({kim}, new_key(), journal, accounts));
  EXPECT_TRUE(asks_to_be_forgotten(password, key("k1")).refused_because<because::last_operator>());
  EXPECT_NE(changes_password(password, chosen, new_key()).value(), nullptr);
  EXPECT_TRUE(asks_to_be_forgotten(password, key("k1")).refused_because<because::last_operator>());
}
TEST_F(BeingForgottenAtTheDesk, IsThrottledLikeSigningIn) {
  static_cast<void>(signed_in(kim));
  attempts.wait = std::chrono::seconds{3};
  EXPECT_TRUE(asks_to_be_forgotten().refused_because<because::too_many_attempts>());
}
TEST_F(BeingForgottenAtTheDesk, EndsEverySessionAndSigningInAtOnce) {
  const auto session = signed_in(kim);
  EXPECT_NE(asks_to_be_forgotten().value(), nullptr);
  EXPECT_TRUE(refreshes(session.refresh_token).refused_because<because::session_ended>());
  EXPECT_TRUE(signs_in(kim).refused_because<because::sign_in_failed>());
}

TEST_F(GivingRoles, TellsWhoDidIt) {
  static_cast<void>(registers(kim, new_key()));
  const auto park = named<PersonId>("park");
  EXPECT_NE(give_role({person(), Role::book_manager, park}, new_key(), journal).at_once().value(),
            nullptr);
  EXPECT_NE(take_role({person(), Role::book_manager, park}, new_key(), journal).at_once().value(),
            nullptr);
  EXPECT_EQ(journal.all<RoleGiven>().at(0).by, park);
  EXPECT_EQ(journal.all<RoleTaken>().at(0).by, park);
}
TEST_F(GivingRoles, AppointsAnOperatorByAddressOnTheShopsMachine) {
  static_cast<void>(registers(kim, new_key()));
  const auto appointed = appoint_operator({kim}, new_key(), journal, accounts);
  ASSERT_NE(appointed.value(), nullptr);
  EXPECT_EQ(appointed.value()->person, person());
  EXPECT_EQ(journal.all<RoleGiven>().at(0).by, std::nullopt);
  EXPECT_NE(appoint_operator({lee}, new_key(), journal, accounts)
                .refused_because<because::person_unknown>(),
            nullptr);
}
TEST_F(GivingRoles, LeavesOneOperatorAtLeast) {
  static_cast<void>(registers(kim, new_key()));
  static_cast<void>(appoint_operator({kim}, new_key(), journal, accounts));
  EXPECT_NE(take_role({person(), Role::shop_operator, person()}, new_key(), journal)
                .at_once()
                .refused_because<because::last_operator>(),
            nullptr);
}
TEST_F(GivingRoles, IsRefusedForWhoIsNotRegistered) {
  const auto nobody = named<PersonId>("nobody");
  EXPECT_NE(give_role({nobody, Role::customer, nobody}, new_key(), journal)
                .at_once()
                .refused_because<because::person_unknown>(),
            nullptr);
  EXPECT_NE(take_role({nobody, Role::customer, nobody}, new_key(), journal)
                .at_once()
                .refused_because<because::person_unknown>(),
            nullptr);
}

}  // namespace
}  // namespace madang::identity
