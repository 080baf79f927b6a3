#include "identity/domain/second_factor.hpp"

#include "chassis/testing/scenario.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {
namespace {

using testing::given, testing::july, testing::named;

const auto kim = named<PersonId>("kim"), park = named<PersonId>("park");
const auto session = named<SessionId>("session"), other = named<SessionId>("other");
const auto factor = named<FactorId>("factor"), next_factor = named<FactorId>("next factor");
const Personal<std::string> sealed{kim, "sealed"}, secret{kim, "sealed secret"};
const ClientName web{"web"};
const TokenHash token{"hash of a token"};
const CodeHash one{"hash of a code"}, two{"hash of another"}, stranger{"hash of a third"};
const std::set customer{Role::customer};
const auto noon = july(2) + 12h;

const PersonRegistered registered{kim, sealed, sealed, sealed, Language::ko, july(1)};
const SessionBegun signed_in{
    session, kim, web, token, customer, 0, july(1) + unused_at_most, july(1) + session_lasts};
const SecondFactorBegun begun{kim, factor, secret, noon + 15min};
const SecondFactorConfirmed confirmed{kim, factor, 100, {one, two}, session, 1, noon};
const ConfirmSecondFactor shown{kim, session, {factor, 100}, {one, two}};
const OneTimeCodeUsed used{kim, factor, 101};
const RecoveryCodeUsed recovered{kim, factor, one};

BeginSession signing_in(std::optional<SecondProof> proof,
                        SecondFactorFor demanded_of = SecondFactorFor::nobody) {
  return {other, kim, web, token, unused_at_most, demanded_of, std::move(proof)};
}
SessionBegun next_session(std::set<Role> roles = customer, std::int64_t round = 1) {
  return {
      other, kim, web, token, std::move(roles), round, noon + unused_at_most, noon + session_lasts};
}

TEST(BeginningASecondFactor, PutsNothingInForceYet) {
  given(registered).at(noon).when(BeginSecondFactor{kim, factor, secret}).then(begun);
  given(registered, begun).at(noon).when(signing_in({})).then(next_session(customer, 0));
}
TEST(BeginningASecondFactor, IsRefusedWhileOneIsInForceAndForWhoIsNotRegistered) {
  given(registered, begun, confirmed)
      .at(noon)
      .when(BeginSecondFactor{kim, next_factor, secret})
      .then_refused(because::second_factor_on{});
  given()
      .at(noon)
      .when(BeginSecondFactor{kim, factor, secret})
      .then_refused(because::person_unknown{});
}

TEST(ConfirmingASecondFactor, PutsItInForceAndEndsEveryOtherSession) {
  given(registered, signed_in, begun).at(noon).when(shown).then(confirmed);
  const auto person = given(registered, begun, confirmed).folded<Person>();
  EXPECT_TRUE(goes_on(*person.registered(), session, 0));
  EXPECT_FALSE(goes_on(*person.registered(), other, 0));
}
TEST(ConfirmingASecondFactor, IsRefusedWhenNoneHasBegunOrTooLongAgoOrAnotherSince) {
  const auto refused = because::second_factor_not_begun{};
  given(registered, signed_in).at(noon).when(shown).then_refused(refused);
  given(registered, signed_in, begun).at(noon + 15min).when(shown).then_refused(refused);
  given(registered, signed_in, begun, SecondFactorBegun{kim, next_factor, secret, noon + 15min})
      .at(noon)
      .when(shown)
      .then_refused(refused);
  given(registered, signed_in, begun, confirmed).at(noon).when(shown).then_refused(refused);
}
TEST(ConfirmingASecondFactor, IsRefusedOnceThePasswordIsAnother) {
  const auto refused = because::second_factor_not_begun{};
  given(registered, signed_in, begun, PasswordChanged{kim, sealed, session, 1, noon})
      .at(noon)
      .when(shown)
      .then_refused(refused);
  given(registered, begun, PasswordReset{kim, sealed, 1, noon}, next_session())
      .at(noon)
      .when(ConfirmSecondFactor{kim, other, {factor, 100}, {one}})
      .then_refused(refused);
}
TEST(ConfirmingASecondFactor, IsRefusedInASessionThatIsOverAndForWhoIsNotRegistered) {
  given(registered, signed_in, begun, SignedOutEverywhere{kim, 1})
      .at(noon)
      .when(shown)
      .then_refused(because::session_ended{});
  given().at(noon).when(shown).then_refused(because::person_unknown{});
}

TEST(SigningInWithASecondFactor, IsRefusedWithoutOne) {
  given(registered, begun, confirmed)
      .at(noon)
      .when(signing_in({}))
      .then_refused(because::second_factor_needed{});
}
TEST(SigningInWithASecondFactor, TakesACodeOfALaterStepOnce) {
  given(registered, begun, confirmed)
      .at(noon)
      .when(signing_in(AppCode{factor, 101}))
      .then(used, next_session());
  given(registered, begun, confirmed, used)
      .at(noon)
      .when(signing_in(AppCode{factor, 101}))
      .then_refused(because::second_factor_wrong{});
}
TEST(SigningInWithASecondFactor, TakesNoCodeOfAnEarlierStepNorTheOneThatConfirmedIt) {
  for (const std::int64_t step : {99, 100})
    given(registered, begun, confirmed)
        .at(noon)
        .when(signing_in(AppCode{factor, step}))
        .then_refused(because::second_factor_wrong{});
}
TEST(SigningInWithASecondFactor, TakesNoCodeOfAnotherSecret) {
  given(registered, begun, confirmed)
      .at(noon)
      .when(signing_in(AppCode{next_factor, 101}))
      .then_refused(because::second_factor_wrong{});
}
TEST(SigningInWithASecondFactor, TakesEachRecoveryCodeOnceAndNoStrangers) {
  given(registered, begun, confirmed)
      .at(noon)
      .when(signing_in(one))
      .then(recovered, next_session());
  given(registered, begun, confirmed, recovered)
      .at(noon)
      .when(signing_in(one))
      .then_refused(because::second_factor_wrong{});
  given(registered, begun, confirmed, recovered)
      .at(noon)
      .when(signing_in(two))
      .then(RecoveryCodeUsed{kim, factor, two}, next_session());
  given(registered, begun, confirmed)
      .at(noon)
      .when(signing_in(stranger))
      .then_refused(because::second_factor_wrong{});
}
TEST(SigningInWithASecondFactor, IsStillAskedForAfterThePasswordWasForgotten) {
  given(registered, begun, confirmed, PasswordReset{kim, sealed, 2, noon})
      .at(noon)
      .when(signing_in({}))
      .then_refused(because::second_factor_needed{});
  given(registered, begun, confirmed, PasswordChanged{kim, sealed, session, 2, noon})
      .at(noon)
      .when(signing_in({}))
      .then_refused(because::second_factor_needed{});
}
TEST(SigningInWithASecondFactor, GoesOnWithoutItOnceItIsRemoved) {
  given(registered, begun, confirmed, SecondFactorRemoved{kim, factor, session, 2})
      .at(noon)
      .when(signing_in({}))
      .then(next_session(customer, 2));
  given(registered, begun, confirmed,
        SecondFactorRemovedByOperator{kim, factor, park, FactorLoss::device_lost, 2})
      .at(noon)
      .when(signing_in({}))
      .then(next_session(customer, 2));
}

TEST(RemovingASecondFactor, TakesACodeOrARecoveryCodeAndEndsEveryOtherSession) {
  const SecondFactorRemoved removed{kim, factor, session, 2};
  for (const SecondProof& proof : {SecondProof{AppCode{factor, 101}}, SecondProof{one}})
    given(registered, signed_in, begun, confirmed)
        .at(noon)
        .when(RemoveSecondFactor{kim, session, proof})
        .then(removed);
  const auto person = given(registered, begun, confirmed, removed).folded<Person>();
  EXPECT_TRUE(goes_on(*person.registered(), session, 0));
  EXPECT_FALSE(goes_on(*person.registered(), other, 1));
}
TEST(RemovingASecondFactor, IsRefusedForACodeThatWasUsed) {
  given(registered, signed_in, begun, confirmed, used)
      .at(noon)
      .when(RemoveSecondFactor{kim, session, AppCode{factor, 101}})
      .then_refused(because::one_time_code_wrong{});
}
TEST(RemovingASecondFactor, IsRefusedWhenThereIsNoneOrTheSessionIsOver) {
  const RemoveSecondFactor asked{kim, session, one};
  given(registered, signed_in).at(noon).when(asked).then_refused(because::second_factor_off{});
  given(registered, signed_in, begun, confirmed, SignedOutEverywhere{kim, 2})
      .at(noon)
      .when(asked)
      .then_refused(because::session_ended{});
  given().at(noon).when(asked).then_refused(because::person_unknown{});
}

TEST(RemovingSomebodysSecondFactor, RecordsWhoAndWhyAndEndsEverySession) {
  const SecondFactorRemovedByOperator removed{kim, factor, park, FactorLoss::device_stolen, 2};
  given(registered, begun, confirmed)
      .at(noon)
      .when(RemoveSecondFactorOf{kim, park, FactorLoss::device_stolen})
      .then(removed);
  const auto person = given(registered, begun, confirmed, removed).folded<Person>();
  EXPECT_FALSE(goes_on(*person.registered(), session, 0));
}
TEST(RemovingSomebodysSecondFactor, IsRefusedForOneself) {
  given(registered, begun, confirmed)
      .at(noon)
      .when(RemoveSecondFactorOf{kim, kim, FactorLoss::device_lost})
      .then_refused(because::own_second_factor{});
}
TEST(RemovingSomebodysSecondFactor, IsRefusedWhenThereIsNoneOrNobody) {
  const RemoveSecondFactorOf asked{kim, {}, FactorLoss::device_lost};
  given(registered).at(noon).when(asked).then_refused(because::second_factor_off{});
  given().at(noon).when(asked).then_refused(because::person_unknown{});
}

const RoleGiven manages{kim, Role::book_manager, park};

TEST(AShopThatDemandsASecondFactor, GivesStaffTheirRolesOnceTheyHaveOne) {
  given(registered, manages)
      .at(noon)
      .when(signing_in({}, SecondFactorFor::staff))
      .then(next_session(customer, 0));
  given(registered, manages, begun, confirmed)
      .at(noon)
      .when(signing_in(AppCode{factor, 101}, SecondFactorFor::staff))
      .then(used, next_session({Role::customer, Role::book_manager}));
  given(registered, manages, RoleTaken{kim, Role::customer, park})
      .at(noon)
      .when(signing_in({}, SecondFactorFor::staff))
      .then(next_session({}, 0));
}
TEST(AShopThatDemandsASecondFactor, OfEveryoneGivesNobodyARoleBefore) {
  given(registered)
      .at(noon)
      .when(signing_in({}, SecondFactorFor::everyone))
      .then(next_session({}, 0));
  given(registered, begun, confirmed)
      .at(noon)
      .when(signing_in(one, SecondFactorFor::everyone))
      .then(recovered, next_session());
}
TEST(AShopThatDemandsASecondFactor, OfStaffDemandsNoneOfCustomers) {
  given(registered)
      .at(noon)
      .when(signing_in({}, SecondFactorFor::staff))
      .then(next_session(customer, 0));
}
TEST(AShopThatDemandsASecondFactor, TakesRolesAwayWhenASessionIsRefreshed) {
  const TokenHash after{"hash of the next"};
  given(registered, manages, signed_in)
      .at(noon)
      .when(RotateToken{session, kim, web, token, after, unused_at_most, SecondFactorFor::staff})
      .then(TokenRotated{session, kim, token, after, customer, noon, noon + unused_at_most, 0});
}

}  // namespace
}  // namespace madang::identity
