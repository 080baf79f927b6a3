#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/log_to_stderr.hpp"
#include "chassis/json/json.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/subscriptions/views.hpp"

namespace madang::app {
namespace {

constexpr std::size_t fold_max = 2000;

struct Asked {
  std::string data = "data", projection, context;
  bool compare = false, json = false;
};

bool has_projection(const chassis::Context& context, const std::string& name) {
  return std::ranges::any_of(context.projections, [&](const auto& it) { return it.name == name; });
}

Place place_of(const DataFolder& folder, const Asked& asked) {
  std::vector<Place> found;
  std::string known;
  for (const auto& place : folder.places(asked.context)) {
    if (has_projection(*place.context, asked.projection)) found.push_back(place);
    for (const auto& it : place.context->projections) known += " " + it.name;
  }
  if (found.empty())
    throw Refused{"there is no read model " + asked.projection + " among:" + known};
  if (found.size() > 1)
    throw NotUnderstood{asked.projection + " is in two contexts; say which with --context"};
  return found.front();
}

// Folds until every generation stands at the head and has taken its place.
void catch_up(chassis::Views& views, chassis::JournalReader& journal,
              const std::string& projection) {
  const auto head = journal.head().position;
  do {
    std::vector<chassis::Delivery> deliveries;
    for (const auto& event : journal.after(views.position(), fold_max))
      deliveries.push_back(chassis::delivery_of(event));
    views.apply(deliveries, head);
    views.maintain();
  } while (views.position() < head || views.is_rebuilding(projection));
}

void print(const Asked& asked, const chassis::Comparison& comparison) {
  if (asked.json) {
    std::string json;
    chassis::JsonWriter to{json};
    to.begin_object();
    to.member("projection");
    to.text(asked.projection);
    to.member("rows");
    to.integer(static_cast<std::int64_t>(comparison.rows));
    to.member("differing");
    to.integer(static_cast<std::int64_t>(comparison.differing));
    to.member("examples");
    to.begin_array();
    for (const auto& key : comparison.examples) to.text(key);
    to.end_array();
    to.end_object();
    std::puts(json.c_str());
    return;
  }
  std::printf("rebuilt %s: %zu rows, %zu of them other than before\n", asked.projection.c_str(),
              comparison.rows, comparison.differing);
  if (asked.compare)
    for (const auto& key : comparison.examples) std::printf("  differed: %s\n", key.c_str());
}

int rebuild(const Asked& asked) {
  const DataFolder folder{asked.data, Use::change};
  const auto place = place_of(folder, asked);
  LogToStderr log;
  chassis::Views views{*place.context, place.views_path(), runtime::Threads{}.now(), log};
  const auto journal = place.read_journal();
  catch_up(views, *journal, asked.projection);
  views.begin_rebuild(asked.projection);
  catch_up(views, *journal, asked.projection);
  const auto comparison = views.last_comparison(asked.projection).value_or(chassis::Comparison{});
  print(asked, comparison);
  return asked.compare && comparison.differing > 0 ? wrong : done;
}

}  // namespace

void add_rebuild(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand("rebuild", "Fold a read model again from the beginning");
  const auto asked = std::make_shared<Asked>();
  command->add_option("projection", asked->projection, "its name, as inspect shows it")->required();
  command->add_flag("--compare", asked->compare,
                    "list rows that differed from the live ones; exit code 1 if any did");
  command->add_option("--context", asked->context, "of this context");
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_flag("--json", asked->json, "print one JSON object");
  command->footer(
      "The new rows take the place of the old ones once they are complete. The shop must be stopped.\n"
      "Examples:\n"
      "  madang rebuild editions\n"
      "  madang rebuild ledger_book --compare --json");
  command->callback([&chosen, asked] { chosen = [asked] { return rebuild(*asked); }; });
}

}  // namespace madang::app
