#include "tests/simulation/play.hpp"

#include <fmt/format.h>

#include <utility>

namespace madang::simulation {
namespace {

// A clock that was set back by hours, and read so, has to make up for them first.
constexpr auto all_lasts_at_most = std::chrono::hours{12};

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

}  // namespace

Play::Play(std::uint64_t seed, const Options& its_options)
    : options{its_options},
      world{seed, options.tells_story, options.between, options.shape},
      began_{world.now()} {
  outcome.seed = seed;
  for (auto& it : sabotages())
    if (it.name == options.sabotage) world.sabotage = std::move(it);
}

void Play::draw_faults() {
  world.faults = Faults::drawn(world.simulator);
  if (has_broker()) world.faults.draw_broker(world.simulator);
  if (options.shape == Shape::many) world.faults.draw_hops(world.simulator);
  else world.faults.two_owners = world.simulator.one_in(4);
  for (const auto& name : options.without) world.faults.leave_out(name);
}

void Play::trouble_until(const std::function<bool()>& is_over, Duration troubles_last) {
  const auto calm_from = world.now() + troubles_last;
  const auto latest = world.now() + all_lasts_at_most;
  for (bool calm = false; !is_over() && is_well() && world.now() < latest;) {
    world.run_for(Duration{static_cast<std::int64_t>(below(8'000'000))});
    if (world.now() < calm_from) world.disturb();
    else if (!std::exchange(calm, true)) make_calm();
    audit.look();
    if (world.simulator.one_in(8)) audit.retry_what_is_parked();
  }
  if (!is_over() && is_well()) world.violate("what was begun does not come to an end");
}

// Machines that have read their clocks at different times are hours apart until they are started anew.
void Play::make_calm() {
  world.heal();
  world.close_for(world.all_machines(), 1s);
}

Outcome Play::through(const std::function<void()>& live) {
  try {
    live();
  } catch (const GoesOnForEver& failure) {
    world.violate(failure.what());
  } catch (const std::exception& failure) {  // of a law: what it read is not what it knows
    world.violate(fmt::format("a law cannot be checked: {}", failure.what()));
  }
  outcome.hash = audit.logs().hash() ^ world.simulator.trace_hash();
  outcome.violations = world.violations;
  for (const auto* context : contexts)
    for (const auto& event : audit.logs().of(context)) ++outcome.events_by_type[event.type];
  if (options.tells_story) tell_events();
  outcome.story = std::move(world.story);
  outcome.counts = world.counts;
  count_disks();
  if (has_broker()) count_bus();
  outcome.switches = world.simulator.switches();
  outcome.events = audit.logs().size();
  outcome.offers_accepted = offers_accepted(audit.logs());
  outcome.days = std::chrono::duration<double, std::ratio<86400>>(world.now() - began_).count();
  world.simulator.kill_all();
  return std::move(outcome);
}

void Play::tell_events() {
  for (const auto* context : contexts)
    for (const auto& event : audit.logs().of(context))
      world.tell(fmt::format("stored: {} {} {} v{} at {} {} {}", context, event.position,
                             event.stream, event.version, event.at, event.type, event.payload));
}

void Play::count_disks() {
  for (const auto& machine : world.machines()) {
    const auto& disk = machine->disk.counts;
    outcome.counts["failed reads"] += disk.failed_reads;
    outcome.counts["failed writes"] += disk.failed_writes;
    outcome.counts["failed syncs"] += disk.failed_syncs;
    outcome.counts["refused writes"] += disk.refused_writes;
    outcome.counts["sectors lost"] += disk.lost_sectors;
    outcome.counts["sectors torn"] += disk.torn_sectors;
  }
}

void Play::count_bus() {
  const auto& bus = world.broker.counts;
  outcome.counts["bus: records"] = bus.records;
  outcome.counts["bus: calls lost"] = bus.lost;
  outcome.counts["bus: calls reset after they were taken"] = bus.reset;
  outcome.counts["bus: records that came again, later"] = bus.doubled;
  outcome.counts["bus: records handed out again"] = bus.repeated;
  outcome.counts["bus: calls cut off"] = bus.cut;
}

}  // namespace madang::simulation
