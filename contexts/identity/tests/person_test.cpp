#include "identity/domain/person.hpp"

#include "chassis/testing/scenario.hpp"

namespace madang::identity {
namespace {

using testing::given, testing::july, testing::named;

const auto kim = named<PersonId>("kim"), park = named<PersonId>("park");
const Personal<std::string> email{kim, "sealed e-mail"}, name{kim, "sealed name"},
    hash{kim, "sealed hash"};
const EmailFingerprint fingerprint{"fingerprint of kim's address"};

const RegisterPerson asked{kim, fingerprint, email, name, hash, Language::ko};
const PersonRegistered registered{kim, email, name, hash, Language::ko, july(1)};
const RoleGiven made_manager{kim, Role::book_manager, park};

TEST(Registering, MakesAPersonWhoIsACustomer) {
  given().at(july(1)).when(asked).then(registered);
  EXPECT_EQ(given(registered).folded<Person>().registered()->roles, std::set{Role::customer});
}
TEST(Registering, ClaimsTheAddressByItsFingerprintAlone) {
  const auto claims = RegisterPerson::claims(asked);
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(claims[0].scope, "email");
  EXPECT_EQ(claims[0].key, fingerprint.text);
}
TEST(Registering, KeepsTheFingerprintOutOfTheEvent) {
  EXPECT_EQ(chassis::encode(registered).find("fingerprint"), std::string::npos);
}
TEST(Registering, AgainChangesNothing) { given(registered).at(july(2)).when(asked).then(); }

TEST(GivingARole, RecordsWhoGaveIt) {
  given(registered).when(GiveRole{kim, Role::book_manager, park}).then(made_manager);
}
TEST(GivingARole, OfAnOperatorOnTheShopsOwnMachineIsGivenByNobodyKnown) {
  given(registered)
      .when(GiveRole{kim, Role::shop_operator, {}})
      .then(RoleGiven{kim, Role::shop_operator, {}}, OperatorAppointed{the_shop, kim});
}
TEST(GivingARole, ThatThePersonHasChangesNothing) {
  given(registered, made_manager).when(GiveRole{kim, Role::book_manager, park}).then();
  given(registered).when(GiveRole{kim, Role::customer, park}).then();
}
TEST(GivingARole, IsRefusedForWhoIsNotRegistered) {
  given().when(GiveRole{kim, Role::book_manager, park}).then_refused(because::person_unknown{});
}

TEST(TakingARole, RecordsWhoTookIt) {
  given(registered, made_manager)
      .when(TakeRole{kim, Role::book_manager, park})
      .then(RoleTaken{kim, Role::book_manager, park});
}
TEST(TakingARole, ThatThePersonDoesNotHaveChangesNothing) {
  given(registered).when(TakeRole{kim, Role::book_manager, park}).then();
  given(registered, made_manager, RoleTaken{kim, Role::book_manager, park})
      .when(TakeRole{kim, Role::book_manager, park})
      .then();
}
TEST(TakingARole, IsRefusedForWhoIsNotRegistered) {
  given().when(TakeRole{kim, Role::book_manager, park}).then_refused(because::person_unknown{});
}

TEST(TakingARole, OfAnOperatorLeavesAnotherOne) {
  given(registered, RoleGiven{kim, Role::shop_operator, {}}, OperatorAppointed{the_shop, kim},
        OperatorAppointed{the_shop, park})
      .when(TakeRole{kim, Role::shop_operator, park})
      .then(RoleTaken{kim, Role::shop_operator, park}, OperatorDismissed{the_shop, kim});
}
TEST(TakingARole, IsRefusedForTheLastOperator) {
  given(registered, RoleGiven{kim, Role::shop_operator, {}}, OperatorAppointed{the_shop, kim},
        OperatorAppointed{the_shop, park}, OperatorDismissed{the_shop, park})
      .when(TakeRole{kim, Role::shop_operator, kim})
      .then_refused(because::last_operator{});
}

TEST(RenewingAPasswordHash, KeepsTheNewOne) {
  const Personal<std::string> renewed{kim, "sealed hash at today's cost"};
  given(registered).when(RenewPasswordHash{kim, renewed}).then(PasswordHashRenewed{kim, renewed});
}
TEST(RenewingAPasswordHash, IsRefusedForWhoIsNotRegistered) {
  given().when(RenewPasswordHash{kim, hash}).then_refused(because::person_unknown{});
}
TEST(RenewingAPasswordHash, ChangesNothingElse) {
  EXPECT_EQ(given(registered, PasswordHashRenewed{kim, hash}).folded<Person>().registered()->roles,
            std::set{Role::customer});
}

TEST(SigningOutEverywhere, BeginsAnotherRound) {
  given(registered).when(SignOutEverywhere{kim}).then(SignedOutEverywhere{kim, 1});
  given(registered, SignedOutEverywhere{kim, 1})
      .when(SignOutEverywhere{kim})
      .then(SignedOutEverywhere{kim, 2});
  EXPECT_EQ(given(registered, SignedOutEverywhere{kim, 1}).folded<Person>().registered()->round, 1);
}
TEST(SigningOutEverywhere, IsRefusedForWhoIsNotRegistered) {
  given().when(SignOutEverywhere{kim}).then_refused(because::person_unknown{});
}

TEST(EndingSessionsOfAPerson, BeginsAnotherRoundAndTellsWhoAndWhy) {
  const EndSessionsOf asked_by_park{kim, park, EndingReason::account_at_risk};
  const SessionsEndedByOperator done{kim, park, EndingReason::account_at_risk, 1};
  given(registered).when(asked_by_park).then(done);
  EXPECT_EQ(given(registered, done).folded<Person>().registered()->round, 1);
}
TEST(EndingSessionsOfAPerson, IsRefusedForWhoIsNotRegistered) {
  given()
      .when(EndSessionsOf{kim, park, EndingReason::misuse})
      .then_refused(because::person_unknown{});
}

TEST(ARole, IsCalledAsInTheContract) {
  EXPECT_EQ(text_of(Role::customer), "customer");
  EXPECT_EQ(text_of(Role::book_manager), "book_manager");
  EXPECT_EQ(text_of(Role::shop_operator), "operator");
}

}  // namespace
}  // namespace madang::identity
