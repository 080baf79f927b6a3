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
TEST(GivingARole, OnTheShopsOwnMachineIsGivenByNobodyKnown) {
  given(registered)
      .when(GiveRole{kim, Role::shop_operator, {}})
      .then(RoleGiven{kim, Role::shop_operator, {}});
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

TEST(SigningOutEverywhere, BeginsAnotherRound) {
  given(registered).when(SignOutEverywhere{kim}).then(SignedOutEverywhere{kim});
  EXPECT_EQ(given(registered, SignedOutEverywhere{kim}).folded<Person>().registered()->round, 1);
}
TEST(SigningOutEverywhere, IsRefusedForWhoIsNotRegistered) {
  given().when(SignOutEverywhere{kim}).then_refused(because::person_unknown{});
}

TEST(ARole, HasASlugThatTokensCarry) {
  EXPECT_EQ(slug_of(Role::customer), "customer");
  EXPECT_EQ(slug_of(Role::book_manager), "book-manager");
  EXPECT_EQ(slug_of(Role::shop_operator), "operator");
}

}  // namespace
}  // namespace madang::identity
