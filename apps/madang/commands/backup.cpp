#include <CLI/CLI.hpp>
#include <filesystem>

#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/commands.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", to, keys_to;
  bool json = false;
};

std::string from_the_root(const std::string& path) {
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path)).string();
}

}  // namespace

void add_backup(CLI::App& program, Chosen& chosen) {
  auto* command =
      program.add_subcommand("backup", "Copy all logs and files as they are at one moment");
  const auto asked = std::make_shared<Asked>();
  command->fallthrough();
  command->add_option("folder", asked->to, "to be made; it must not be there yet");
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_flag("--json", asked->json, "print one JSON object");
  auto* keys = command->add_subcommand(
      "keys",
      "Copy people's keys, the secrets and the list of the erased, in place of the copy before");
  keys->add_option("folder", asked->keys_to, "made, or replaced")->required();
  keys->callback([&chosen, asked] {
    chosen = [asked] {
      return have_done(asked->data,
                       {.command = "backup keys", .path = from_the_root(asked->keys_to)});
    };
  });
  command->callback([&chosen, asked, keys] {
    if (keys->parsed()) return;
    chosen = [asked] {
      if (asked->to.empty()) throw NotUnderstood{"say where to: madang backup FOLDER"};
      return have_done(
          asked->data,
          {.command = "backup", .path = from_the_root(asked->to), .json = asked->json});
    };
  });
  command->footer(
      "Works beside a running shop, which goes on but for the moment that is printed, and on a stopped one's\n"
      "folder. People's keys are in no backup: keep their one copy elsewhere, and make it anew after each\n"
      "erasure. Examples:\n"
      "  madang backup /srv/backups/monday --data /srv/madang\n"
      "  madang backup keys /mnt/safe/keys --data /srv/madang");
}

}  // namespace madang::app
