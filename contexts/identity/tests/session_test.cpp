#include "identity/domain/session.hpp"

#include "chassis/testing/scenario.hpp"
#include <algorithm>

namespace madang::identity {
namespace {

using testing::given, testing::july, testing::named;

const auto kim = named<PersonId>("kim"), lee = named<PersonId>("lee");
const auto session = named<SessionId>("session");
const Personal<std::string> sealed{kim, "sealed"};
const TokenHash t0{"t0"}, t1{"t1"}, t2{"t2"}, t3{"t3"};
const ClientName web{"web"}, cli{"cli"};
const std::set customer{Role::customer};

const PersonRegistered registered{kim, sealed, sealed, sealed, Language::ko, july(1)};
const SessionBegun begun{
    session, kim, web, t0, customer, 0, july(1) + unused_at_most, july(1) + session_lasts};
const auto noon = july(2) + 12h;

RotateToken with(const TokenHash& presented, const TokenHash& next,
                 const ClientName& client = web) {
  return {session, kim, client, presented, next};
}
TokenRotated rotated(const TokenHash& spent, const TokenHash& next, Instant at = noon) {
  return {session,
          kim,
          spent,
          next,
          customer,
          at,
          std::min<Instant>(at + unused_at_most, begun.at_latest),
          0};
}
SessionEnded ended(EndedBy by) { return {session, kim, by}; }

TEST(BeginningASession, LastsAWeekUnlessItIsUsedAndThirtyDaysAtMostAndSaysTheRoles) {
  given(registered).at(july(1)).when(BeginSession{session, kim, web, t0}).then(begun);
}
TEST(BeginningASession, IsRefusedForWhoIsNotRegistered) {
  given()
      .at(july(1))
      .when(BeginSession{session, kim, web, t0})
      .then_refused(because::person_unknown{});
}
TEST(BeginningASession, AgainChangesNothing) {
  given(registered, begun).at(july(1)).when(BeginSession{session, kim, web, t1}).then();
}

TEST(RefreshingASession, SpendsTheTokenAndGivesTheNext) {
  given(registered, begun).at(noon).when(with(t0, t1)).then(rotated(t0, t1));
  given(registered, begun, rotated(t0, t1))
      .at(noon + 1h)
      .when(with(t1, t2))
      .then(rotated(t1, t2, noon + 1h));
}
TEST(RefreshingASession, SaysTheRolesAsTheyStandNow) {
  const RoleGiven made_manager{kim, Role::book_manager, {}};
  given(registered, begun, made_manager)
      .at(noon)
      .when(with(t0, t1))
      .then(TokenRotated{session,
                         kim,
                         t0,
                         t1,
                         {Role::customer, Role::book_manager},
                         noon,
                         noon + unused_at_most,
                         0});
}
TEST(RefreshingASession, AgainWithinThirtySecondsGivesAnotherToken) {
  const auto retried = noon + token_may_return_within;
  given(registered, begun, rotated(t0, t1))
      .at(retried)
      .when(with(t0, t2))
      .then(rotated(t0, t2, retried));
}
TEST(RefreshingASession, AgainLaterEndsTheFamily) {
  given(registered, begun, rotated(t0, t1))
      .at(noon + token_may_return_within + 1ms)
      .when(with(t0, t2))
      .then(ended(EndedBy::stolen_token));
}
TEST(RefreshingASession, ByAnotherClientEndsTheFamilyAtOnce) {
  given(registered, begun, rotated(t0, t1))
      .at(noon + 1s)
      .when(with(t0, t2, cli))
      .then(ended(EndedBy::stolen_token));
  given(registered, begun).at(noon).when(with(t0, t1, cli)).then(ended(EndedBy::stolen_token));
}
TEST(RefreshingASession, AfterTheRetryTakesEitherTokenButNotBoth) {
  const auto twice = rotated(t0, t2, noon + 1s);
  given(registered, begun, rotated(t0, t1), twice)
      .at(noon + 1h)
      .when(with(t1, t3))
      .then(rotated(t1, t3, noon + 1h));
  given(registered, begun, rotated(t0, t1), twice)
      .at(noon + 1h)
      .when(with(t2, t3))
      .then(rotated(t2, t3, noon + 1h));
  given(registered, begun, rotated(t0, t1), twice, rotated(t1, t3, noon + 1h))
      .at(noon + 2h)
      .when(with(t2, TokenHash{"t4"}))
      .then(ended(EndedBy::stolen_token));
}
TEST(RefreshingASession, WithALateRetryBehindTheNextRefreshIsStillARetry) {
  given(registered, begun, rotated(t0, t1), rotated(t1, t2, noon + 5s))
      .at(noon + 10s)
      .when(with(t0, t3))
      .then(rotated(t0, t3, noon + 10s));
}
TEST(RefreshingASession, EndsTheFamilyWhenAnOldTokenTurnsUpManyRefreshesLater) {
  given(registered, begun, rotated(t0, t1), rotated(t1, t2, noon + 1h), rotated(t2, t3, noon + 2h))
      .at(noon + 3h)
      .when(with(t0, TokenHash{"t4"}))
      .then(ended(EndedBy::stolen_token));
}
TEST(RefreshingASession, GivesNoMoreThanEightTokensForOne) {
  auto stands = given(registered, begun).folded<Session>();
  const auto person = given(registered).folded<Person>();
  for (int i = 0; i < 8; ++i)
    stands = Session::evolve(stands, rotated(t0, {"n" + std::to_string(i)}));
  const auto decided = RotateToken::decide(with(t0, t1), stands, person, noon);
  EXPECT_NE(decided.find<SessionEnded>(), nullptr);
}
TEST(RefreshingASession, ForgetsWhatWasSpentLongAgo) {
  const auto stands =
      given(registered, begun, rotated(t0, t1), rotated(t1, t2, noon + 1h)).folded<Session>();
  EXPECT_EQ(stands.open()->spent.size(), 1u);
}
TEST(RefreshingASession, IsRefusedOnceItHasEnded) {
  given(registered, begun, ended(EndedBy::sign_out))
      .at(noon)
      .when(with(t0, t1))
      .then_refused(because::session_ended{});
  given(registered).at(noon).when(with(t0, t1)).then_refused(because::session_ended{});
}
TEST(RefreshingASession, IsRefusedOnceItWasUnusedForTooLong) {
  const auto end = begun.until;
  given(registered, begun).at(end - 1ms).when(with(t0, t1)).then(rotated(t0, t1, end - 1ms));
  given(registered, begun).at(end).when(with(t0, t1)).then_refused(because::session_ended{});
  auto sooner = with(t0, t1);
  sooner.unused = 1h;
  auto used = rotated(t0, t1);
  used.until = noon + 1h;
  given(registered, begun).at(noon).when(sooner).then(used);
  given(registered, begun, used)
      .at(used.until)
      .when(with(t1, t2))
      .then_refused(because::session_ended{});
}
TEST(RefreshingASession, IsRefusedOnceItsThirtyDaysAreUpThoughItIsUsed) {
  const auto end = july(1) + session_lasts;
  const auto late = rotated(t0, t1, end - 1h);
  EXPECT_EQ(late.until, end);
  auto used = begun;
  used.until = end;
  given(registered, used).at(end - 1h).when(with(t0, t1)).then(late);
  given(registered, used, late).at(end).when(with(t1, t2)).then_refused(because::session_ended{});
}
TEST(RefreshingASession, IsRefusedForAnotherPersonAndEndsNothing) {
  auto asked = with(t0, t1);
  asked.person = lee;
  given(PersonRegistered{lee, sealed, sealed, sealed, Language::ko, july(1)}, begun)
      .at(noon)
      .when(asked)
      .then_refused(because::session_ended{});
}
TEST(RefreshingASession, EndsItAfterThePersonSignedOutEverywhere) {
  given(registered, begun, SignedOutEverywhere{kim, 1})
      .at(noon)
      .when(with(t0, t1))
      .then(ended(EndedBy::sign_out_everywhere));
}
TEST(RefreshingASession, GoesOnInASessionBegunAfterSigningOutEverywhere) {
  auto later = begun;
  later.round = 1;
  auto in_that_round = rotated(t0, t1);
  in_that_round.round = 1;
  given(registered, SignedOutEverywhere{kim, 1}, later)
      .at(noon)
      .when(with(t0, t1))
      .then(in_that_round);
}

TEST(SigningOut, EndsTheSession) {
  given(begun).when(EndSession{session, kim}).then(ended(EndedBy::sign_out));
}
TEST(SigningOut, AgainChangesNothing) {
  given(begun, ended(EndedBy::sign_out)).when(EndSession{session, kim}).then();
  given().when(EndSession{session, kim}).then();
}
TEST(SigningOut, OfAnotherPersonsSessionChangesNothing) {
  given(begun).when(EndSession{session, lee}).then();
}

TEST(EndingAnotherSession, IsForWhoseItIs) {
  given(begun).when(EndOtherSession{session, kim}).then(ended(EndedBy::from_another));
  given(begun).when(EndOtherSession{session, lee}).then_refused(because::session_unknown{});
  given().when(EndOtherSession{session, kim}).then_refused(because::session_unknown{});
}
TEST(EndingAnotherSession, ThatHasEndedChangesNothing) {
  given(begun, ended(EndedBy::time)).when(EndOtherSession{session, kim}).then();
  given(begun, ended(EndedBy::time))
      .when(EndOtherSession{session, lee})
      .then_refused(because::session_unknown{});
}

const Personal<std::string> another{kim, "another"};
const PasswordChanged changed{kim, another, session, 1, noon};

TEST(ChangingThePassword, SparesTheSessionItIsDoneIn) {
  given(registered, begun).at(noon).when(ChangePassword{kim, session, another}).then(changed);
  auto in_that_round = rotated(t0, t1);
  in_that_round.round = 1;
  given(registered, begun, changed).at(noon).when(with(t0, t1)).then(in_that_round);
}
TEST(ChangingThePassword, EndsEveryOtherSession) {
  auto elsewhere = changed;
  elsewhere.spared = named<SessionId>("elsewhere");
  given(registered, begun, elsewhere)
      .at(noon)
      .when(with(t0, t1))
      .then(ended(EndedBy::sign_out_everywhere));
}
TEST(ChangingThePassword, SparesNoneThatEndsWithTheNextSigningOutEverywhere) {
  given(registered, begun, changed, SignedOutEverywhere{kim, 2})
      .at(noon)
      .when(with(t0, t1))
      .then(ended(EndedBy::sign_out_everywhere));
}
TEST(ChangingThePassword, IsRefusedInASessionThatIsOver) {
  const ChangePassword asked{kim, session, another};
  const because::session_ended over{};
  given(registered, begun, ended(EndedBy::sign_out)).at(noon).when(asked).then_refused(over);
  given(registered, begun, SignedOutEverywhere{kim, 1}).at(noon).when(asked).then_refused(over);
  given(registered).at(noon).when(asked).then_refused(over);
  auto lees = begun;
  lees.person = lee;
  given(registered, lees).at(noon).when(asked).then_refused(over);
}
TEST(ChangingThePassword, IsRefusedForWhoIsNotRegistered) {
  given(begun)
      .at(noon)
      .when(ChangePassword{kim, session, another})
      .then_refused(because::person_unknown{});
}

TEST(ASession, ThatNobodyUsesEndsByItself) {
  const auto stands = given(begun).folded<Session>();
  EXPECT_EQ(Session::next_lapse(stands), begun.until);
  EXPECT_TRUE(Session::lapse_due(stands, begun.until - 1ms).empty());
  ASSERT_EQ(Session::lapse_due(stands, begun.until).size(), 1u);
  EXPECT_EQ(Session::lapse_due(stands, begun.until)[0].by, EndedBy::unused);
  const auto used = given(begun, rotated(t0, t1)).folded<Session>();
  EXPECT_EQ(Session::next_lapse(used), noon + unused_at_most);
}
TEST(ASession, EndsByItselfWhenItsTimeIsUp) {
  auto to_its_end = begun;
  to_its_end.until = begun.at_latest;
  const auto stands = given(to_its_end).folded<Session>();
  const auto end = july(1) + session_lasts;
  EXPECT_EQ(Session::next_lapse(stands), end);
  EXPECT_TRUE(Session::lapse_due(stands, end - 1ms).empty());
  ASSERT_EQ(Session::lapse_due(stands, end).size(), 1u);
  EXPECT_EQ(Session::lapse_due(stands, end)[0].by, EndedBy::time);
}
TEST(ASession, HasNoTimerOnceItHasEnded) {
  EXPECT_EQ(Session::next_lapse(given(begun, ended(EndedBy::sign_out)).folded<Session>()),
            std::nullopt);
}

}  // namespace
}  // namespace madang::identity
