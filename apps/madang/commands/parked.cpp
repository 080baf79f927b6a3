#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/control/parked_story.hpp"
#include "chassis/json/json.hpp"
#include "chassis/subscriptions/views.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::app {
namespace {

using app::json_of, app::story_of;  // of deliveries
using chassis::Act, chassis::ParkedRow;

struct Asked {
  std::string data = "data", context, reason;
  std::int64_t number = 0;
  bool json = false, discarded = false;
};

std::string json_of(const std::string& context, const ParkedRow& it) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("context", context);
  to.text("read_model", it.projection);
  to.text("key", it.key);
  to.integer("position", it.position);
  to.text("cause", it.cause);
  to.end_object();
  return json;
}

std::string story_of(const std::string& context, const ParkedRow& it) {
  return context + " read model " + it.projection + ' ' + it.key + ": " +
         (it.cause.empty() ? "waits behind the one before" : it.cause) + '\n';
}

std::string json_of(const std::string& context, const Act& it) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("context", context);
  to.text("discarded_at", telemetry::time_text(it.at));
  to.text("who", it.who);
  to.text("why", it.why);
  to.raw("parked", it.details);
  to.end_object();
  return json;
}

std::string story_of(const std::string&, const Act& it) {
  return it.about + "\n  discarded " + telemetry::time_text(it.at) + " by " + it.who + ": " +
         it.why + '\n';
}

int list(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  for (const auto& place : folder.places(asked.context)) {
    const auto print = [&](const auto& it) {
      if (asked.json) std::puts(json_of(place.name(), it).c_str());
      else std::fputs(story_of(place.name(), it).c_str(), stdout);
    };
    const auto journal = place.read_journal();
    if (asked.discarded) {
      for (const auto& act : journal->acts())
        if (act.what == "discarded") print(act);
      continue;
    }
    std::ranges::for_each(journal->parked(), print);
    if (std::filesystem::exists(place.views_path()))
      std::ranges::for_each(chassis::ViewsReader{place.views_path()}.parked(), print);
  }
  return done;
}

void add_number(CLI::App& command, Asked& asked) {
  command.add_option("context", asked.context, "as the list shows it")->required();
  command.add_option("number", asked.number, "as the list shows it")->required();
}

}  // namespace

void add_parked(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "parked", "Deliveries that could not be handled, and what waits behind them");
  const auto asked = std::make_shared<Asked>();
  command->require_subcommand(1);
  command->fallthrough();
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  auto* listing = command->add_subcommand("list", "List them with their stories");
  listing->add_option("--context", asked->context, "of this context alone");
  listing->add_flag("--discarded", asked->discarded,
                    "those that were given up: what, when, by whom and why");
  listing->add_flag("--json", asked->json, "print a JSON object per line");
  listing->callback([&chosen, asked] { chosen = [asked] { return list(*asked); }; });
  auto* retrying = command->add_subcommand("retry", "Try it again, with what waits behind it");
  add_number(*retrying, *asked);
  retrying->add_option("--reason", asked->reason, "why now; for those who ask later");
  retrying->callback([&chosen, asked] {
    chosen = [asked] {
      return have_done(asked->data, {.command = "parked retry",
                                     .context = asked->context,
                                     .why = asked->reason,
                                     .number = asked->number});
    };
  });
  auto* discarding = command->add_subcommand(
      "discard", "Give it up, for good; who did it, when and why is kept (`list --discarded`)");
  add_number(*discarding, *asked);
  discarding->add_option("--reason", asked->reason, "why; for those who ask later")->required();
  discarding->callback([&chosen, asked] {
    chosen = [asked] {
      return have_done(asked->data, {.command = "parked discard",
                                     .context = asked->context,
                                     .why = asked->reason,
                                     .number = asked->number});
    };
  });
  command->footer(
      "All of it works beside a running shop and on a stopped one's folder. A row of a read model has no\n"
      "number: `madang rebuild` folds it again. Examples:\n"
      "  madang parked list --json\n"
      "  madang parked retry rental 7\n"
      "  madang parked discard rental 7 --reason \"the edition was a test\" --data /srv/madang");
}

}  // namespace madang::app
