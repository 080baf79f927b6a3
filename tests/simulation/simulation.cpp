#include "tests/simulation/simulation.hpp"

#include "apps/madang/contexts.hpp"
#include "apps/madang/control/desk.hpp"
#include "tests/simulation/laws.hpp"
#include "tests/simulation/scenario.hpp"

#include <fmt/format.h>
#include <utility>

namespace madang::simulation {
namespace {

class Simulation {
 public:
  Simulation(std::uint64_t seed, const Options& options)
      : world_{seed, options.tells_story}, began_{world_.now()} {
    outcome_.seed = seed;
    for (auto& it : sabotages())
      if (it.name == options.sabotage) world_.sabotage = std::move(it);
  }
  ~Simulation() { world_.simulator.kill_all(); }  // before what its tasks use is gone

  Outcome run() {
    world_.faults = Faults::drawn(world_.simulator);
    world_.open();
    scenario_.emplace(world_, outcome_.history);
    world_.when_shop_died = [this] { died_since_looked_ = true; };
    const auto sittings = 4 + below(4);
    for (std::uint64_t n = 0; n < sittings && is_well(); ++n) {
      sit(std::chrono::seconds{120 + below(240)});
      leap();
    }
    world_.heal();
    if (is_well()) come_to_rest();
    if (is_well()) start_cold();
    return finish();
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return world_.simulator.random() % limit; }
  [[nodiscard]] bool is_well() const { return world_.violations.empty(); }

  void sit(Duration length) {
    scenario_->begin_sitting(length);
    const auto end = world_.now() + length;
    const auto latest = end + 10min;
    while (is_well() && world_.now() < latest && (world_.now() < end || !scenario_->is_quiet())) {
      const auto every = static_cast<std::uint64_t>(world_.faults.trouble_every.count());
      world_.run_for(Duration{static_cast<std::int64_t>(below(2 * every))});
      world_.disturb();
      look();
    }
  }

  // Nobody comes for hours or days.
  void leap() {
    const auto span = std::chrono::minutes{1 + below(world_.simulator.one_in(2) ? 600 : 12'000)};
    if (world_.simulator.one_in(2)) world_.close_shop_for(span);
    else world_.pause_shop_for(span);
    world_.run_for(1min);
    look();
  }

  // What the dead have left is not looked at before the next start has made it durable: a batch whose sync
  // failed may stand there or not, and nobody was told of it.
  void look() {
    if (!world_.is_open()) return;
    if (std::exchange(died_since_looked_, false)) return look_again();
    with_sound_disk([&] { logs_.read_new(), check(); });
  }
  void look_again() {
    with_sound_disk([&] {
      logs_.read_again(true);
      check();
      check_acknowledged(world_, logs_, outcome_.history);
    });
  }
  void check() {
    check_lending(world_, logs_);
    check_money(world_, logs_);
  }
  // Who looks from outside is no part of the world, and meets none of its faults.
  template <class Look>
  void with_sound_disk(Look&& look) {
    auto& disk = world_.storage.disk("shop").faults;
    const auto before = std::exchange(disk, storage::DiskFaults{});
    look();
    disk = before;
  }

  void come_to_rest() {
    std::vector<std::string> open;
    for (int day = 0; day < 60 && is_well(); ++day) {
      world_.run_for(3min);
      look();
      open = unfinished(world_, logs_);
      if (open.empty() && scenario_->is_quiet()) break;
      world_.pause_shop_for(std::chrono::hours{20});
    }
    for (const auto& it : open) world_.violate("it never comes to an end: " + it);
    look_again();
    check_books(world_, logs_);
    check_deliveries(world_, logs_);
    rebuild_all();
  }

  void rebuild_all() {
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

  void start_cold() {
    const auto before = logs_.hash();
    world_.lose_power();
    world_.run_for(1min);
    logs_.read_again(false);
    if (logs_.hash() != before) world_.violate("after the power failed the logs are others");
    if (!unfinished(world_, logs_).empty()) world_.violate("after a cold start something began");
  }

  Outcome finish() {
    outcome_.hash = logs_.hash() ^ world_.simulator.trace_hash();
    outcome_.violations = world_.violations;
    for (const auto* context : contexts)
      for (const auto& event : logs_.of(context))
        world_.tell(fmt::format("stored: {} {} {} v{} at {} {} {}", context, event.position,
                                event.stream, event.version, event.at, event.type, event.payload));
    outcome_.story = std::move(world_.story);
    outcome_.counts = world_.counts;
    const auto& disk = world_.storage.disk("shop").counts;
    outcome_.counts["failed reads"] = disk.failed_reads;
    outcome_.counts["failed writes"] = disk.failed_writes;
    outcome_.counts["failed syncs"] = disk.failed_syncs;
    outcome_.counts["refused writes"] = disk.refused_writes;
    outcome_.counts["sectors lost"] = disk.lost_sectors;
    outcome_.counts["sectors torn"] = disk.torn_sectors;
    outcome_.switches = world_.simulator.switches();
    outcome_.events = logs_.size();
    for (const auto* context : contexts)
      for (const auto& event : logs_.of(context)) ++outcome_.events_by_type[event.type];
    outcome_.days = std::chrono::duration<double, std::ratio<86400>>(world_.now() - began_).count();
    return std::move(outcome_);
  }

  Outcome outcome_;
  bool died_since_looked_ = false;
  World world_;
  const runtime::Time began_;
  Logs logs_{world_};
  std::optional<Scenario> scenario_;
};

}  // namespace

Outcome simulate(std::uint64_t seed, const Options& options) {
  return Simulation{seed, options}.run();
}

}  // namespace madang::simulation
