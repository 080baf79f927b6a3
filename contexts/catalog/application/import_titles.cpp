#include "catalog/application/import_titles.hpp"

#include "catalog/application/register_edition.hpp"
#include "catalog/application/title_row.hpp"

#include <map>
#include <utility>
#include <vector>

namespace madang::catalog {
namespace {

class Import {
 public:
  Import(const ImportAsked& asked, const chassis::Digest128& run, chassis::Commands& catalog,
         const ImportWatch& watch)
      : asked_{asked},
        key_{chassis::RequestKey::of_request("catalog", run, "import", "", "", "imports/titles",
                                             {})},
        catalog_{catalog},
        watch_{watch} {}

  ImportResult run(std::istream& list) {
    CsvReader reader{list};
    const auto first = reader.next();
    if (list.bad()) return broken_off("the list cannot be read");
    if (!first) return broken_off("the list is empty");
    if (const auto* fault = std::get_if<CsvFault>(&*first))
      return broken_off("in its first row, " + fault->why);
    const auto& names = std::get<CsvRow>(*first).fields;
    const auto columns = TitleColumns::of(names);
    if (!columns) return broken_off(columns.error());
    reader.expect_fields(names.size());

    while (const auto next = reader.next()) {
      if (const auto* fault = std::get_if<CsvFault>(&*next)) refuse(fault->line, fault->why);
      else take(*columns, std::get<CsvRow>(*next));
      if (waiting_.size() < asked_.rows_at_once) continue;
      if (auto why = give()) return broken_off(std::move(*why));
    }
    if (auto why = give()) return broken_off(std::move(*why));
    if (list.bad()) return broken_off("the list cannot be read further");
    return {counts_, {}};
  }

 private:
  struct Waiting {
    std::int64_t line;
    ImportEdition command;
  };

  ImportResult broken_off(std::string why) const { return {counts_, std::move(why)}; }

  void refuse(std::int64_t line, std::string why) {
    ++counts_.rows;
    ++counts_.refused;
    if (watch_.refused) watch_.refused({line, std::move(why)});
  }

  // A second row of the same identifier would change what the first has said, in each run again.
  void take(const TitleColumns& columns, const CsvRow& row) {
    auto details = columns.details(row.fields, asked_.publisher, asked_.when_untitled);
    if (!details) return refuse(row.line, std::move(details.error()));
    const auto edition = edition_id_of(details->identifier);
    const auto [first, is_first] = lines_.emplace(edition, row.line);
    if (!is_first)
      return refuse(row.line,
                    "its identifier stands in line " + std::to_string(first->second) + " already");
    auto terms = asked_.terms.terms_for(*details);
    waiting_.push_back({row.line, {edition, std::move(*details), std::move(terms)}});
  }

  // All that wait, until each is decided; or why the catalog could not. Under the same ids, so what was
  // decided though nobody heard of it is answered and not done again.
  std::optional<std::string> give() {
    for (int attempt = 1; !waiting_.empty(); ++attempt) {
      std::vector<std::pair<ImportEdition, chassis::CommandId>> commands;
      commands.reserve(waiting_.size());
      for (const auto& [line, command] : waiting_)
        commands.emplace_back(command, key_.step("line " + std::to_string(line)));
      const auto results = catalog_.run_all(std::move(commands));
      std::vector<Waiting> again;
      std::string why;
      for (std::size_t i = 0; i < results.size(); ++i)
        if (results[i]) {
          count(*results[i]);
        } else if (results[i].error().why == chassis::Failed::Why::unavailable) {
          why = results[i].error().text;
          again.push_back(std::move(waiting_[i]));
        } else {
          refuse(waiting_[i].line, "the catalog failed on it: " + results[i].error().text);
        }
      waiting_ = std::move(again);
      if (waiting_.empty()) break;
      if (attempt >= asked_.attempts_max) return "the catalog is unavailable: " + why;
      if (watch_.wait_before_retry) watch_.wait_before_retry(attempt);
    }
    if (watch_.progress) watch_.progress(counts_);
    return std::nullopt;
  }

  void count(const ImportEdition::Decision& decision) {
    ++counts_.rows;
    if (decision.find<EditionRegistered>()) ++counts_.fresh;
    else if (!decision.events().empty()) ++counts_.changed;
    else ++counts_.unchanged;
  }

  const ImportAsked& asked_;
  chassis::RequestKey key_;
  chassis::Commands& catalog_;
  const ImportWatch& watch_;
  ImportCounts counts_;
  std::vector<Waiting> waiting_;
  std::map<EditionId, std::int64_t> lines_;  // where each identifier stood first
};

}  // namespace

ImportResult import_titles(std::istream& list, const ImportAsked& asked,
                           const chassis::Digest128& run, chassis::Commands& catalog,
                           const ImportWatch& watch) {
  return Import{asked, run, catalog, watch}.run(list);
}

}  // namespace madang::catalog
