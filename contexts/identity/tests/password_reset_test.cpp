#include "identity/domain/password_reset.hpp"

#include "chassis/testing/scenario.hpp"

namespace madang::identity {
namespace {

using testing::given, testing::july, testing::named;

const auto kim = named<PersonId>("kim"), park = named<PersonId>("park");
const auto session = named<SessionId>("session");
const Personal<std::string> sealed{kim, "sealed"}, chosen{kim, "another sealed hash"};
const PersonRegistered registered{kim, sealed, sealed, sealed, Language::ko, july(1)};
const CodeHash code{"hash of a code"}, other_code{"hash of another code"};
const PasswordResetBegun begun{kim, code, park, july(2) + 1h};
const ResetPassword redeemed{kim, code, chosen};

TEST(BeginningAPasswordReset, RecordsWhoDidItForWhomAndUntilWhen) {
  given(registered).at(july(2)).when(BeginPasswordReset{kim, code, park}).then(begun);
  given(registered)
      .at(july(2))
      .when(BeginPasswordReset{kim, code, {}, 5min})
      .then(PasswordResetBegun{kim, code, {}, july(2) + 5min});
}
TEST(BeginningAPasswordReset, IsRefusedForOneselfAndForWhoIsNotRegistered) {
  given(registered)
      .at(july(2))
      .when(BeginPasswordReset{kim, code, kim})
      .then_refused(because::own_password_reset{});
  given()
      .at(july(2))
      .when(BeginPasswordReset{kim, code, park})
      .then_refused(because::person_unknown{});
  given(registered, ErasureAsked{kim, july(2), july(3)})
      .at(july(2))
      .when(BeginPasswordReset{kim, code, park})
      .then_refused(because::person_unknown{});
}

TEST(ResettingAPassword, EndsEverySessionThatHasBegun) {
  const PasswordReset done{kim, chosen, 1, july(2)};
  given(registered, begun).at(july(2)).when(redeemed).then(done);
  const auto person = given(registered, begun, done).folded<Person>();
  EXPECT_EQ(person.registered()->round, 1);
  EXPECT_FALSE(goes_on(*person.registered(), session, 0));
}
TEST(ResettingAPassword, SparesNoSessionThatAnEarlierChangeSpared) {
  const PasswordChanged changed{kim, chosen, session, 1, july(1)};
  const auto person =
      given(registered, changed, begun, PasswordReset{kim, chosen, 2, july(2)}).folded<Person>();
  EXPECT_FALSE(goes_on(*person.registered(), session, 0));
}
TEST(ResettingAPassword, IsRefusedWithoutACodeThatIsOut) {
  const auto refused = because::reset_code_invalid{};
  given(registered).at(july(2)).when(redeemed).then_refused(refused);
  given().at(july(2)).when(redeemed).then_refused(refused);
  given(registered, begun)
      .at(july(2))
      .when(ResetPassword{kim, other_code, chosen})
      .then_refused(refused);
}
TEST(ResettingAPassword, IsRefusedOnceTheCodeIsTooOld) {
  given(registered, begun)
      .at(july(2) + 1h - 1ms)
      .when(redeemed)
      .then(PasswordReset{kim, chosen, 1, july(2) + 1h - 1ms});
  given(registered, begun)
      .at(july(2) + 1h)
      .when(redeemed)
      .then_refused(because::reset_code_invalid{});
}
TEST(ResettingAPassword, IsRefusedOnceTheCodeWasUsedOrReplacedOrThePasswordChanged) {
  const auto refused = because::reset_code_invalid{};
  given(registered, begun, PasswordReset{kim, chosen, 1, july(2)})
      .at(july(2))
      .when(redeemed)
      .then_refused(refused);
  given(registered, begun, PasswordResetBegun{kim, other_code, park, july(3)})
      .at(july(2))
      .when(redeemed)
      .then_refused(refused);
  given(registered, begun, PasswordChanged{kim, chosen, session, 1, july(2)})
      .at(july(2))
      .when(redeemed)
      .then_refused(refused);
}

}  // namespace
}  // namespace madang::identity
