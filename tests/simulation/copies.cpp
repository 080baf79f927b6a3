// What whoever runs the shop keeps of it on a disk elsewhere: backups of its logs, and the one copy of people's keys,
// which the shop itself replaces at each erasure.
#include "apps/madang/control/desk.hpp"
#include "tests/simulation/world.hpp"
#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr auto copied_within = 1min;

}  // namespace

// A shop that is killed meanwhile, or whose disk fails, is asked another time.
bool World::have_copied(const std::string& command, const std::string& to) {
  const auto done = std::make_shared<bool>(false);
  in_shop(
      "identity",
      [done, question = app::line_of(app::Question{.command = command, .path = to})](
          app::Shop& shop) { *done = app::said_of(shop.control(question, "operator")).code == 0; },
      copied_within);
  tell(fmt::format("{} to {}: {}", command, to, *done ? "done" : "not done"));
  counts[command] += *done ? 1 : 0;
  return *done;
}

void World::copy_keys() { have_copied("backup keys", keys_copy); }

void World::back_up() {
  have_copied("backup", fmt::format("{}/backup-{}", safe_disk, counts["backup"] + 1));
}

}  // namespace madang::simulation
