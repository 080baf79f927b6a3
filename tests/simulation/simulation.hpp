#pragma once
// One seed of a scenario. The ordinary workload: a shop opens, people come in sittings while things go wrong, time
// leaps; then nothing goes wrong any more, and everything must come to rest; then the power fails, and what is read
// afterwards must be the same. The others are in journey.hpp, read_models.hpp and crowd.hpp.
// The same seed and options give the same outcome, to the byte.
#include "tests/simulation/history.hpp"
#include "tests/simulation/world.hpp"
#include <set>

namespace madang::simulation {

inline constexpr std::string_view ordinary_workload = "ordinary";

struct Options {
  std::string scenario{ordinary_workload};  // one of scenarios()
  bool tells_story = false;
  Between between = Between::nothing;  // the contexts
  Shape shape = Shape::one;            // many: with a broker between them
  std::string sabotage{};              // the name of a bug to be planted
  // Kinds of faults and people that are left out, by name.
  std::set<std::string> without{};
  // The same faults and people, and other chances: for who leaves something out, and looks for the same again.
  std::uint64_t variation = 0;
};

struct Outcome {
  std::uint64_t seed = 0, hash = 0;
  std::vector<std::string> violations, story, people;
  Counts counts;
  History history;
  std::uint64_t switches = 0, events = 0;
  std::map<std::string, std::uint64_t> events_by_type;
  std::uint64_t offers_accepted = 0;
  double days = 0;
  std::map<std::string, double> seconds_by_part;  // of a core: no part of the hash
};

// By name, as an option of the program says it.
[[nodiscard]] std::vector<std::string_view> scenarios();

[[nodiscard]] Outcome simulate(std::uint64_t seed, const Options& = {});

}  // namespace madang::simulation
