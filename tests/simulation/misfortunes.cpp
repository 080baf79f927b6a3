// One thing that goes wrong, of the kinds that this seed has.
#include "tests/simulation/world.hpp"
#include <array>
#include <fmt/format.h>
#include <vector>

namespace madang::simulation {
namespace {

constexpr std::uint64_t full_or_slow_s_max = 30, hard_to_read_s_max = 30, provider_away_s_max = 120,
                        pause_s_max = 120, cut_s_max = 300, long_in_coming_s_max = 180,
                        rack_one_in = 6, clocks_apart_s_max = 30, second_alone_s_max = 20,
                        steps_max = 60, steps_soon_max = 8, syncs_max = 20;
constexpr std::uint64_t slow_ms_max = 40, very_slow_ms_max = 300;  // of one access

}  // namespace

std::chrono::seconds World::up_to_seconds(std::uint64_t most) {
  return std::chrono::seconds{1 + simulator.random() % most};
}

Machines World::struck() {
  if (machines_.size() > 1 && simulator.one_in(rack_one_in)) return all_machines();
  return {&some_machine()};
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
  const std::uint64_t most = simulator.one_in(4) ? very_slow_ms_max : slow_ms_max;
  it.disk.faults.access_max = std::chrono::milliseconds{1 + simulator.random() % most};
  it.disk_slow_until = now() + up_to_seconds(full_or_slow_s_max);
}

void World::loosen_cable(Machine& it) {
  ++counts["bad cables"];
  tell("the disk of the " + it.name + " is hard to read");
  it.disk.faults.hard_to_read = true;
  it.disk_hard_to_read_until = now() + up_to_seconds(hard_to_read_s_max);
}

// A rack's clocks are wrong together by hours, and one of them by seconds more.
void World::step_clocks() {
  ++counts["clock steps"];
  clocks_were_set_ = true;
  const bool is_alone = machines_.size() == 1;
  if (is_alone || simulator.one_in(rack_one_in)) {
    const auto hours = static_cast<std::int64_t>(simulator.random() % 7) - 3;
    rack_clock_ = std::chrono::hours{hours} + std::chrono::minutes{simulator.random() % 60};
    for (const auto& it : machines_) set_clock(*it, rack_clock_);
    if (!is_alone) lose_power();  // all read it at once
    return;
  }
  const auto apart = std::chrono::seconds{1 + simulator.random() % (2 * clocks_apart_s_max)};
  set_clock(some_machine(), rack_clock_ + apart - std::chrono::seconds{clocks_apart_s_max});
}

void World::set_clock(const Machine& it, Duration offset) {
  simulator.set_wall_clock(it.name, offset);
  tell("the clock of the " + it.name + " is set; it will read it when it starts again");
}

void World::cut_from_broker(Machine& it) {
  ++counts["bus: cuts between the shop and the broker"];
  using Way = chassis::SimBroker::Way;
  struct Cut {
    Way way;
    std::string_view told;
  };
  constexpr std::array<Cut, 3> cuts{{{Way::there, "nothing reaches the broker"},
                                     {Way::back, "the broker's answers are lost"},
                                     {Way::hearing, "nothing is heard of the broker"}}};
  const auto& [way, told] = cuts[simulator.random() % cuts.size()];
  tell(fmt::format("of the {}: {}", it.name, told));
  broker.cut(it.name, way);
  it.broker_cut_until = now() + up_to_seconds(cut_s_max);
}

// One of several is sometimes long in coming back, while the others go on.
void World::kill_some() {
  ++counts["kills"];
  for (auto* it : struck()) {
    if (machines_.size() > 1 && simulator.one_in(4))
      it->closed_until = now() + up_to_seconds(long_in_coming_s_max);
    kill(*it, it_is_killed);
  }
}

// The shop stands still, the lock of its folder is lost, and whoever finds the folder free starts another; then the
// first goes on, and knows nothing of it. Of the two the one is ended that is started or killed next.
void World::take_over() {
  if (has_two_owners() || !machines_.front()->is_up()) return;
  ++counts["second owners"];
  auto& first = *machines_.front();
  overtaken_start_ = first.starts;
  tell("the shop stands still, and its folder's lock is lost");
  simulator.pause(first.name);
  simulator.start(second_->name);
  run_for(up_to_seconds(second_alone_s_max));
  simulator.go_on(first.name);
}

// What it left unsynced is read by the next process, and the power may fail before that has written anything.
void World::kill_at_a_sync(Machine& it) {
  ++counts["kills at a sync"];
  it.disk.kill_after_syncs(1 + simulator.random() % syncs_max);
  if (faults.power_losses) it.burns_when_open = 1 + simulator.random() % steps_soon_max;
}

void World::disturb() {
  using Misfortune = std::function<void()>;
  std::vector<Misfortune> known;
  const auto add = [&](bool has, const Misfortune& it) {
    if (has) known.push_back(it);
  };
  add(faults.kills, [&] { kill_some(); });
  add(faults.kills_at_syncs, [&] { kill_at_a_sync(some_machine()); });
  add(faults.power_losses, [&] {
    ++counts["power losses"];
    for (auto* it : struck()) lose_power(*it);
  });
  add(faults.burns, [&] {
    ++counts["power losses at a write"];
    some_machine().disk.burn_after(1 + simulator.random() % steps_max);
  });
  add(faults.full_disks, [&] { fill_disk(some_machine()); });
  add(faults.slow_disks, [&] { slow_disk(some_machine()); });
  add(faults.bad_cables, [&] { loosen_cable(some_machine()); });
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
    pause_for(struck(), up_to_seconds(pause_s_max));
  });
  add(faults.clock_steps, [&] { step_clocks(); });
  add(faults.two_owners, [&] { take_over(); });
  add(faults.broker_cuts, [&] { cut_from_broker(some_machine()); });
  add(faults.machine_cuts, [&] { cut_between_machines(); });
  if (!known.empty()) known[simulator.random() % known.size()]();
}

}  // namespace madang::simulation
