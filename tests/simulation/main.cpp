// simulate [--seeds N] [--from S] [--seed S] [--minutes M]    seeds; for so many minutes at most
//          [--scenario ordinary|journey|calm|crowd]            what is played (simulation.hpp)
//          [--story] [--twice | --twice-one-in N]              tells what happened; compares hashes
//          [--without A,B] [--variation V]                     leaves faults and people out
//          [--bus broker]                                      contexts hear each other over a broker
//          [--shape one|many]                                  all in one process, or each context in its own
// simulate --seed S --shrink                                   leaves out all that the violation does not need
// simulate --every-write [--minutes M]                         the power fails at each write of a journey
//
// Bugs are planted by simulate_planted (plant.cpp).
// Exit code: 0 all laws were kept, 1 one was broken or many seeds showed too little, 2 the command was not
// understood.
#include "chassis/runtime/threads.hpp"
#include "tests/simulation/every_write.hpp"
#include "tests/simulation/figures.hpp"
#include "tests/simulation/shrink.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string_view>

namespace madang::simulation {
namespace {

// From so many seeds on, an operation that was never accepted is a fault of the scenario, and so is a median seed
// in which too little happens.
constexpr std::uint64_t seeds_that_show_all = 50;
constexpr double seconds_between_lines = 10;

struct Asked {
  std::uint64_t from = 1, twice_one_in = 0;
  std::optional<std::uint64_t> seeds;
  std::optional<double> minutes;
  bool shrinks = false, cuts_every_write = false;
  Options options;
};

std::set<std::string> names_in(std::string_view list) {
  std::set<std::string> names;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    names.emplace(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

std::nullopt_t not_understood(std::string_view word) {
  fmt::print(stderr, "simulate: what is {}?\n", word);
  return std::nullopt;
}

std::optional<std::string> known_scenario(std::string_view name) {
  const auto all = scenarios();
  if (std::ranges::find(all, name) != all.end()) return std::string{name};
  fmt::print(stderr, "simulate: no scenario is called {}; there are {}\n", name,
             fmt::join(all, ", "));
  return std::nullopt;
}

std::optional<Asked> understood(int count, char** words) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string_view word{words[i]};
    const auto next = [&] { return i + 1 < count ? words[++i] : ""; };
    const auto number = [&] { return std::strtoull(next(), nullptr, 10); };
    if (word == "--seeds") asked.seeds = number();
    else if (word == "--from" || word == "--seed") asked.from = number();
    else if (word == "--minutes") asked.minutes = std::strtod(next(), nullptr);
    else if (word == "--story") asked.options.tells_story = true;
    else if (word == "--twice") asked.twice_one_in = 1;
    else if (word == "--twice-one-in") asked.twice_one_in = number();
    else if (word == "--without") asked.options.without = names_in(next());
    else if (word == "--scenario") {
      const auto name = known_scenario(next());
      if (!name) return std::nullopt;
      asked.options.scenario = *name;
    } else if (word == "--bus" && std::string_view{next()} == "broker")
      asked.options.between = Between::broker;
    else if (word == "--shape") {
      const std::string_view shape{next()};
      if (shape != "one" && shape != "many") return not_understood(shape);
      asked.options.shape = shape == "many" ? Shape::many : Shape::one;
    } else if (word == "--variation") asked.options.variation = number();
    else if (word == "--shrink") asked.shrinks = true;
    else if (word == "--every-write") asked.cuts_every_write = true;
    else return not_understood(word);
  }
  return asked;
}

class Clock {
 public:
  [[nodiscard]] double seconds() {
    return std::chrono::duration<double>(real_.now() - began_).count();
  }
  [[nodiscard]] bool is_up(const Asked& asked) {
    return asked.minutes && seconds() >= *asked.minutes * 60;
  }
  // Every ten seconds.
  [[nodiscard]] bool is_time_for_a_line() {
    if (seconds() < last_line_ + seconds_between_lines) return false;
    last_line_ = seconds();
    return true;
  }

 private:
  runtime::Threads real_;
  const runtime::Time began_ = real_.now();
  double last_line_ = 0;
};

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void print(const Outcome& outcome) {
  for (const auto& line : outcome.story) fmt::print("{}\n", line);
  for (const auto& line : outcome.violations) fmt::print("  broken: {}\n", line);
  say(fmt::format("seed {} hash {:016x} effects {} events {} days {:.0f}", outcome.seed,
                  outcome.hash, outcome.history.effects_accepted, outcome.events, outcome.days));
}

int run(const Asked& asked) {
  Clock clock;
  Figures figures;
  bool same = true;
  const auto seeds = asked.seeds.value_or(asked.minutes ? std::numeric_limits<std::uint64_t>::max()
                                                        : std::uint64_t{1});
  for (std::uint64_t n = 0; n < seeds && !clock.is_up(asked); ++n) {
    const auto seed = asked.from + n;
    const auto outcome = simulate(seed, asked.options);
    print(outcome);
    figures.add(outcome);
    if (asked.twice_one_in != 0 && seed % asked.twice_one_in == 0 &&
        simulate(seed, asked.options).hash != outcome.hash) {
      same = false;
      say(fmt::format("  broken: seed {} gives another hash the second time", seed));
    }
    if (clock.is_time_for_a_line()) say(figures.progress(clock.seconds()));
  }
  say(figures.report(clock.seconds()));
  bool shows_all = true;
  if (asked.options.scenario == ordinary_workload && figures.seeds() >= seeds_that_show_all) {
    shows_all = figures.unused().empty() && figures.too_little().empty();
    for (const auto& it : figures.too_little()) say("too little: a median seed has " + it);
  }
  return figures.bad() == 0 && same && shows_all ? 0 : 1;
}

int make_smaller(const Asked& asked) {
  const auto it = shrink(asked.from, asked.options, say);
  if (it.law.empty()) {
    say(fmt::format("seed {} breaks no law", asked.from));
    return 0;
  }
  say(fmt::format(
      "after {} runs, what it takes: {}", it.runs,
      it.left.empty() ? "nothing in particular" : fmt::format("{}", fmt::join(it.left, ", "))));
  say(fmt::format("./dev simulate --seed {} --scenario {}{}{} --variation {} --without {} --story",
                  asked.from, it.options.scenario,
                  it.options.between == Between::broker ? " --bus broker" : "",
                  it.options.shape == Shape::many ? " --shape many" : "", it.options.variation,
                  fmt::join(it.options.without, ",")));
  return 1;
}

// In turn when there is time; else those of the writes that fit, spread over the journey.
int cut_every_write(const Asked& asked) {
  Clock clock;
  EveryWrite journey{asked.from};
  say(fmt::format("the journey takes {} writes, syncs and changes of names", journey.steps()));
  std::uint64_t bad = 0;
  while (!journey.is_over() && !clock.is_up(asked)) {
    for (const auto& line : journey.cut_next()) say("  broken: " + line), ++bad;
    if (clock.is_time_for_a_line())
      say(fmt::format("… {:.0f} s, the power failed {} times, {} laws broken", clock.seconds(),
                      journey.cuts(), bad));
  }
  say(fmt::format("the power failed {} times in {:.0f} s; {} laws broken", journey.cuts(),
                  clock.seconds(), bad));
  return bad == 0 ? 0 : 1;
}

}  // namespace
}  // namespace madang::simulation

int main(int count, char** words) {
  using namespace madang::simulation;
  const auto asked = understood(count, words);
  if (!asked) return 2;
  if (asked->shrinks) return make_smaller(*asked);
  if (asked->cuts_every_write) return cut_every_write(*asked);
  return run(*asked);
}
