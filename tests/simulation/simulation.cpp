#include "tests/simulation/simulation.hpp"

#include "tests/simulation/crowd.hpp"
#include "tests/simulation/journey.hpp"
#include "tests/simulation/planted.hpp"
#include "tests/simulation/play.hpp"
#include "tests/simulation/read_models.hpp"
#include "tests/simulation/scenario.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace madang::simulation {
namespace {

constexpr std::uint64_t alone_max_minutes = 15;

class Ordinary {
 public:
  explicit Ordinary(Play& play) : play_{play}, world_{play.world} {}

  void live() {
    play_.draw_faults();
    world_.keeps_copies = play_.options.shape == Shape::one && world_.simulator.one_in(2);
    play_.timed("opening", [&] { world_.open(); });
    planted_bug = play_.options.sabotage;  // only now, so that a law must notice it
    scenario_.emplace(world_, play_.outcome.history, play_.options.without);
    play_.outcome.people = scenario_->names();
    for (std::uint64_t n = 0; n < play_.options.variation; ++n) world_.simulator.random();
    const auto sittings = 5 + play_.below(4);
    for (std::uint64_t n = 0; n < sittings && play_.is_well(); ++n) {
      if (n > 0) world_.close_one_of_several();
      sit(std::chrono::seconds{36 + play_.below(72)});
      if (world_.keeps_copies && n == sittings / 3) keep_copies();
      leap();
    }
    world_.heal();
    play_.timed("coming to rest", [&] {
      if (play_.is_well()) play_.audit.come_to_rest([&] { return scenario_->is_quiet(); });
      if (play_.is_well()) play_.audit.start_cold();
      if (play_.is_well()) check_what_is_told(world_, play_.audit.logs(), scenario_->everybody());
      if (play_.is_well() && world_.go_on_from_backup())
        play_.audit.check_nobody_is_back(scenario_->everybody());
    });
  }

 private:
  // Who is in the midst of something when it ends may finish it, or be interrupted by what comes next.
  void sit(Duration length) {
    scenario_->begin_sitting(length);
    const auto end = world_.now() + length;
    const auto latest = end + 30s;
    while (play_.is_well() && world_.now() < latest &&
           (world_.now() < end || !scenario_->is_quiet())) {
      const auto every = static_cast<std::uint64_t>(world_.faults.trouble_every.count());
      play_.timed("sittings", [&] {
        world_.run_for(Duration{static_cast<std::int64_t>(play_.below(2 * every))});
        world_.disturb();
      });
      play_.timed("looking", [&] { play_.audit.look(); });
      if (world_.simulator.one_in(8)) play_.audit.retry_what_is_parked();
    }
  }

  // Once: what becomes of the copies after that is for the shop to see to.
  void keep_copies() {
    play_.timed("copying", [&] {
      world_.copy_keys();
      world_.back_up();
    });
  }

  // Nobody comes for hours or days.
  void leap() {
    const auto span =
        std::chrono::minutes{1 + play_.below(world_.simulator.one_in(3) ? 600 : 20'000)};
    play_.timed("leaps", [&] {
      if (world_.machines().size() > 1 && world_.simulator.one_in(2)) leave_alone();
      be_away(world_.all_machines(), span);
    });
    play_.timed("looking", [&] { play_.audit.look(); });
  }
  // One machine is away, and the others go on.
  void leave_alone() {
    be_away(world_.struck(), std::chrono::minutes{1 + play_.below(alone_max_minutes)});
  }
  void be_away(const Machines& them, Duration span) {
    if (world_.simulator.one_in(2)) world_.close_for(them, span);
    else if (them.size() == world_.machines().size()) world_.pause_shop_for(span);
    else world_.pause_for(them, span);
    world_.run_for(1min);
  }

  Play& play_;
  World& world_;
  std::optional<Scenario> scenario_;
};

Outcome ordinary(std::uint64_t seed, const Options& options) {
  Play play{seed, options};
  Ordinary course{play};
  return play.through([&] { course.live(); });
}

struct Named {
  std::string_view name;
  Outcome (*play)(std::uint64_t, const Options&);
};
constexpr std::array all{Named{ordinary_workload, ordinary}, Named{"journey", journey},
                         Named{"calm", calm_journey}, Named{"crowd", crowd}};

}  // namespace

std::vector<std::string_view> scenarios() {
  std::vector<std::string_view> names(all.size());
  std::ranges::transform(all, names.begin(), &Named::name);
  return names;
}

Outcome simulate(std::uint64_t seed, const Options& options) {
  planted_bug.clear();
  for (const auto& it : all)
    if (it.name == options.scenario) return it.play(seed, options);
  throw std::invalid_argument{"no scenario is called " + options.scenario};
}

}  // namespace madang::simulation
