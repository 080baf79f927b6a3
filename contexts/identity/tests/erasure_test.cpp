#include "identity/domain/erasure.hpp"

#include "chassis/testing/scenario.hpp"
#include "identity/application/erase_person.hpp"
#include "identity/domain/session.hpp"

namespace madang::identity {
namespace {

using testing::given, testing::in, testing::july, testing::named, testing::starting;

const auto kim = named<PersonId>("kim"), park = named<PersonId>("park");
const PersonRegistered registered{kim,           {kim, "e-mail"}, {kim, "name"},
                                  {kim, "hash"}, Language::ko,    july(1)};
const RoleGiven made_operator{kim, Role::shop_operator, {}};
const OperatorAppointed appointed{the_shop, kim}, another{the_shop, park};
const ErasureAsked leaves{kim, july(2), july(2) + erasure_lasts_at_most};
const PersonErased erased{kim, july(3)};
const LastKeyDue last_key{kim};
const PersonForgotten forgotten{kim, july(4)};

TEST(AskingToBeForgotten, SaysUntilWhenItIsDone) {
  given(registered).at(july(2)).when(AskErasure{kim}).then(leaves);
}
TEST(AskingToBeForgotten, AgainChangesNothing) {
  given(registered, leaves).at(july(5)).when(AskErasure{kim}).then();
  given(registered, leaves, erased).at(july(5)).when(AskErasure{kim}).then();
}
TEST(AskingToBeForgotten, IsRefusedForAStranger) {
  given().at(july(2)).when(AskErasure{kim}).then_refused(because::person_unknown{});
}
TEST(AskingToBeForgotten, LeavesTheShopAnOperator) {
  given(registered, made_operator, appointed)
      .at(july(2))
      .when(AskErasure{kim})
      .then_refused(because::last_operator{});
  given(registered, made_operator, appointed, another)
      .at(july(2))
      .when(AskErasure{kim})
      .then(leaves, OperatorDismissed{the_shop, kim});
}

TEST(WhoIsBeingForgotten, BeginsNoSessionAndGetsNoRole) {
  given(registered, leaves)
      .at(july(2))
      .when(BeginSession{named<SessionId>("session"), kim, {"web"}, {"token"}})
      .then_refused(because::person_unknown{});
  given(registered, leaves)
      .when(GiveRole{kim, Role::book_manager, park})
      .then_refused(because::person_unknown{});
}
TEST(WhoIsBeingForgotten, TakesEachStepOnceAndInItsOrder) {
  given(registered).at(july(3)).when(EraseAccount{kim}).then();
  given(registered, leaves).when(ReleaseLastKey{kim}).then();
  given(registered, leaves).at(july(3)).when(EraseAccount{kim}).then(erased);
  given(registered, leaves, erased).at(july(4)).when(EraseAccount{kim}).then();
  given(registered, leaves, erased).at(july(4)).when(NoteForgotten{kim}).then();
  given(registered, leaves, erased).when(ReleaseLastKey{kim}).then(last_key);
  given(registered, leaves, erased, last_key).at(july(4)).when(NoteForgotten{kim}).then(forgotten);
  given(registered, leaves, erased, last_key, forgotten)
      .at(july(5))
      .when(NoteForgotten{kim})
      .then();
}

using Ending = ErasePerson::EndingBusiness;
using Keys = ErasePerson::DestroyingKeys;
using LastKey = ErasePerson::LastKey;
const auto day = std::chrono::days{1};

TEST(ErasingAPerson, WaitsUntilTheirBusinessHasEnded) {
  starting<ErasePerson>().hearing(leaves).goes_to(Ending{kim, leaves.at_latest - day});
  in<ErasePerson>(Ending{kim, july(30)})
      .at(july(3))
      .hearing(rental::v1::CustomerLeft{kim})
      .goes_to(Keys{kim, keepers_of_keys, july(4)})
      .asks(EraseAccount{kim});
}
TEST(ErasingAPerson, GoesOnWhenTheTimeIsUp) {
  in<ErasePerson>(Ending{kim, july(30)})
      .at(july(30))
      .hearing(chassis::TimeIsUp{})
      .goes_to(Keys{kim, keepers_of_keys, july(31)})
      .asks(EraseAccount{kim});
}
TEST(ErasingAPerson, WaitsForEveryKeeperOfAKey) {
  in<ErasePerson>(Keys{kim, {"customer", "notice"}, july(4)})
      .at(july(3))
      .hearing(v1::PersonalDataErased{kim, "customer"})
      .goes_to(Keys{kim, {"notice"}, july(4)});
  in<ErasePerson>(Keys{kim, {"notice"}, july(4)})
      .at(july(3))
      .hearing(v1::PersonalDataErased{kim, "notice"})
      .goes_to(LastKey{kim, july(4)})
      .asks(ReleaseLastKey{kim});
}
TEST(ErasingAPerson, NeverGivesAKeyUpForDestroyed) {
  in<ErasePerson>(Keys{kim, {"customer"}, july(4)})
      .at(july(4))
      .hearing(chassis::TimeIsUp{})
      .goes_to(Keys{kim, {"customer"}, july(5)});
  in<ErasePerson>(LastKey{kim, july(4)})
      .at(july(4))
      .hearing(chassis::TimeIsUp{})
      .goes_to(LastKey{kim, july(5)});
  in<ErasePerson>(LastKey{kim, july(4)}).hearing(forgotten).goes_to(ErasePerson::Done{});
}

}  // namespace
}  // namespace madang::identity
