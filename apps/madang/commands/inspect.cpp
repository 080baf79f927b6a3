#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/contexts.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string context, format = "text";
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

int inspect(const Asked& asked) {
  const auto all = all_contexts();
  std::vector<const chassis::Context*> contexts;
  for (const auto& it : all)
    if (asked.context.empty() || it->name() == asked.context) contexts.push_back(it.get());
  if (contexts.empty()) throw Refused{"there is no context " + asked.context};
  std::fputs(drawn(contexts, asked.json ? "json" : asked.format).c_str(), stdout);
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
  command->footer(
      "Examples:\n"
      "  madang inspect\n"
      "  madang inspect rental --format mermaid > rental.mmd");
  command->callback([&chosen, asked] { chosen = [asked] { return inspect(*asked); }; });
}

}  // namespace madang::app
