// What whoever runs the shop keeps of it on a disk elsewhere: backups of its logs, and the one copy of people's keys,
// which the shop itself replaces at each erasure.
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/restore.hpp"
#include "tests/simulation/world.hpp"
#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr auto copied_within = 1min;
constexpr Duration restored_after = 10s, opened_after = 5min;
constexpr const char* restored_folder = "shop/restored";

std::string backup_numbered(std::uint64_t number) {
  return fmt::format("{}/backup-{}", safe_disk, number);
}

}  // namespace

// A shop that is killed meanwhile, or whose disk fails, is asked another time.
void World::have_copied(const std::string& command, const std::string& to) {
  const auto done = std::make_shared<bool>(false);
  in_shop(
      "identity",
      [done, question = app::line_of(app::Question{.command = command, .path = to})](
          app::Shop& shop) { *done = app::said_of(shop.control(question, "operator")).code == 0; },
      copied_within);
  tell(fmt::format("{} to {}: {}", command, to, *done ? "done" : "not done"));
  counts[command] += *done ? 1 : 0;
}

void World::copy_keys() { have_copied("backup keys", keys_copy); }

void World::back_up() { have_copied("backup", backup_numbered(counts["backup"] + 1)); }

bool World::go_on_from_backup() {
  const auto last = counts["backup"];
  if (last == 0) return false;
  tell("the shop's folder is lost; the shop goes on from the last backup");
  auto& console = simulator.process("console");
  bool is_restored = false;
  console.spawn("restore", [&] {
    console.sleep(restored_after);
    app::restore(console, storage.files(),
                 {.data = restored_folder, .backup = backup_numbered(last), .keys = keys_copy});
    machines_.front()->settings.data = restored_folder;
    is_restored = true;
  });
  close_for(all_machines(), opened_after);
  run_for(1min);
  if (!is_restored || !is_open()) violate("what was backed up cannot be gone on from");
  return is_restored;
}

}  // namespace madang::simulation
