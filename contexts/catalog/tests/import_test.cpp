#include "catalog/application/editions.hpp"
#include "catalog/application/import_titles.hpp"
#include "catalog/application/register_edition.hpp"
#include "catalog/catalog.hpp"
#include "chassis/assembly/context.hpp"
#include "chassis/testing/town.hpp"

#include <set>
#include <sstream>

namespace madang::catalog {
namespace {

using testing::Town;
using namespace std::chrono_literals;

const std::string rule =
    "language=ko: 3000 KRW, 14 days, 3 licences; *: 2000 KRW, 14 days, 2 licences";

struct Told {
  ImportResult result;
  std::vector<std::string> refused;
};

Told import(chassis::Commands& catalog, const std::string& text, std::string_view run,
            ImportAsked asked = {}) {
  asked.terms = *TermsRule::parse(rule);
  std::istringstream list{text};
  Told told;
  told.result = import_titles(list, asked, chassis::digest128({"run", run}), catalog,
                              {[&](const RefusedRow& row) {
                                 told.refused.push_back(std::to_string(row.line) + ": " + row.why);
                               },
                               {},
                               {}});
  return told;
}

struct ImportingTitles : ::testing::Test {
  std::unique_ptr<chassis::Context> context = catalog_context();
  Town town;
  ImportingTitles() {
    town.add(*context);
    town.start();
  }
  Told run(const std::string& text, std::string_view name, const ImportAsked& asked = {}) {
    return town.run([&] { return import(town.engine("catalog"), text, name, asked); });
  }
  std::size_t count(const std::string& type) { return town.count("catalog", type); }
};

const std::string three =
    "id,title,authors,language,shelf\n"
    "1,Rain on the Courtyard,Han Sora|Yun Doha,ko,x\n"
    "2,\"Snow,\n  again\",,,\n"
    "3,A Net,Davor Pellingham,en/la,\n";

TEST_F(ImportingTitles, RegistersThemWithTheTermsOfTheRule) {
  EXPECT_EQ(run(three, "a").result.counts, (ImportCounts{3, 3, 0, 0, 0}));
  const auto row = town.run([&] {
    auto& catalog = town.engine("catalog");
    return catalog.ask(EditionOf{edition_id_of({IdentifierScheme::publisher, "gutenberg:1"})},
                       catalog.head());
  });
  ASSERT_TRUE(row);
  EXPECT_EQ(row->stands.details, (Details{"Rain on the Courtyard",
                                          {"Han Sora", "Yun Doha"},
                                          "ko",
                                          Format::ebook,
                                          {IdentifierScheme::publisher, "gutenberg:1"}}));
  EXPECT_EQ(row->stands.terms, (RentalTerms{Money::won(3000), 14, 3, 0, {}}));
  const auto snow = town.run([&] {
    return town.engine("catalog").ask(
        EditionOf{edition_id_of({IdentifierScheme::publisher, "gutenberg:2"})});
  });
  EXPECT_EQ(snow->stands.details->title, "Snow, again");
  EXPECT_EQ(snow->stands.details->language, "und");
}
TEST_F(ImportingTitles, AgainDoesWhatIsNewOrDifferentAndNothingElse) {
  static_cast<void>(run(three, "a"));
  EXPECT_EQ(run(three, "b").result.counts, (ImportCounts{3, 0, 0, 3, 0}));
  EXPECT_EQ(run("id,title\n1,Rain\n4,Wind\n", "c").result.counts, (ImportCounts{2, 1, 1, 0, 0}));
  EXPECT_EQ(run(three, "d").result.counts, (ImportCounts{3, 0, 1, 2, 0}));
  EXPECT_EQ(count("EditionRegistered"), 4U);
  EXPECT_EQ(town.told("catalog", "madang.catalog.v1.EditionDescribed"), 2U);
}
TEST_F(ImportingTitles, RefusesRowsWithTheirLinesAndTakesTheOthers) {
  const auto told =
      run("id,title,language,isbn\n"
          "1,Rain,ko,\n"
          ",Snow,ko,\n"
          "2,,ko,\n"
          "3,Wind,no language,\n"
          "4,Hail,ko,978-0-306-40615-6\n"
          "1,Rain again,ko,\n"
          "5,Fog\n"
          "6,Dew\xFF,ko,\n"
          "7,Frost,ko,978-0-306-40615-7\n",
          "a");
  EXPECT_EQ(
      told.refused,
      (std::vector<std::string>{
          "3: it has no identifier", "4: it has no title", "5: this is no language: no language",
          "6: this is no ISBN: 978-0-306-40615-6", "7: its identifier stands in line 2 already",
          "8: there are 2 fields instead of 4", "9: it is not UTF-8"}));
  EXPECT_EQ(told.result.counts, (ImportCounts{9, 2, 0, 0, 7}));
  EXPECT_FALSE(told.result.broken_off);
}
TEST_F(ImportingTitles, NamesWhatHasNoTitleWhenAskedTo) {
  ImportAsked asked;
  asked.when_untitled = "[untitled]";
  EXPECT_EQ(run("id,title\n1,\n", "a", asked).result.counts, (ImportCounts{1, 1, 0, 0, 0}));
}
TEST_F(ImportingTitles, IsBrokenOffAtAListWithoutTheColumnsItNeeds) {
  EXPECT_EQ(run("", "a").result.broken_off, "the list is empty");
  EXPECT_EQ(run("name,title\n1,x\n", "b").result.broken_off,
            "no column is named id, gutenberg_id or isbn");
  EXPECT_EQ(run("id,name\n1,x\n", "c").result.broken_off, "no column is named title");
  EXPECT_EQ(run("id,title,gutenberg_id\n", "d").result.broken_off,
            "two columns tell the same: gutenberg_id is the second");
  EXPECT_EQ(count("EditionRegistered"), 0U);
}

std::string long_list(int titles) {
  std::string list = "id,title,language\n";
  for (int i = 1; i <= titles; ++i)
    list += std::to_string(i) + ",Title " + std::to_string(i) + (i % 3 == 0 ? ",ko\n" : ",en\n");
  return list;
}

// Wherever the first run is killed: what it has counted is there, and the next run does the rest.
TEST(AnImport, KilledHalfWayAndRunAgainMissesNothingAndDoesNothingTwice) {
  constexpr int titles = 400;
  const auto list = long_list(titles);
  int interrupted = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    const auto context = catalog_context();
    Town town{seed};
    town.add(*context);
    town.start();
    ImportAsked asked;
    asked.terms = *TermsRule::parse(rule);
    asked.rows_at_once = 16;
    ImportCounts told;
    town.process().spawn("importer", [&] {
      std::istringstream from{list};
      static_cast<void>(
          import_titles(from, asked, chassis::digest128({"first"}), town.engine("catalog"),
                        {{}, [&](const ImportCounts& counts) { told = counts; }, {}}));
    });
    town.simulator.run([&] { return told.rows >= static_cast<std::int64_t>(seed * 40); });
    town.simulator.run_for(std::chrono::microseconds{seed * 500});
    const bool power_is_lost = seed % 2 == 0;
    if (power_is_lost) town.lose_power();
    else town.stop();
    interrupted += told.rows < titles;
    town.start();
    const auto counts =
        town.run([&] { return import(town.engine("catalog"), list, "second").result.counts; });
    EXPECT_EQ(counts.rows, titles);
    EXPECT_EQ(counts.fresh + counts.unchanged, titles);
    EXPECT_GE(counts.unchanged, told.fresh);
    EXPECT_EQ(town.count("catalog", "EditionRegistered"), static_cast<std::size_t>(titles));
    EXPECT_EQ(town.count("catalog", "RentalTermsSet"), static_cast<std::size_t>(titles));
    EXPECT_EQ(town.count("catalog", "EditionDescribed"), 0U);
  }
  EXPECT_GE(interrupted, 6);
}

// Decides on nothing but what it is given, and is unavailable for its first calls.
class Shaky final : public chassis::Commands {
 public:
  explicit Shaky(int failures) : failures_{failures} {}
  std::optional<std::string> owner_of(const std::string&, const std::string&) override {
    return {};
  }
  chassis::Positions head() override { return {}; }
  std::set<chassis::Digest128> ids;

