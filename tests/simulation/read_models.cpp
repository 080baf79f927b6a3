#include "tests/simulation/read_models.hpp"

#include "tests/simulation/journey.hpp"
#include "tests/simulation/play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace madang::simulation {
namespace {

constexpr auto longest_journey = std::chrono::hours{2};

// Each id as its number among those that have come up.
class Names {
 public:
  void meet(const std::string& text) {
    for (std::sregex_iterator it{text.begin(), text.end(), id_}, end; it != end; ++it)
      numbers_.emplace(it->str(), numbers_.size() + 1);
  }
  [[nodiscard]] std::string put_into(const std::string& text) const {
    std::string plain;
    auto from = text.begin();
    for (std::sregex_iterator it{text.begin(), text.end(), id_}, end; it != end; ++it) {
      plain.append(from, (*it)[0].first);
      const auto found = numbers_.find(it->str());
      plain += found == numbers_.end() ? "(id)" : fmt::format("(id {})", found->second);
      from = (*it)[0].second;
    }
    plain.append(from, text.end());
    for (const auto& [left_out, instead] : left_out_)
      plain = std::regex_replace(plain, left_out, instead);
    return plain;
  }

 private:
  const std::regex id_{"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"};
  // Times, what is sealed, and the places of entries in the ledger's log, where refunds come in no order.
  const std::vector<std::pair<std::regex, std::string>> left_out_{
      {std::regex{"\\b1[78][0-9]{11}\\b|\\b2026-[0-9-]{5}(T[0-9:.]+Z)?"}, "(time)"},
      {std::regex{"\"sealed\":\"[^\"]*\""}, "(sealed)"},
      {std::regex{"^[0-9]+ |\"entry\":[0-9]+,"}, ""}};
  std::map<std::string, std::size_t> numbers_;
};

// A context's own ids come up in the order of its log; the contexts in the order in which they need each other.
Names names_in(const Logs& logs) {
  Names names;
  for (const auto* context : {"identity", "catalog", "payment", "rental", "customer"})
    for (const auto& event : logs.of(context)) names.meet(event.stream + " " + event.payload);
  return names;
}

void read(World& world, const std::string& context, const Names& names, ReadModels& into) {
  const auto& machine = world.machine_of(context);
  const SoundDisk sound{machine.disk};
  storage::Database db{machine.folder_of(context) + "/views.db", storage::Synchronous::normal,
                       storage::Open::read_only};
  auto live = db.prepare("SELECT name, generation FROM projections WHERE live");
  for (live.bind(); live.step();) {
    const std::string name{live.text(0)};
    auto& rows = into[fmt::format("{} {}", context, name)];
    auto stored =
        db.prepare_once(fmt::format("SELECT key, row FROM rows_{}_{}", name, live.integer(1)));
    for (stored.bind(); stored.step();)
      rows.push_back(names.put_into(fmt::format("{} {}", stored.text(0), stored.text(1))));
    std::ranges::sort(rows);
  }
}

}  // namespace

Outcome left_by_a_calm_journey(std::uint64_t seed, const Options& options, ReadModels& left) {
  Play play{seed, options};
  auto& world = play.world;
  world.faults.people_are_plain = true;
  std::optional<Journey> journey;
  const auto live = [&] {
    world.open();
    journey.emplace(world, play.outcome.history).begin();
    const auto latest = world.now() + longest_journey;
    while (!journey->is_over() && play.is_well() && world.now() < latest) world.run_for(1s);
    if (!journey->is_over()) world.violate("the journey does not come to its end");
    if (play.is_well()) play.audit.come_to_rest([] { return true; });
    const auto names = names_in(play.audit.logs());
    for (const auto* context : contexts) read(world, context, names, left);
  };
  return play.through([&] { play.timed("the journey", live); });
}

std::vector<std::string> differences(const ReadModels& here, const ReadModels& there) {
  std::vector<std::string> all;
  for (const auto& [name, rows] : here)
    if (const auto found = there.find(name); found == there.end() || found->second != rows)
      all.push_back("another journey leaves another " + name);
  if (here.size() != there.size()) all.emplace_back("another journey leaves other read models");
  return all;
}

Outcome calm_journey(std::uint64_t seed, const Options& options) {
  ReadModels here, there;
  auto outcome = left_by_a_calm_journey(seed, options, here);
  auto elsewhere = options;
  elsewhere.shape = options.shape == Shape::one ? Shape::many : Shape::one;
  const auto other = left_by_a_calm_journey(seed, elsewhere, there);
  outcome.hash ^= other.hash;
  for (const auto& found : {other.violations, differences(here, there)})
    outcome.violations.insert(outcome.violations.end(), found.begin(), found.end());
  return outcome;
}

}  // namespace madang::simulation
