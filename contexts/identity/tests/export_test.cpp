#include "identity/domain/export.hpp"

#include "chassis/testing/scenario.hpp"
#include "identity/domain/erasure.hpp"

namespace madang::identity {
namespace {

using std::chrono::minutes;
using testing::given, testing::july, testing::named;

const auto kim = named<PersonId>("kim");
const auto first = named<ExportId>("first"), second = named<ExportId>("second");
const PersonRegistered registered{kim,           {kim, "e-mail"}, {kim, "name"},
                                  {kim, "hash"}, Language::ko,    july(1)};
constexpr auto themselves = ExportedFor::themselves, the_shop = ExportedFor::the_shop;
const ExportAsked taken{kim, first, themselves, {}, july(2), july(2) + export_lasts};

TEST(TakingDataAlong, IsOnRecordWithWhoWantedIt) {
  given(registered).at(july(2)).when(AskExport{kim, first, themselves}).then(taken);
}
TEST(TakingDataAlong, WaitsUntilTheLinkBeforeIsOver) {
  given(registered, taken)
      .at(july(2) + minutes{9})
      .when(AskExport{kim, second, themselves})
      .then_refused(because::export_too_soon{60});
  given(registered, taken)
      .at(july(2) + minutes{10})
      .when(AskExport{kim, second, themselves})
      .then(ExportAsked{kim, second, themselves, {}, july(2) + minutes{10}, july(2) + minutes{20}});
}
TEST(TakingDataAlong, IsNeverTooSoonForTheShopItself) {
  given(registered, taken)
      .at(july(2))
      .when(AskExport{kim, second, the_shop, "root"})
      .then(ExportAsked{kim, second, the_shop, "root", july(2), july(2) + export_lasts});
}
TEST(TakingDataAlong, NeverWaitsForWhatTheShopItselfAskedFor) {
  given(registered, ExportAsked{kim, first, the_shop, "root", july(2), july(2) + export_lasts})
      .at(july(2))
      .when(AskExport{kim, second, themselves})
      .then(ExportAsked{kim, second, themselves, {}, july(2), july(2) + export_lasts});
}
TEST(TakingDataAlong, IsRefusedForAStrangerAndForWhoIsBeingForgotten) {
  given().when(AskExport{kim, first, themselves}).then_refused(because::person_unknown{});
  given(registered, ErasureAsked{kim, july(2), july(30)})
      .at(july(3))
      .when(AskExport{kim, first, themselves})
      .then_refused(because::person_unknown{});
}

}  // namespace
}  // namespace madang::identity
