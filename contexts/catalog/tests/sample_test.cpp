#include "catalog/adapters/outbound/epub.hpp"
#include "catalog/application/editions.hpp"
#include "catalog/application/register_edition.hpp"
#include "catalog/application/revise_edition.hpp"
#include "catalog/catalog.hpp"
#include "catalog/sample/sample_editions.hpp"
#include "chassis/assembly/context.hpp"
#include "chassis/runtime/wait_for.hpp"
#include "chassis/security/sha256.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/testing/town.hpp"

#include <fstream>
#include <set>

namespace madang::catalog {
namespace {

// Keeps nothing, and checks every file as the real one does.
class CheckingStore final : public EpubStore {
 public:
  std::set<std::string> digests;
  int received = 0;
  std::unique_ptr<Incoming> receive() override {
    ++received;
    return std::make_unique<File>(*this);
  }

 private:
  struct File final : Incoming {
    explicit File(CheckingStore& store) : to{store} {}
    void append(std::string_view more) override { bytes += more; }
    std::variant<EpubFile, because::not_an_epub> finish() override {
      const storage::TemporaryFolder folder;
      const auto path = folder / "book.epub";
      std::ofstream{path, std::ios::binary} << bytes;
      const auto why = why_no_epub(*storage::RealFileSystem{}.open(path));
      if (why) return because::not_an_epub{*why};
      const auto digest = security::hex(security::as_text(security::sha256(bytes)));
      to.digests.insert(digest);
      return EpubFile{digest, static_cast<std::int64_t>(bytes.size())};
    }
    CheckingStore& to;
    std::string bytes;
  };
};

TEST(TheSample, IsTwelveEditionsThatCanBeLent) {
  std::set<EditionId> ids;
  for (const auto& [details, terms, chapters] : sample_editions()) {
    ids.insert(edition_id_of(details.identifier));
    EXPECT_TRUE(std::holds_alternative<Identifier>(
        checked(details.identifier.scheme, details.identifier.value)));
    EXPECT_GT(terms.licences, 0);
    EXPECT_FALSE(chapters.empty());
  }
  EXPECT_EQ(ids.size(), 12U);
}
TEST(TheSample, IsLoadedAtEachStartAndThereOnce) {
  const auto context = catalog_context();
  testing::Town town;
  town.add(*context);
  town.start();
  CheckingStore files;
  const auto load = [&] { town.run([&] { load_sample(town.engine("catalog"), files); }); };
  load();
  const auto first = sample_editions().front().details;
  const auto edition = edition_id_of(first.identifier);
  const auto another = RentalTerms{Money::won(9900), 7, 1, 0, {}};
  const auto set = town.run([&] {  // by the shop
    return town.engine("catalog").run(SetRentalTerms{edition, another, 3},
                                      {chassis::digest128({"x"}), "requests/x", {}, {}});
  });
  EXPECT_FALSE(set.refused());
  town.lose_power();
  town.start();
  load();
  EXPECT_EQ(town.count("catalog", "EditionRegistered"), 12U);
  EXPECT_EQ(town.count("catalog", "RentalTermsSet"), 13U);
  EXPECT_EQ(town.count("catalog", "EditionFileSet"), 12U);
  EXPECT_EQ(files.digests.size(), 12U);
  EXPECT_EQ(files.received, 12);  // none is made again
  const auto row = town.run([&] {
    auto& catalog = town.engine("catalog");
    return catalog.ask(EditionOf{edition}, catalog.head());
  });
  EXPECT_EQ(row->stands.terms, another);
}

TEST(APrice, IsInTheShopsCurrency) {
  const auto context = catalog_context();
  testing::Town town;
  town.add(*context);
  town.start();
  const auto dollars = Money::minor_units(900, *kernel::Currency::parse("USD"));
  const auto details = sample_editions().front().details;
  const auto edition = edition_id_of(details.identifier);
  const auto key = chassis::RequestKey::of_request("catalog", edition, "price", "x", "", "x", {});
  auto& catalog = town.engine("catalog");
  const auto refused = [&]<class Answer>(chassis::Later<Answer> later) {
    return town.run([&] {
      const auto answer = runtime::wait_for(town.process(), std::move(later));
      return answer.template refused_because<because::currency_not_taken>() != nullptr;
    });
  };
  EXPECT_TRUE(refused(revise_price({edition, dollars, 1, kernel::Currency::krw}, key, {catalog})));
  EXPECT_TRUE(refused(set_rental_terms({edition, {dollars, 7, 1, 0, {}}, 1, kernel::Currency::krw},
                                       key, {catalog})));
  EXPECT_TRUE(refused(set_rental_terms(
      {edition, {Money::won(900), 7, 1, 1, dollars}, 1, kernel::Currency::krw}, key, {catalog})));
}

}  // namespace
}  // namespace madang::catalog
