#pragma once
// What one seed of every scenario is played on: a world, what people were told, and an audit of both. It ends by
// saying what came of it.
//
//   Outcome crowd(std::uint64_t seed, const Options& options) {
//     Play play{seed, options};
//     Crowd crowd{play};
//     return play.through([&] { crowd.comes_and_goes(); });
//   }
#include "tests/simulation/audit.hpp"
#include "tests/simulation/simulation.hpp"
#include <ctime>
#include <functional>

namespace madang::simulation {

class Play {
 public:
  Play(std::uint64_t seed, const Options&);

  // Whoever takes part is to live until this is over: it ends all tasks. A law that cannot be checked is broken.
  Outcome through(const std::function<void()>& live);

  // What the seed has of them, but for what is left out.
  void draw_faults();
  // Things go wrong for so long at most, and the shop is looked at, until it is over.
  void trouble_until(const std::function<bool()>& is_over, Duration troubles_last);
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) {
    return world.simulator.random() % limit;
  }
  [[nodiscard]] bool is_well() const { return world.violations.empty(); }

  // A part of the seed whose time is counted under a name.
  template <class Part>
  void timed(const char* name, Part&& part) {
    const auto began = std::clock();
    part();
    outcome.seconds_by_part[name] += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  }

  const Options options;
  Outcome outcome;
  World world;
  Audit audit{world, outcome.history};

 private:
  [[nodiscard]] bool has_broker() const {
    return options.between == Between::broker || options.shape == Shape::many;
  }
  void make_calm();
  void tell_events();
  void count_disks();
  void count_bus();

  const runtime::Time began_;
};

}  // namespace madang::simulation
