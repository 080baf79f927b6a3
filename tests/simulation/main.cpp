// simulate [--seeds N] [--from S] [--seed S] [--story] [--twice]
// simulate --sabotage NAME|all [--seeds N] [--from S]       plants bugs, each until a law notices
//
// Exit code: 0 all laws were kept, 1 one was broken, 2 the command was not understood.
#include "chassis/runtime/threads.hpp"
#include "tests/simulation/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace madang::simulation {
namespace {

// From so many seeds on, an operation that was never accepted is a fault of the scenario.
constexpr std::uint64_t seeds_that_use_all = 50;

struct Asked {
  std::uint64_t from = 1, seeds = 1;
  bool story = false, twice = false;
  std::string sabotage;
};

std::optional<Asked> understood(int count, char** words) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string_view word{words[i]};
    const auto number = [&] { return i + 1 < count ? std::strtoull(words[++i], nullptr, 10) : 0; };
    if (word == "--seeds") asked.seeds = number();
    else if (word == "--from") asked.from = number();
    else if (word == "--seed") asked.from = number();
    else if (word == "--story") asked.story = true;
    else if (word == "--twice") asked.twice = true;
    else if (word == "--sabotage" && i + 1 < count) asked.sabotage = words[++i];
    else {
      fmt::print(stderr, "simulate: what is {}?\n", word);
      return std::nullopt;
    }
  }
  return asked;
}

class Figures {
 public:
  void add(const Outcome& it) {
    ++seeds_;
    bad_ += it.violations.empty() ? 0 : 1;
    days_ += it.days;
    events_ += it.events;
    switches_ += it.switches;
    effects_.push_back(it.history.effects_accepted);
    answered_ += it.history.refused;
    unanswered_ += it.history.unanswered;
    repeats_ += it.history.repeats;
    for (const auto& name : it.history.contract.names()) operations_[name];
    for (const auto& [name, use] : it.history.operations) operations_[name] += use.accepted;
    for (const auto& [what, times] : it.counts) counts_[what] += times;
  }
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  // Operations that nobody was let do. What the provider tells is no person's doing.
  [[nodiscard]] std::vector<std::string> unused() {
    operations_["take_sandbox_webhook"] += counts_["webhooks heard"];
    std::vector<std::string> names;
    for (const auto& [name, accepted] : operations_)
      if (accepted == 0 && !name.empty()) names.push_back(name);
    return names;
  }
  void print(double seconds) {
    std::ranges::sort(effects_);
    std::uint64_t accepted = 0;
    for (const auto one : effects_) accepted += one;
    fmt::print("\n{} seeds in {:.0f} s ({:.2f} s each); {:.1f} simulated years, {} task switches\n",
               seeds_, seconds, seconds / static_cast<double>(std::max<std::size_t>(seeds_, 1)),
               days_ / 365, switches_);
    fmt::print(
        "{} effects accepted (a median seed {}), {} requests refused, {} unanswered, {} repeated; "
        "{} events\n",
        accepted, effects_.empty() ? 0 : effects_[effects_.size() / 2], answered_, unanswered_,
        repeats_, events_);
    for (const auto& [what, times] : counts_) fmt::print("  {:>10}  {}\n", times, what);
    const auto missing = unused();
    fmt::print("{} of {} operations accepted", operations_.size() - missing.size(),
               operations_.size());
    for (const auto& name : missing) fmt::print(", never: {}", name);
    fmt::print("\n{} seeds broke a law\n", bad_);
  }

 private:
  std::uint64_t seeds_ = 0, bad_ = 0, events_ = 0, switches_ = 0, answered_ = 0, unanswered_ = 0,
                repeats_ = 0;
  double days_ = 0;
  std::vector<std::uint64_t> effects_;
  std::map<std::string, std::uint64_t> operations_;
  Counts counts_;
};

void print(const Outcome& outcome) {
  fmt::print("seed {} hash {:016x} effects {} events {} days {:.0f}\n", outcome.seed, outcome.hash,
             outcome.history.effects_accepted, outcome.events, outcome.days);
  for (const auto& line : outcome.story) fmt::print("{}\n", line);
  for (const auto& line : outcome.violations) fmt::print("  broken: {}\n", line);
}

// Of each bug: which seed notices it, and by which law.
int plant(const Asked& asked) {
  int planted = 0, missed = 0;
  for (const auto& bug : sabotages()) {
    if (asked.sabotage != "all" && asked.sabotage != bug.name) continue;
    ++planted;
    std::string caught;
    auto seed = asked.from;
    for (; seed < asked.from + asked.seeds && caught.empty(); ++seed)
      if (const auto outcome = simulate(seed, {.sabotage = bug.name}); !outcome.violations.empty())
        caught = outcome.violations.front();
    missed += caught.empty() ? 1 : 0;
    fmt::print("{} ({}): {}\n", bug.name, bug.what,
               caught.empty() ? fmt::format("not noticed in {} seeds", asked.seeds)
                              : fmt::format("noticed by seed {}: {}", seed - 1, caught));
    std::fflush(stdout);
  }
  fmt::print("{} of {} planted bugs noticed\n", planted - missed, planted);
  return planted > 0 && missed == 0 ? 0 : 1;
}

int run(const Asked& asked) {
  runtime::Threads real;
  const auto began = real.now();
  const auto seconds = [&] { return std::chrono::duration<double>(real.now() - began).count(); };
  Figures figures;
  bool same = true;
  double last_told = 0;
  for (auto seed = asked.from; seed < asked.from + asked.seeds; ++seed) {
    const auto outcome = simulate(seed, {.tells_story = asked.story});
    print(outcome);
    figures.add(outcome);
    if (asked.twice && simulate(seed, {}).hash != outcome.hash) {
      same = false;
      fmt::print("  broken: seed {} gives another hash the second time\n", seed);
    }
    if (seconds() > last_told + 10) {
      last_told = seconds();
      fmt::print("… {:.0f} s, {} seeds, {} of them broke a law\n", last_told, seed + 1 - asked.from,
                 figures.bad());
    }
    std::fflush(stdout);
  }
  figures.print(seconds());
  const bool all_used = asked.seeds < seeds_that_use_all || figures.unused().empty();
  return figures.bad() == 0 && same && all_used ? 0 : 1;
}

}  // namespace
}  // namespace madang::simulation

int main(int count, char** words) {
  const auto asked = madang::simulation::understood(count, words);
  if (!asked) return 2;
  return asked->sabotage.empty() ? madang::simulation::run(*asked)
                                 : madang::simulation::plant(*asked);
}
