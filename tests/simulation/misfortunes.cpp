// One thing that goes wrong, of the kinds that this seed has.
#include "tests/simulation/world.hpp"
#include <fmt/format.h>
#include <vector>

namespace madang::simulation {
namespace {

constexpr std::uint64_t full_or_slow_s_max = 30, provider_away_s_max = 120, pause_s_max = 120,
                        cut_s_max = 300;

}  // namespace

std::chrono::seconds World::up_to_seconds(std::uint64_t most) {
  return std::chrono::seconds{1 + simulator.random() % most};
}

Machine& World::some_machine() {
  return machines_.size() == 1 ? *machines_.front()
                               : *machines_[simulator.random() % machines_.size()];
}

void World::fill_disk(Machine& it) {
  ++counts["full disks"];
  tell("the disk of the " + it.name + " is full");
  it.disk.faults.full = true;
  it.disk_full_until = now() + up_to_seconds(full_or_slow_s_max);
}

void World::slow_disk(Machine& it) {
  ++counts["slow disks"];
  tell("the disk of the " + it.name + " is slow");
  it.disk.faults.access_max = std::chrono::milliseconds{1 + simulator.random() % 40};
  it.disk_slow_until = now() + up_to_seconds(full_or_slow_s_max);
}

void World::step_clock(Machine& it) {
  const auto hours = static_cast<std::int64_t>(simulator.random() % 7) - 3;
  const auto offset = std::chrono::hours{hours} + std::chrono::minutes{simulator.random() % 60};
  simulator.set_wall_clock(it.name, std::chrono::duration_cast<Duration>(offset));
  ++counts["clock steps"];
  tell("the clock of the " + it.name + " is set; it will read it when it starts again");
}

void World::cut_from_broker(Machine& it) {
  ++counts["bus: cuts between the shop and the broker"];
  using Way = chassis::SimBroker::Way;
  const auto way = simulator.one_in(2) ? Way::there : Way::back;
  tell(way == Way::there ? "nothing of the " + it.name + " reaches the broker"
                         : "the broker's answers to the " + it.name + " are lost");
  broker.cut(it.name, way);
  it.broker_cut_until = now() + up_to_seconds(cut_s_max);
}

void World::disturb() {
  using Misfortune = std::function<void()>;
  std::vector<Misfortune> known;
  const auto add = [&](bool has, const Misfortune& it, std::size_t times = 1) {
    if (has) known.insert(known.end(), times, it);
  };
  constexpr std::size_t often = 2;  // what ends the shop tries it most
  const auto kill_one = [&] {
    ++counts["kills"];
    kill(some_machine(), it_is_killed);
  };
  add(faults.kills, kill_one, often);
  add(faults.power_losses, [&] { lose_power(); }, often);
  add(faults.burns, [&] {
    ++counts["power losses at a write"];
    some_machine().disk.burn_after(1 + simulator.random() % 60);
  });
  add(faults.full_disks, [&] { fill_disk(some_machine()); });
  add(faults.slow_disks, [&] { slow_disk(some_machine()); });
  add(faults.provider_away, [&] {
    ++counts["provider away"];
    tell("the provider is away");
    provider_away_until_ = now() + up_to_seconds(provider_away_s_max);
  });
  add(faults.provider_kills, [&] {
    ++counts["kills of the provider"];
    simulator.kill("provider", "it is killed");
  });
  add(faults.pauses, [&] {
    ++counts["pauses"];
    auto& it = some_machine();
    tell("the " + it.name + " stands still");
    pause_for(it, up_to_seconds(pause_s_max));
  });
  add(faults.clock_steps, [&] { step_clock(some_machine()); });
  add(faults.broker_cuts, [&] { cut_from_broker(some_machine()); });
  if (!known.empty()) known[simulator.random() % known.size()]();
}

}  // namespace madang::simulation
