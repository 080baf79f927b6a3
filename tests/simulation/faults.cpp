#include "tests/simulation/faults.hpp"

namespace madang::simulation {

Faults Faults::drawn(runtime::Simulator& chance) {
  const auto one_in = [&](std::uint64_t least, std::uint64_t most) -> std::uint64_t {
    return chance.one_in(3) ? 0 : least + chance.random() % (most - least);
  };
  const auto maybe = [&] { return !chance.one_in(3); };
  Faults it;
  it.requests_lost_one_in = one_in(8, 100);
  it.answers_lost_one_in = one_in(8, 100);
  it.calls_lost_one_in = one_in(4, 60);
  it.calls_reset_one_in = one_in(4, 60);
  it.calls_late_one_in = one_in(4, 60);
  it.calls_late_max = std::chrono::milliseconds{1 + chance.random() % 20'000};
  it.webhooks_lost_one_in = one_in(2, 20);
  it.webhooks_doubled_one_in = one_in(2, 20);
  it.webhooks_late_one_in = one_in(2, 20);
  it.trouble_every = std::chrono::seconds{5 + chance.random() % 60};
  it.kills = maybe();
  it.power_losses = maybe();
  it.burns = maybe();
  it.full_disks = maybe();
  it.slow_disks = maybe();
  it.provider_away = maybe();
  it.provider_kills = maybe();
  it.pauses = maybe();
  it.clock_steps = maybe();
  it.disk.reads_fail_one_in = one_in(2'000, 50'000);
  it.disk.writes_fail_one_in = one_in(500, 20'000);
  it.disk.syncs_fail_one_in = one_in(200, 5'000);
  it.disk.yields_one_in = 1 + chance.random() % 16;
  it.look_every = std::chrono::seconds{chance.one_in(2) ? 1 : 1 + chance.random() % 60};
  return it;
}

}  // namespace madang::simulation
