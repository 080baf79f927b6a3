#pragma once
// One seed: a shop opens, people come in sittings while things go wrong, time leaps; then nothing goes wrong any
// more, and everything must come to rest; then the power fails, and what is read afterwards must be the same.
// The same seed and options give the same outcome, to the byte.
#include "tests/simulation/history.hpp"
#include "tests/simulation/world.hpp"

namespace madang::simulation {

struct Options {
  bool tells_story = false;
  std::string_view sabotage{};  // the name of a bug to be planted
};

struct Outcome {
  std::uint64_t seed = 0, hash = 0;
  std::vector<std::string> violations, story;
  Counts counts;
  History history;
  std::uint64_t switches = 0, events = 0;
  std::map<std::string, std::uint64_t> events_by_type;
  double days = 0;
};

[[nodiscard]] Outcome simulate(std::uint64_t seed, const Options& = {});

}  // namespace madang::simulation
