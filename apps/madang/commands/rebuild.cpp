#include <CLI/CLI.hpp>

#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/commands.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", projection, context;
  bool compare = false, json = false;
};

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
      "The new rows take the place of the old ones once they are complete; until then people read the\n"
      "old ones. Works beside a running shop and on a stopped one's folder.\n"
      "Examples:\n"
      "  madang rebuild editions\n"
      "  madang rebuild ledger_book --compare --json");
  command->callback([&chosen, asked] {
    chosen = [asked] {
      return have_done(asked->data, {.command = "rebuild",
                                     .context = asked->context,
                                     .projection = asked->projection,
                                     .compare = asked->compare,
                                     .json = asked->json});
    };
  });
}

}  // namespace madang::app
