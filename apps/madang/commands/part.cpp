#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/control/parts.hpp"
#include "chassis/json/json.hpp"
#include "chassis/subscriptions/switches.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", part, context, reason;
  bool off = false, json = false;

  [[nodiscard]] Question question(std::string command) const {
    const auto slash = part.find('/');
    if (slash + 1 == part.size()) throw NotUnderstood{"a part is CONTEXT/NAME"};
    return {.command = std::move(command),
            .context = part.substr(0, slash),
            .part = slash == std::string::npos ? "" : part.substr(slash + 1),
            .why = reason};
  }
};

std::string line_of(const std::string& context, const ShopPart& it, const chassis::Act* off) {
  auto text = (off ? "off  " : "on   ") + context + "/" + it.name + "  " + it.kind;
  if (off)
    text += ", off since " + telemetry::time_text(off->at) + " by " + off->who + ": " + off->why;
  else if (!it.stays_on.empty()) text += ", stays on: " + it.stays_on;
  return text;
}

std::string json_of(const std::string& context, const ShopPart& it, const chassis::Act* off) {
  std::string json;
  chassis::JsonWriter to{json};
  to.begin_object();
  to.text("context", context);
  to.text("part", it.name);
  to.text("kind", it.kind);
  to.boolean("off", off != nullptr);
  to.boolean("may_be_off", it.stays_on.empty());
  if (off) {
    to.text("since", telemetry::time_text(off->at));
    to.text("who", off->who);
    to.text("why", off->why);
  }
  to.end_object();
  return json;
}

int list(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  for (const auto& place : folder.places(asked.context)) {
    const auto all_off = chassis::Switches::off_by(place.read_journal()->acts());
    for (const auto& it : parts_of(*place.context)) {
      const auto found = all_off.find(it.name);
      const auto* off = found == all_off.end() ? nullptr : &found->second;
      if (asked.off && !off) continue;
      const auto told =
          asked.json ? json_of(place.name(), it, off) : line_of(place.name(), it, off);
      std::puts(told.c_str());
    }
  }
  return done;
}

}  // namespace

void add_part(CLI::App& program, Chosen& chosen) {
  auto* command =
      program.add_subcommand("part", "Switch parts of the shop off and on, and list them");
  const auto asked = std::make_shared<Asked>();
  command->require_subcommand(1);
  command->fallthrough();
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  auto* listing = command->add_subcommand("list", "List every part, and which are off");
  listing->add_option("--context", asked->context, "of this context alone");
  listing->add_flag("--off", asked->off, "those that are off alone: since when, by whom and why");
  listing->add_flag("--json", asked->json, "print a JSON object per line");
  listing->callback([&chosen, asked] { chosen = [asked] { return list(*asked); }; });
  const auto switching = [&](const char* name, const char* help) {
    auto* it = command->add_subcommand(name, help);
    it->add_option("part", asked->part, "CONTEXT/NAME as the list shows it; CONTEXT: all of it")
        ->required();
    it->callback([&chosen, asked, name] {
      chosen = [asked, name] {
        return have_done(asked->data, asked->question("part " + std::string{name}));
      };
    });
    return it;
  };
  switching("off", "It does nothing from now on, over restarts too; what it would do waits")
      ->add_option("--reason", asked->reason, "why; for those who ask later")
      ->required();
  switching("on", "It goes on, in order, from where it was switched off")
      ->add_option("--reason", asked->reason, "why; for those who ask later");
  command->footer(
      "Beside a running shop and on a stopped one's folder. An operation that is off is answered with 503 and\n"
      "Retry-After. Examples:\n"
      "  madang part off rental/rent_book --reason \"the publisher counts its licences\"\n"
      "  madang part off insight --reason \"its disk is being changed\"\n"
      "  madang part list --off\n"
      "  madang part on insight --data /srv/madang");
}

}  // namespace madang::app