 protected:
  std::shared_ptr<void> execute(std::type_index, std::shared_ptr<const void> command,
                                const chassis::CommandId& id, chassis::Positions*) override {
    ids.insert(id.id);
    if (failures_-- > 0) throw chassis::Unavailable{"no"};
    const auto& asked = *static_cast<const ImportEdition*>(command.get());
    if (asked.details.title == "Title 5") throw chassis::Defect{"a defect"};
    return std::make_shared<ImportEdition::Decision>(ImportEdition::decide(asked, {}));
  }
  std::shared_ptr<void> answer(std::type_index, const void*, const chassis::Positions&) override {
    return {};
  }

 private:
  int failures_;
};

TEST(AnImport, GivesTheSameCommandsAgainWhenTheCatalogWasUnavailable) {
  Shaky catalog{12};
  const auto told = import(catalog, long_list(10), "a");
  EXPECT_EQ(told.result.counts, (ImportCounts{10, 9, 0, 0, 1}));
  EXPECT_EQ(told.refused, std::vector<std::string>{"6: the catalog failed on it: a defect"});
  EXPECT_EQ(catalog.ids.size(), 10U);
  static_cast<void>(import(catalog, long_list(10), "another"));
  EXPECT_EQ(catalog.ids.size(), 20U);
}
TEST(AnImport, IsBrokenOffWhenTheCatalogStaysUnavailableAndSaysWhatIsDone) {
  Shaky catalog{1'000};
  std::vector<int> attempts;
  std::istringstream list{long_list(10)};
  ImportAsked asked;
  asked.attempts_max = 3;
  const auto result = import_titles(list, asked, {}, catalog,
                                    {{}, {}, [&](int attempt) { attempts.push_back(attempt); }});
  EXPECT_EQ(result.broken_off, "the catalog is unavailable: no");
  EXPECT_EQ(attempts, (std::vector{1, 2}));
  EXPECT_EQ(result.counts, ImportCounts{});
}

}  // namespace
}  // namespace madang::catalog
