#include "tests/simulation/every_write.hpp"

#include "tests/simulation/audit.hpp"
#include "tests/simulation/journey.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>

namespace madang::simulation {
namespace {

using Unsynced = storage::DiskFaults::Unsynced;

struct Cut {
  std::uint64_t at_step;  // of the journey, from 1
  Unsynced unsynced;
};

struct Way {
  std::uint64_t steps = 0;  // of the disk, from the journey's begin until it was over
  bool was_cut = false;
  std::vector<std::string> violations;
};

constexpr auto longest_journey = std::chrono::hours{2};
constexpr auto until_all_heard = 10s;

Way go(std::uint64_t seed, const std::optional<Cut>& cut) {
  World world{seed, false};
  History history;
  world.open();
  auto& disk = world.machines().front()->disk;
  Journey journey{world, history};
  Audit audit{world, history};
  const auto goes_on = [&](auto&& until) {
    const auto latest = world.now() + longest_journey;
    while (!until() && world.violations.empty() && world.now() < latest) world.run_for(1s);
    if (!until()) world.violate("the journey does not come to its end");
  };
  goes_on([&] { return journey.is_prepared(); });
  const auto before = disk.counts.steps;
  if (cut) {
    disk.faults.unsynced = cut->unsynced;
    disk.burn_after(cut->at_step);
  }
  journey.begin();
  goes_on([&] { return journey.is_over(); });
  world.run_for(until_all_heard);
  Way way{.steps = disk.counts.steps - before,
          .was_cut = world.counts[deaths_by_power] != 0,
          .violations = {}};
  if (world.violations.empty()) audit.come_to_rest([] { return true; });
  if (world.violations.empty()) audit.start_cold();
  world.simulator.kill_all();  // before what its tasks use is gone
  way.violations = world.violations;
  return way;
}

constexpr std::array fates{Unsynced::kept, Unsynced::lost, Unsynced::torn};
constexpr std::array names{"kept", "lost", "torn"};

}  // namespace

EveryWrite::EveryWrite(std::uint64_t seed) : seed_{seed} {
  const auto unharmed = go(seed_, std::nullopt);
  if (!unharmed.violations.empty())
    throw std::logic_error{"the journey fails by itself: " + unharmed.violations.front()};
  steps_ = unharmed.steps;
}

bool EveryWrite::is_over() const { return cuts_ == steps_ * fates.size(); }

std::vector<std::string> EveryWrite::cut_next() {
  // A step that has no divisor in common with the number of places visits each of them once.
  const auto places = steps_ * fates.size();
  auto stride = places * 618 / 1000 + 1;
  while (std::gcd(stride, places) != 1) ++stride;
  place_ = (place_ + stride) % places;
  ++cuts_;
  const Cut cut{.at_step = place_ / fates.size() + 1, .unsynced = fates[place_ % fates.size()]};
  auto way = go(seed_, cut);
  if (!way.was_cut) way.violations.emplace_back("the power did not fail");
  for (auto& it : way.violations)
    it = fmt::format("the power fails at step {} and what is not synced is {}: {}", cut.at_step,
                     names[place_ % fates.size()], it);
  return way.violations;
}

}  // namespace madang::simulation
