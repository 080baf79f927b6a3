#include "customer/domain/profile.hpp"

#include "chassis/testing/scenario.hpp"

namespace madang::customer {
namespace {

using testing::given, testing::named;

const auto kim = named<PersonId>("kim");
const Personal<std::string> name{kim, "sealed name"}, email{kim, "sealed e-mail"},
    new_name{kim, "another sealed name"};
const ProfileOpened opened{kim, name, email, Language::ko};

TEST(OpeningAProfile, KeepsWhatThePersonRegisteredWith) {
  given().when(OpenProfile{kim, name, email, Language::ko}).then(opened);
}
TEST(OpeningAProfile, AgainChangesNothing) {
  given(opened).when(OpenProfile{kim, new_name, email, Language::en}).then();
}
TEST(ChangingAProfile, MakesTheNextVersion) {
  given(opened)
      .when(ChangeProfile{kim, new_name, Language::en, 1})
      .then(ProfileChanged{kim, new_name, Language::en, 2});
  given(opened, ProfileChanged{kim, new_name, Language::en, 2})
      .when(ChangeProfile{kim, name, Language::ko, 2})
      .then(ProfileChanged{kim, name, Language::ko, 3});
}
TEST(ChangingAProfile, IsRefusedWhenItWasChangedSinceItWasRead) {
  given(opened, ProfileChanged{kim, new_name, Language::en, 2})
      .when(ChangeProfile{kim, name, Language::ko, 1})
      .then_refused(because::profile_changed{});
}
TEST(ChangingAProfile, IsRefusedBeforeItIsOpen) {
  given()
      .when(ChangeProfile{kim, name, Language::ko, 1})
      .then_refused(because::profile_not_ready{});
}

}  // namespace
}  // namespace madang::customer
