#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/contexts.hpp"
#include "chassis/subscriptions/switches.hpp"
#include "chassis/telemetry/time_text.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string context, format = "text", data;
  bool json = false;
};

std::string drawn(const std::vector<const chassis::Context*>& contexts, const std::string& format) {
  std::string text;
  for (const auto* context : contexts) {
    if (format == "json") text += (text.empty() ? "[" : ",") + chassis::inspect_json(*context);
    else if (format == "mermaid") text += chassis::inspect_mermaid(*context);
    else text += chassis::inspect_text(*context);
  }
  return format == "json" ? text + "]\n" : text;
}

// What operators have switched off in that shop, below the wall.
void print_what_is_off(const Asked& asked) {
  const DataFolder folder{asked.data, Use::look};
  for (const auto& place : folder.places(asked.context)) {
    for (const auto& [part, act] : chassis::Switches::off_by(place.read_journal()->acts()))
      std::printf("off  %s/%s since %s by %s: %s\n", place.name().c_str(), part.c_str(),
                  telemetry::time_text(act.at).c_str(), act.who.c_str(), act.why.c_str());
  }
}

int inspect(const Asked& asked) {
  const auto all = all_contexts();
  std::vector<const chassis::Context*> contexts;
  for (const auto& it : all)
    if (asked.context.empty() || it->name() == asked.context) contexts.push_back(it.get());
  if (contexts.empty()) throw Refused{"there is no context " + asked.context};
  std::fputs(drawn(contexts, asked.json ? "json" : asked.format).c_str(), stdout);
  if (!asked.data.empty() && !asked.json && asked.format == "text") print_what_is_off(asked);
  return done;
}

}  // namespace

void add_inspect(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "inspect", "Show what contexts are made of: commands, events, policies, read models");
  const auto asked = std::make_shared<Asked>();
  command->add_option("context", asked->context, "only this one");
  command->add_option("--format", asked->format, "text, json, or mermaid in event-storming colours")
      ->check(CLI::IsMember({"text", "json", "mermaid"}))
      ->capture_default_str();
  command->add_flag("--json", asked->json, "the same as --format json");
  command->add_option("--data", asked->data,
                      "a data folder: what operators have switched off there, below the rest");
  command->footer(
      "Examples:\n"
      "  madang inspect\n"
      "  madang inspect rental --format mermaid > rental.mmd");
  command->callback([&chosen, asked] { chosen = [asked] { return inspect(*asked); }; });
}

}  // namespace madang::app
