// simulate_planted --sabotage NAME|all [--seeds N] [--from S] [--story] [--bus broker]  of each bug, the seeds until a law notices it
// simulate_planted --recorded FILE [--fresh N]    of those that are on record, from the seed that stands there
//
// A bug that needs a broker between the contexts has one; the others when asked for. FILE has a line per bug: its name, and a seed that notices it. Each seed runs in a process of its own, as a bug may
// bring that down, or keep it busy for ever: then it is noticed too.
//
// Exit code: 0 each bug was noticed, 1 one was not, 2 the command was not understood.
#include "tests/simulation/simulation.hpp"

#include <fmt/format.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string_view>

namespace madang::simulation {
namespace {

constexpr unsigned seed_lasts_max_s = 120;
constexpr std::uint64_t recorded_goes_on_for = 40;  // seeds, where that on record notices no more

struct Asked {
  std::uint64_t from = 1, seeds = 20, fresh = 0;
  std::string bug = "all", recorded;
  bool story = false;  // of each seed, on the standard output
  Between between = Between::nothing;
};

std::optional<Asked> understood(int count, char** words) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string_view word{words[i]};
    const auto next = [&] { return i + 1 < count ? words[++i] : ""; };
    const auto number = [&] { return std::strtoull(next(), nullptr, 10); };
    if (word == "--seeds") asked.seeds = number();
    else if (word == "--from" || word == "--seed") asked.from = number();
    else if (word == "--fresh") asked.fresh = number();
    else if (word == "--story") asked.story = true;
    else if (word == "--sabotage") asked.bug = next();
    else if (word == "--bus" && std::string_view{next()} == "broker")
      asked.between = Between::broker;
    else if (word == "--recorded") asked.recorded = next();
    else {
      fmt::print(stderr, "simulate_planted: what is {}?\n", word);
      return std::nullopt;
    }
  }
  return asked;
}

std::vector<Sabotage> all_bugs() {
  auto all = sabotages();
  for (auto& it : planted_bugs()) all.push_back(std::move(it));
  return all;
}

// Which law the seed breaks with this bug; empty: none.
std::string broken_by(const Options& options, std::uint64_t seed) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::runtime_error{"no pipe"};
  const auto child = ::fork();
  if (child == 0) {
    ::close(pipe[0]);
    ::alarm(seed_lasts_max_s);
    const auto outcome = simulate(seed, options);
    for (const auto& line : outcome.story) fmt::print("{}\n", line);
    std::fflush(stdout);
    const auto law = outcome.violations.empty() ? std::string{} : outcome.violations.front();
    const auto written = ::write(pipe[1], law.data(), std::min<std::size_t>(law.size(), 4096));
    ::_exit(written < 0 ? 3 : 0);
  }
  ::close(pipe[1]);
  std::string law;
  std::array<char, 4096> bytes{};
  for (ssize_t got = 0; (got = ::read(pipe[0], bytes.data(), bytes.size())) > 0;)
    law.append(bytes.data(), static_cast<std::size_t>(got));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGALRM
               ? "the seed does not come to its end"
               : fmt::format("the program ends by signal {}", WTERMSIG(status));
  return law;
}

struct Noticed {
  std::uint64_t seeds = 0;  // until it was; 0: it was not
  std::uint64_t seed = 0;
  std::string law;
};

Noticed search(const Options& options, std::uint64_t from, std::uint64_t seeds) {
  for (auto seed = from; seed < from + seeds; ++seed)
    if (auto law = broken_by(options, seed); !law.empty())
      return {seed - from + 1, seed, std::move(law)};
  return {};
}

std::map<std::string, std::uint64_t> on_record(const std::string& file) {
  std::ifstream lines{file};
  std::map<std::string, std::uint64_t> seeds;
  for (std::string name, seed; lines >> name >> seed;)
    seeds[name] = std::strtoull(seed.c_str(), nullptr, 10);
  return seeds;
}

int plant(const Asked& asked) {
  std::vector<std::uint64_t> needed;
  std::uint64_t planted = 0, fresh_runs = 0, fresh_noticed = 0;
  const auto recorded = on_record(asked.recorded);
  for (const auto& bug : all_bugs()) {
    if (asked.bug != "all" && asked.bug != bug.name) continue;
    const std::string name{bug.name};
    const auto known = recorded.find(name);
    if (!asked.recorded.empty() && known == recorded.end()) continue;
    const Options options{.tells_story = asked.story,
                          .between = bug.needs_broker ? Between::broker : asked.between,
                          .sabotage = name};
    const auto noticed = known == recorded.end()
                             ? search(options, asked.from, asked.seeds)
                             : search(options, known->second, recorded_goes_on_for);
    ++planted;
    if (noticed.seeds == 0) fmt::print("{}: NOT NOTICED ({})\n", name, bug.what);
    else
      fmt::print("{} {} ({} seeds; {}): {}\n", name, noticed.seed, noticed.seeds, bug.what,
                 noticed.law);
    std::fflush(stdout);
    if (noticed.seeds != 0) needed.push_back(noticed.seeds);
    for (std::uint64_t n = 0; n < asked.fresh; ++n, ++fresh_runs)
      fresh_noticed += broken_by(options, 1000 + planted * asked.fresh + n).empty() ? 0 : 1;
  }
  std::ranges::sort(needed);
  fmt::print("{} of {} planted bugs noticed; median seeds until then: {}\n", needed.size(), planted,
             needed.empty() ? 0 : needed[needed.size() / 2]);
  if (fresh_runs != 0)
    fmt::print("of {} fresh seeds, one bug in each, {} noticed it\n", fresh_runs, fresh_noticed);
  return planted > 0 && needed.size() == planted ? 0 : 1;
}

}  // namespace
}  // namespace madang::simulation

int main(int count, char** words) {
  const auto asked = madang::simulation::understood(count, words);
  return asked ? madang::simulation::plant(*asked) : 2;
}
