#include "tests/simulation/audit.hpp"

#include "apps/madang/contexts.hpp"
#include "apps/madang/control/desk.hpp"
#include "tests/simulation/chances.hpp"
#include "tests/simulation/laws.hpp"

#include <fmt/format.h>
#include <utility>

namespace madang::simulation {
namespace {

constexpr int days_until_rest_max = 60;

// Who looks from outside is no part of the world, and meets none of its faults.
template <class Look>
void with_sound_disk(World& world, Look&& look) {
  auto& disk = world.storage.disk("shop").faults;
  const auto before = std::exchange(disk, storage::DiskFaults{});
  look();
  disk = before;
}

}  // namespace

Audit::Audit(World& world, const History& history) : world_{world}, history_{history} {
  world_.when_shop_died = [this] { died_since_looked_ = true; };
}

// What the dead have left is not looked at before the next start has made it durable: a batch whose sync
// failed may stand there or not, and nobody was told of it.
void Audit::look() {
  if (!world_.is_open()) return;
  if (std::exchange(died_since_looked_, false)) return look_again();
  with_sound_disk(world_, [&] {
    logs_.read_new();
    check();
    keys_seen_.look(world_);
  });
}

void Audit::look_again() {
  with_sound_disk(world_, [&] {
    logs_.read_again(true);
    check();
    check_acknowledged(world_, logs_, history_);
  });
}

void Audit::check() {
  check_lending(world_, logs_);
  check_money(world_, logs_);
}

void Audit::come_to_rest(const std::function<bool()>& is_quiet) {
  std::vector<std::string> open;
  for (int day = 0; day < days_until_rest_max && is_well(); ++day) {
    world_.run_for(1min);
    look();
    check_punctuality(world_, logs_);
    retry_what_is_parked(world_);
    open = unfinished(world_, logs_);
    if (open.empty() && is_quiet()) break;
    world_.pause_shop_for(std::chrono::hours{20});
  }
  for (const auto& it : open) world_.violate("it never comes to an end: " + it);
  look_again();
  check_books(world_, logs_);
  check_deliveries(world_, logs_);
  check_times(world_, logs_);
  check_lines(world_, logs_);
  check_identifiers(world_, logs_);
  check_processes(world_, logs_);
  check_nobody_paid_for_nothing(world_, logs_);
  check_nobody_waits_in_vain(world_, logs_);
  keys_seen_.check_forgotten(world_, logs_);
  rebuild_all();
}

void Audit::rebuild_all() {
  for (const auto& context : app::all_contexts())
    for (const auto& projection : context->projections) {
      const auto said = std::make_shared<app::Said>();
      const bool answered = world_.in_shop(
          [said, name = context->name(), projection = projection.name](app::Shop& shop) {
            *said = app::said_of(shop.control(app::line_of(app::Question{.command = "rebuild",
                                                                         .context = name,
                                                                         .projection = projection,
                                                                         .compare = true}),
                                              "auditor"));
          },
          5min);
      if (!answered || said->code != 0)
        world_.violate(fmt::format("rebuilding {} of {}: {}{}", projection.name, context->name(),
                                   said->out, said->complaint));
    }
}

void Audit::start_cold() {
  const auto before = logs_.hash();
  world_.lose_power();
  world_.run_for(1min);
  logs_.read_again(false);
  if (logs_.hash() != before) world_.violate("after the power failed the logs are others");
  if (!unfinished(world_, logs_).empty()) world_.violate("after a cold start something began");
}

}  // namespace madang::simulation
