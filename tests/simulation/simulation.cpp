#include "tests/simulation/simulation.hpp"

#include "tests/simulation/audit.hpp"
#include "tests/simulation/chances.hpp"
#include "tests/simulation/planted.hpp"
#include "tests/simulation/scenario.hpp"

#include <ctime>
#include <fmt/format.h>
#include <utility>

namespace madang::simulation {
namespace {

constexpr std::uint64_t alone_max_minutes = 15, rack_one_in = 6;

// Accepted: the customer to whom a licence was offered, held it.
std::uint64_t offers_accepted(const Logs& logs) {
  std::uint64_t accepted = 0;
  std::set<std::string> offered;
  for (const auto& event : logs.of("rental")) {
    if (event.type != "LicenceOffered" && event.type != "LicenceHeld" &&
        event.type != "OfferLapsed")
      continue;
    const auto& document = event.json();
    const auto whose = event.stream + std::string{document.root()["customer"].text()};
    if (event.type == "LicenceOffered") offered.insert(whose);
    else if (offered.erase(whose) != 0 && event.type == "LicenceHeld") ++accepted;
  }
  return accepted;
}

class Simulation {
 public:
  Simulation(std::uint64_t seed, const Options& options)
      : options_{options},
        world_{seed, options.tells_story, options.between, options.shape},
        began_{world_.now()} {
    outcome_.seed = seed;
    for (auto& it : sabotages())
      if (it.name == options.sabotage) world_.sabotage = std::move(it);
  }
  ~Simulation() { world_.simulator.kill_all(); }  // before what its tasks use is gone

  Outcome run() {
    try {
      live();
    } catch (const std::exception& failure) {  // of a law: what it read is not what it knows
      world_.violate(fmt::format("a law cannot be checked: {}", failure.what()));
    }
    return finish();
  }

 private:
  void live() {
    world_.faults = Faults::drawn(world_.simulator);
    if (has_broker()) world_.faults.draw_broker(world_.simulator);
    if (options_.shape == Shape::many) world_.faults.draw_hops(world_.simulator);
    for (const auto& name : options_.without) world_.faults.leave_out(name);
    timed("opening", [&] { world_.open(); });
    scenario_.emplace(world_, outcome_.history, options_.without);
    for (std::uint64_t n = 0; n < options_.variation; ++n) world_.simulator.random();
    const auto sittings = 5 + below(4);
    for (std::uint64_t n = 0; n < sittings && is_well(); ++n) {
      sit(std::chrono::seconds{36 + below(72)});
      leap();
    }
    world_.heal();
    timed("coming to rest", [&] {
      if (is_well()) audit_.come_to_rest([&] { return scenario_->is_quiet(); });
      if (is_well()) audit_.start_cold();
      if (is_well()) check_what_is_told(world_, audit_.logs(), scenario_->everybody());
    });
  }
  std::uint64_t below(std::uint64_t limit) { return world_.simulator.random() % limit; }
  [[nodiscard]] bool is_well() const { return world_.violations.empty(); }
  [[nodiscard]] bool has_broker() const {
    return options_.between == Between::broker || options_.shape == Shape::many;
  }

  // Who is in the midst of something when it ends may finish it, or be interrupted by what comes next.
  void sit(Duration length) {
    scenario_->begin_sitting(length);
    const auto end = world_.now() + length;
    const auto latest = end + 30s;
    while (is_well() && world_.now() < latest && (world_.now() < end || !scenario_->is_quiet())) {
      const auto every = static_cast<std::uint64_t>(world_.faults.trouble_every.count());
      timed("sittings", [&] {
        world_.run_for(Duration{static_cast<std::int64_t>(below(2 * every))});
        world_.disturb();
      });
      timed("looking", [&] { audit_.look(); });
      if (world_.simulator.one_in(8)) audit_.retry_what_is_parked();
    }
  }

  // Nobody comes for hours or days.
  void leap() {
    const auto span = std::chrono::minutes{1 + below(world_.simulator.one_in(3) ? 600 : 20'000)};
    timed("leaps", [&] {
      if (world_.machines().size() > 1 && world_.simulator.one_in(2)) leave_alone();
      be_away(world_.all_machines(), span);
    });
    timed("looking", [&] { audit_.look(); });
  }
  // One machine is away, and the others go on.
  void leave_alone() {
    be_away(world_.struck(rack_one_in), std::chrono::minutes{1 + below(alone_max_minutes)});
  }
  void be_away(const Machines& them, Duration span) {
    if (world_.simulator.one_in(2)) world_.close_for(them, span);
    else world_.pause_for(them, span);
    world_.run_for(1min);
  }

  template <class Part>
  void timed(const char* name, Part&& part) {
    const auto began = std::clock();
    part();
    outcome_.seconds_by_part[name] += static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  }

  Outcome finish() {
    const auto& logs = audit_.logs();
    outcome_.hash = logs.hash() ^ world_.simulator.trace_hash();
    outcome_.violations = world_.violations;
    for (const auto* context : contexts)
      for (const auto& event : logs.of(context)) {
        ++outcome_.events_by_type[event.type];
        if (options_.tells_story)
          world_.tell(fmt::format("stored: {} {} {} v{} at {} {} {}", context, event.position,
                                  event.stream, event.version, event.at, event.type,
                                  event.payload));
      }
    outcome_.story = std::move(world_.story);
    outcome_.counts = world_.counts;
    count_disks();
    if (has_broker()) count_bus();
    if (scenario_) outcome_.people = scenario_->names();
    outcome_.switches = world_.simulator.switches();
    outcome_.events = logs.size();
    outcome_.offers_accepted = offers_accepted(logs);
    outcome_.days = std::chrono::duration<double, std::ratio<86400>>(world_.now() - began_).count();
    return std::move(outcome_);
  }

  void count_disks() {
    for (const auto& machine : world_.machines()) {
      const auto& disk = machine->disk.counts;
      outcome_.counts["failed reads"] += disk.failed_reads;
      outcome_.counts["failed writes"] += disk.failed_writes;
      outcome_.counts["failed syncs"] += disk.failed_syncs;
      outcome_.counts["refused writes"] += disk.refused_writes;
      outcome_.counts["sectors lost"] += disk.lost_sectors;
      outcome_.counts["sectors torn"] += disk.torn_sectors;
    }
  }

  void count_bus() {
    const auto& bus = world_.broker.counts;
    outcome_.counts["bus: records"] = bus.records;
    outcome_.counts["bus: calls lost"] = bus.lost;
    outcome_.counts["bus: calls reset after they were taken"] = bus.reset;
    outcome_.counts["bus: records that came again, later"] = bus.doubled;
    outcome_.counts["bus: records handed out again"] = bus.repeated;
    outcome_.counts["bus: calls cut off"] = bus.cut;
  }

  const Options options_;
  Outcome outcome_;
  World world_;
  const runtime::Time began_;
  Audit audit_{world_, outcome_.history};
  std::optional<Scenario> scenario_;
};

}  // namespace

Outcome simulate(std::uint64_t seed, const Options& options) {
  planted_bug = options.sabotage;
  return Simulation{seed, options}.run();
}

}  // namespace madang::simulation
