// One thing that goes wrong, of the kinds that this seed has.
#include "tests/simulation/world.hpp"
#include <vector>

namespace madang::simulation {

void World::step_clock() {
  const auto hours = static_cast<std::int64_t>(simulator.random() % 7) - 3;
  const auto offset = std::chrono::hours{hours} + std::chrono::minutes{simulator.random() % 60};
  simulator.set_wall_clock("shop", std::chrono::duration_cast<Duration>(offset));
  ++counts["clock steps"];
  tell("the shop's clock is set; it will read it when it starts again");
}

void World::disturb() {
  auto& disk = storage.disk("shop");
  using Misfortune = std::function<void()>;
  std::vector<Misfortune> known;
  const auto add = [&](bool has, const Misfortune& it, std::size_t times = 1) {
    if (has) known.insert(known.end(), times, it);
  };
  const auto soon = [&](std::uint64_t most_s) {
    return now() + std::chrono::seconds{1 + simulator.random() % most_s};
  };
  constexpr std::size_t often = 2;  // what ends the shop tries it most
  const auto kill = [&] {
    ++counts["kills"];
    kill_shop(it_is_killed);
  };
  add(faults.kills, kill, often);
  add(faults.power_losses, [&] { lose_power(); }, often);
  add(faults.burns, [&] {
    ++counts["power losses at a write"];
    disk.burn_after(1 + simulator.random() % 60);
  });
  add(faults.full_disks, [&] {
    ++counts["full disks"];
    tell("the disk is full");
    disk.faults.full = true;
    disk_full_until_ = soon(30);
  });
  add(faults.slow_disks, [&] {
    ++counts["slow disks"];
    tell("the disk is slow");
    disk.faults.access_max = std::chrono::milliseconds{1 + simulator.random() % 40};
    disk_slow_until_ = soon(30);
  });
  add(faults.provider_away, [&] {
    ++counts["provider away"];
    tell("the provider is away");
    provider_away_until_ = soon(120);
  });
  add(faults.provider_kills, [&] {
    ++counts["kills of the provider"];
    simulator.kill("provider", "it is killed");
  });
  add(faults.pauses, [&] {
    ++counts["pauses"];
    tell("the shop stands still");
    pause_shop_for(std::chrono::seconds{1 + simulator.random() % 120});
  });
  add(faults.clock_steps, [&] { step_clock(); });
  add(faults.broker_cuts, [&] {
    ++counts["bus: cuts between the shop and the broker"];
    using Way = chassis::SimBroker::Way;
    const auto way = simulator.one_in(2) ? Way::there : Way::back;
    tell(way == Way::there ? "nothing reaches the broker" : "the broker's answers are lost");
    broker.cut("shop", way);
    broker_cut_until_ = soon(300);
  });
  if (!known.empty()) known[simulator.random() % known.size()]();
}

}  // namespace madang::simulation
