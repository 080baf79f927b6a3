#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/commands.hpp"
#include "apps/madang/control/restore.hpp"
#include "chassis/runtime/threads.hpp"

namespace madang::app {
namespace {

int make_folder(const Restoring& asked) {
  runtime::Threads runtime;
  storage::RealFileSystem files;
  const auto events = restore(runtime, files, asked);
  std::printf("restored %lld events to %s; its read models are made when the shop opens\n",
              static_cast<long long>(events), asked.data.c_str());
  return done;
}

}  // namespace

void add_restore(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "restore", "Make a data folder of a backup and the one copy of the keys");
  const auto asked = std::make_shared<Restoring>();
  command->add_option("backup", asked->backup, "what `madang backup` made")->required();
  command->add_option("--keys", asked->keys, "what `madang backup keys` made last")->required();
  command
      ->add_option("--data", asked->data,
                   "the folder to be made; it must not be there, or be empty")
      ->capture_default_str();
  command->footer(
      "Nothing is restored without the list of the erased, so that nobody comes back. Money that moved after\n"
      "the backup is known to the payment provider alone: open the shop and run `madang reconcile`.\n"
      "Examples:\n"
      "  madang restore /srv/backups/monday --keys /mnt/safe/keys --data /srv/madang\n"
      "  madang check --data /srv/madang");
  command->callback([&chosen, asked] { chosen = [asked] { return make_folder(*asked); }; });
}

}  // namespace madang::app
