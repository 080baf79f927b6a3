#include "catalog/application/register_edition.hpp"
#include "catalog/domain/edition.hpp"
#include "catalog/domain/isbn.hpp"
#include "chassis/testing/scenario.hpp"

namespace madang::catalog {
namespace {

using testing::given, testing::named;

const EditionId rain = named<EditionId>("rain");
const Details ebook{"Rain on the Courtyard",
                    {"Han Sora"},
                    "ko",
                    Format::ebook,
                    {IdentifierScheme::publisher, "maru:rain-1"}};
const Details print{
    "Rain on the Courtyard", {}, "ko", Format::print, {IdentifierScheme::isbn13, "9788932917245"}};
const RentalTerms terms{Money::won(3000), 14, 2, 1, {}};
const EpubFile file{std::string(64, 'a'), 1000};
const EditionRegistered registered{rain, ebook};

TEST(AnIsbn, IsTakenWithHyphensInBothForms) {
  EXPECT_EQ(Isbn::parse("978-0-306-40615-7")->digits(), "9780306406157");
  EXPECT_EQ(Isbn::parse("0-306-40615-2")->digits(), "9780306406157");
  EXPECT_EQ(Isbn::parse("080442957X")->digits(), Isbn::parse("9780804429573")->digits());
}
TEST(AnIsbn, IsRefusedWhenADigitIsWrongOrSomethingElseStandsInIt) {
  for (const auto* wrong :
       {"", "978-0-306-40615-6", "9770306406154", "0306406153", "97803064061577", "978--0306406157",
        "-9780306406157", "978030640615X", "97803O6406157", "X306406152"})
    EXPECT_FALSE(Isbn::parse(wrong)) << wrong;
}
TEST(AnIsbn, ChangesWithEachSingleDigit) {
  const std::string right = "9780306406157";
  for (std::size_t i = 0; i < right.size(); ++i)
    for (char digit = '0'; digit <= '9'; ++digit) {
      auto changed = right;
      changed[i] = digit;
      EXPECT_EQ(Isbn::parse(changed).has_value(), changed == right) << changed;
    }
}
TEST(AnIdentifier, IsCheckedByItsScheme) {
  EXPECT_TRUE(
      std::holds_alternative<Identifier>(checked(IdentifierScheme::publisher, "maru:rain-1")));
  EXPECT_TRUE(std::holds_alternative<because::identifier_malformed>(
      checked(IdentifierScheme::publisher, "maru")));
  EXPECT_TRUE(std::holds_alternative<because::identifier_malformed>(
      checked(IdentifierScheme::publisher, ":x")));
  EXPECT_TRUE(
      std::holds_alternative<because::isbn_invalid>(checked(IdentifierScheme::isbn13, "123")));
  EXPECT_EQ(edition_id_of(std::get<Identifier>(checked(IdentifierScheme::isbn13, "0-306-40615-2"))),
            edition_id_of({IdentifierScheme::isbn13, "9780306406157"}));
}

TEST(RegisteringAnEdition, PutsItIntoTheCatalogWithItsPrice) {
  given().when(RegisterEdition{rain, ebook, {}}).then(registered);
  given()
      .when(RegisterEdition{rain, ebook, Money::won(9000)})
      .then(registered, PriceRevised{rain, Money::won(9000)});
}
TEST(RegisteringAnEdition, IsRefusedWhenItsIdentifierIsTaken) {
  given(registered)
      .when(RegisterEdition{rain, ebook, {}})
      .then_refused(because::identifier_taken{rain});
}
TEST(RevisingThePrice, ChangesWhatWasRead) {
  given(registered)
      .when(RevisePrice{rain, Money::won(9000), 1})
      .then(PriceRevised{rain, Money::won(9000)});
  given(registered, PriceRevised{rain, Money::won(9000)})
      .when(RevisePrice{rain, Money::won(9000), 2})
      .then();
}
TEST(RevisingThePrice, IsRefusedWhenTheEditionHasChangedIsUnknownOrWithdrawn) {
  given(registered)
      .when(RevisePrice{rain, Money::won(1), 2})
      .then_refused(because::edition_changed{});
  given().when(RevisePrice{rain, Money::won(1), 0}).then_refused(because::edition_unknown{});
  given(registered, EditionWithdrawn{rain})
      .when(RevisePrice{rain, Money::won(1), 2})
      .then_refused(because::edition_withdrawn{});
}
TEST(SettingRentalTerms, IsForEbooksOnly) {
  given(registered).when(SetRentalTerms{rain, terms, 1}).then(RentalTermsSet{rain, terms});
  given(EditionRegistered{rain, print})
      .when(SetRentalTerms{rain, terms, 1})
      .then_refused(because::not_an_ebook{});
  given(registered).when(SetRentalTerms{rain, terms, 7}).then_refused(because::edition_changed{});
  given().when(SetRentalTerms{rain, terms, 0}).then_refused(because::edition_unknown{});
  given(registered, EditionWithdrawn{rain})
      .when(SetRentalTerms{rain, terms, 2})
      .then_refused(because::edition_withdrawn{});
}
TEST(AttachingAFile, HappensOncePerContent) {
  given(registered).when(AttachFile{rain, file}).then(EditionFileSet{rain, file});
  given(registered, EditionFileSet{rain, file}).when(AttachFile{rain, file}).then();
  given(EditionRegistered{rain, print})
      .when(AttachFile{rain, file})
      .then_refused(because::not_an_ebook{});
  given().when(AttachFile{rain, file}).then_refused(because::edition_unknown{});
  given(registered, EditionWithdrawn{rain})
      .when(AttachFile{rain, file})
      .then_refused(because::edition_withdrawn{});
}
TEST(WithdrawingAnEdition, HappensOnce) {
  given(registered).when(WithdrawEdition{rain}).then(EditionWithdrawn{rain});
  given(registered, EditionWithdrawn{rain}).when(WithdrawEdition{rain}).then();
  given().when(WithdrawEdition{rain}).then_refused(because::edition_unknown{});
}
TEST(ImportingAnEdition, DoesWhatIsNewOrDifferentAndNothingElse) {
  given().when(ImportEdition{rain, ebook, terms}).then(registered, RentalTermsSet{rain, terms});
  given(registered, RentalTermsSet{rain, terms}).when(ImportEdition{rain, ebook, terms}).then();
  auto told_otherwise = ebook;
  told_otherwise.title = "Rain";
  given(registered)
      .when(ImportEdition{rain, told_otherwise, {}})
      .then(EditionDescribed{rain, told_otherwise});
  given(registered, EditionWithdrawn{rain}).when(ImportEdition{rain, told_otherwise, terms}).then();
}

}  // namespace
}  // namespace madang::catalog
