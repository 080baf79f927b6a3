#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <span>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/engines.hpp"
#include "catalog/application/import_titles.hpp"
#include "chassis/control/control_socket.hpp"
#include "chassis/storage/files.hpp"

namespace madang::app {
namespace {

constexpr std::int64_t progress_every = 5000;  // rows
constexpr std::size_t fold_at_least = 20'000;  // events
constexpr auto pause_unit = std::chrono::milliseconds{50};
constexpr auto settle_within = std::chrono::minutes{5};

struct Asked {
  std::string data = "data", file, publisher = "gutenberg", terms, when_untitled;
};

catalog::ImportAsked import_of(const Asked& asked) {
  const auto terms = catalog::TermsRule::parse(asked.terms);
  if (!asked.terms.empty() && !terms)
    throw NotUnderstood{"--terms, column " + std::to_string(terms.error().column) + ": " +
                        terms.error().why};
  catalog::ImportAsked import;
  import.publisher = asked.publisher;
  if (!asked.terms.empty()) import.terms = *terms;
  if (!asked.when_untitled.empty()) import.when_untitled = asked.when_untitled;
  return import;
}

// RFC 4180: a field with commas, quotes or line breaks stands in quotes.
std::string csv_field(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string{"\"\""} : std::string{c};
  return field + '"';
}

int import_csv(const Asked& asked) {
  const auto import = import_of(asked);
  std::ifstream list{asked.file};
  if (!list) throw Cannot{"cannot read " + asked.file};
  storage::RealFileSystem{}.create_folder(asked.data);
  const DataFolder folder{asked.data, Use::change};
  std::ofstream refused{asked.file + ".refused.csv", std::ios::trunc};
  if (!(refused << "line,reason\n")) throw Cannot{"cannot write " + asked.file + ".refused.csv"};
  // Nobody else is at work here: large batches touch fewer pages a row, and read models may lag behind.
  chassis::EngineSettings settings;
  settings.journal.batch_max = import.rows_at_once;
  settings.fold_at_least = fold_at_least;
  settings.look_every = std::chrono::milliseconds{200};
  Engines engines{{folder.make_place("catalog")}, settings};

  chassis::Digest128 run{};
  engines.runtime().fill_random(std::as_writable_bytes(std::span{run}));
  std::int64_t told = 0;
  const catalog::ImportWatch watch{
      .refused =
          [&](const catalog::RefusedRow& row) {
            refused << row.line << ',' << csv_field(row.why) << '\n';
          },
      .progress =
          [&](const catalog::ImportCounts& counts) {
            if (counts.rows < told + progress_every) return;
            told = counts.rows;
            std::fprintf(stderr, "madang: %lld rows\n", static_cast<long long>(told));
          },
      .wait_before_retry = [&](int attempt) { engines.runtime().sleep(pause_unit * attempt); }};
  auto& engine = engines.of("catalog");
  const auto [counts, broken_off] = catalog::import_titles(list, import, run, engine, watch);
  if (!engine.settle(engines.runtime().now() + settle_within))
    std::fputs("madang: the read models will catch up when the shop opens\n", stderr);
  const auto told_of = std::to_string(counts.fresh) + " new titles, " +
                       std::to_string(counts.changed) + " changed, from " + asked.file;
  if (!engine.note_act({std::chrono::floor<std::chrono::milliseconds>(engines.runtime().now()),
                        control::own_account(), "imported", told_of,
                        asked.terms.empty() ? "" : "terms: " + asked.terms, "{}"}))
    std::fputs("madang: the journal took no note of who imported\n", stderr);
  if (!refused.flush()) throw Cannot{"cannot write " + asked.file + ".refused.csv"};
  if (broken_off) std::fprintf(stderr, "madang: broken off: %s\n", broken_off->c_str());
  std::printf("imported: %lld new, %lld changed, %lld unchanged, %lld refused\n",
              static_cast<long long>(counts.fresh), static_cast<long long>(counts.changed),
              static_cast<long long>(counts.unchanged), static_cast<long long>(counts.refused));
  return broken_off || counts.refused > 0 ? wrong : done;
}

}  // namespace

void add_import(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand("import", "Take lists of titles into the catalog");
  command->require_subcommand(1);
  auto* csv =
      command->add_subcommand("csv", "A CSV file with a title per row; the shop must be stopped");
  const auto asked = std::make_shared<Asked>();
  csv->add_option("file", asked->file,
                  "its first row names the columns: id, isbn, title, authors, language")
      ->required();
  csv->add_option("--publisher", asked->publisher, "whose identifiers the column id holds")
      ->capture_default_str();
  csv->add_option("--terms", asked->terms,
                  "on what terms titles are lent; without it, on none yet");
  csv->add_option("--when-untitled", asked->when_untitled,
                  "stands for an empty title; without it the row is refused");
  csv->add_option("--data", asked->data, "the data folder; made if it is not there")
      ->capture_default_str();
  csv->footer(
      "It may be run again at any time: what is there already stays. Refused rows go to FILE.refused.csv\n"
      "with line and reason; then the exit code is 1. Examples:\n"
      "  madang import csv titles.csv\n"
      "  madang import csv titles.csv --terms \"language=ko: 3000 KRW, 14 days, 3 licences; *: 2000 KRW, 14 days, 2 licences\"");
  command->footer(csv->get_footer());
  csv->callback([&chosen, asked] { chosen = [asked] { return import_csv(*asked); }; });
}

}  // namespace madang::app
