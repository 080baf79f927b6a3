#include "tests/simulation/faults.hpp"

#include "tests/simulation/chances.hpp"

#include <array>

namespace madang::simulation {
namespace {

struct Kind {
  std::string_view name;
  void (*leave_out)(Faults&);
};

constexpr std::array kinds{
    Kind{"kills", [](Faults& it) { it.kills = false; }},
    Kind{"kills-at-syncs", [](Faults& it) { it.kills_at_syncs = false; }},
    Kind{"power-losses", [](Faults& it) { it.power_losses = false; }},
    Kind{"power-losses-at-writes",
         [](Faults& it) {
           it.burns = false;
           it.disk.failed_syncs_end_in_power_loss_one_in = 0;
         }},
    Kind{"full-disks", [](Faults& it) { it.full_disks = false; }},
    Kind{"slow-disks", [](Faults& it) { it.slow_disks = false; }},
    Kind{"bad-cables", [](Faults& it) { it.bad_cables = false; }},
    Kind{"failing-reads", [](Faults& it) { it.disk.reads_fail_one_in = 0; }},
    Kind{"failing-writes", [](Faults& it) { it.disk.writes_fail_one_in = 0; }},
    Kind{"failing-syncs", [](Faults& it) { it.disk.syncs_fail_one_in = 0; }},
    Kind{"pauses", [](Faults& it) { it.pauses = false; }},
    Kind{"clock-steps", [](Faults& it) { it.clock_steps = false; }},
    Kind{"provider-away", [](Faults& it) { it.provider_away = false; }},
    Kind{"provider-kills", [](Faults& it) { it.provider_kills = false; }},
    Kind{"lost-requests", [](Faults& it) { it.requests_lost_one_in = 0; }},
    Kind{"lost-answers", [](Faults& it) { it.answers_lost_one_in = 0; }},
    Kind{"lost-calls", [](Faults& it) { it.calls_lost_one_in = 0; }},
    Kind{"reset-calls", [](Faults& it) { it.calls_reset_one_in = 0; }},
    Kind{"late-calls", [](Faults& it) { it.calls_late_one_in = 0; }},
    Kind{"lost-webhooks", [](Faults& it) { it.webhooks_lost_one_in = 0; }},
    Kind{"doubled-webhooks", [](Faults& it) { it.webhooks_doubled_one_in = 0; }},
    Kind{"parked-deliveries", [](Faults& it) { it.poison_one_in = 0; }},
    Kind{"deadly-deliveries", [](Faults& it) { it.deadly_one_in = 0; }},
    Kind{"narrow-journals", [](Faults& it) { it.journal = {}; }},
    Kind{"early-timers", [](Faults& it) { it.timers_early = {}; }},
    Kind{"two-forms", [](Faults& it) { it.two_forms.clear(); }},
    Kind{"lost-messages", [](Faults& it) { it.broker.lost_one_in = 0; }},
    Kind{"reset-messages", [](Faults& it) { it.broker.reset_one_in = 0; }},
    Kind{"doubled-messages", [](Faults& it) { it.broker.doubled_one_in = 0; }},
    Kind{"repeated-messages", [](Faults& it) { it.broker.repeated_one_in = 0; }},
    Kind{"broker-cuts", [](Faults& it) { it.broker_cuts = false; }},
    Kind{"coarse-clock", [](Faults& it) { it.clock_tick = Duration{1}; }},
    Kind{"slow-charges", [](Faults& it) { it.pace = {}; }},
    Kind{"brief-holds", [](Faults& it) { it.hold = {}; }},
    Kind{"lost-hops", [](Faults& it) { it.hops.lost_one_in = 0; }},
    Kind{"reset-hops", [](Faults& it) { it.hops.reset_one_in = 0; }},
    Kind{"late-hops", [](Faults& it) { it.hops.late_one_in = 0; }},
    Kind{"machine-cuts", [](Faults& it) { it.machine_cuts = false; }},
    Kind{"few-hands", [](Faults& it) { it.hands = {}; }},
    Kind{"two-owners", [](Faults& it) { it.two_owners = false; }},
    Kind{"late-webhooks", [](Faults& it) { it.webhooks_late_one_in = 0; }},
};

}  // namespace

std::vector<std::string_view> Faults::names() {
  std::vector<std::string_view> all;
  all.reserve(kinds.size());
  for (const auto& kind : kinds) all.push_back(kind.name);
  return all;
}

void Faults::leave_out(std::string_view name) {
  for (const auto& kind : kinds)
    if (kind.name == name) kind.leave_out(*this);
}

namespace {

std::uint64_t between(runtime::Simulator& chance, std::uint64_t least, std::uint64_t most) {
  return least + chance.random() % (most - least);
}

// Of three kinds of fault one never comes.
std::uint64_t one_in(runtime::Simulator& chance, std::uint64_t least, std::uint64_t most) {
  return chance.one_in(3) ? 0 : between(chance, least, most);
}

Duration coarse_tick(runtime::Simulator& chance) {
  constexpr std::array<Duration, 8> ticks{1us, 1us, 1us, 1us, 1us, 1us, 15ms, 1s};
  return ticks[chance.random() % ticks.size()];
}

// In some seeds charges land, or are told of, when the hold that waited for them has ended.
sandbox::Pace slow_pace(runtime::Simulator& chance) {
  sandbox::Pace pace;
  if (chance.one_in(3)) pace.landing = std::chrono::seconds{between(chance, 5, 1'200)};
  if (chance.one_in(3)) pace.late = std::chrono::seconds{between(chance, 30, 1'200)};
  return pace;
}

HoldTimes hold_times(runtime::Simulator& chance) {
  if (!chance.one_in(3)) return {};
  const bool is_breathless = chance.one_in(2);  // where a slow disk is enough to be too late
  const std::chrono::seconds pay_within{is_breathless ? between(chance, 1, 4)
                                                      : between(chance, 10, 60)};
  return {.pay_within = pay_within,
          .lasts = pay_within + std::chrono::seconds{between(chance, 2, 30)}};
}

}  // namespace

void Faults::draw_broker(runtime::Simulator& chance) {
  broker.lost_one_in = one_in(chance, 4, 60);
  broker.reset_one_in = one_in(chance, 4, 60);
  broker.doubled_one_in = one_in(chance, 2, 30);
  broker.repeated_one_in = one_in(chance, 2, 20);
  broker.travels_max =
      std::chrono::milliseconds{chance.one_in(3) ? 2'000 : 1 + chance.random() % 50};
  // What comes again within a minute stands between what is new.
  if (chance.one_in(2)) broker.late_max = std::chrono::seconds{between(chance, 1, 60)};
  broker_cuts = !chance.one_in(3);
}

void Faults::draw_hops(runtime::Simulator& chance) {
  hops.lost_one_in = one_in(chance, 10, 200);
  hops.reset_one_in = one_in(chance, 10, 200);
  hops.late_one_in = one_in(chance, 4, 60);
  hops.late_max = std::chrono::milliseconds{1 + chance.random() % 20'000};
  machine_cuts = !chance.one_in(3);
}

Faults Faults::drawn(runtime::Simulator& chance) {
  const auto one_in = [&](std::uint64_t least, std::uint64_t most) {
    return simulation::one_in(chance, least, most);
  };
  const auto maybe = [&] { return !chance.one_in(3); };
  Faults it;
  it.requests_lost_one_in = one_in(8, 100);
  it.answers_lost_one_in = one_in(8, 100);
  it.calls_lost_one_in = one_in(4, 60);
  it.calls_reset_one_in = one_in(4, 60);
  it.calls_late_one_in = one_in(4, 60);
  it.calls_late_max = std::chrono::milliseconds{1 + chance.random() % 20'000};
  it.webhooks_lost_one_in = one_in(2, 20);
  it.webhooks_doubled_one_in = one_in(2, 20);
  it.webhooks_late_one_in = one_in(2, 20);
  it.trouble_every = std::chrono::seconds{5 + chance.random() % 40};
  it.kills = maybe();
  it.kills_at_syncs = maybe();
  it.power_losses = maybe();
  it.burns = maybe();
  it.full_disks = maybe();
  it.slow_disks = maybe();
  it.bad_cables = maybe();
  it.provider_away = maybe();
  it.provider_kills = maybe();
  it.pauses = maybe();
  it.clock_steps = maybe();
  it.disk.reads_fail_one_in = one_in(2'000, 50'000);
  it.disk.writes_fail_one_in = one_in(500, 20'000);
  it.disk.syncs_fail_one_in = one_in(100, 3'000);
  if (it.burns) it.disk.failed_syncs_end_in_power_loss_one_in = 2;
  it.disk.yields_one_in = 1 + chance.random() % 16;
  it.look_every = std::chrono::seconds{chance.one_in(4) ? 1 : 1 + chance.random() % 60};
  it.poison_one_in = one_in(20, 300);
  it.deadly_one_in = one_in(600, 5'000);
  it.clock_tick = coarse_tick(chance);
  it.pace = slow_pace(chance);
  it.hold = hold_times(chance);
  it.journal = narrow_places(chance);
  it.hands = few_hands(chance);
  it.two_forms = drawn_two_forms(chance);
  it.timers_early = std::chrono::milliseconds{one_in(1, 5'000)};
  return it;
}

}  // namespace madang::simulation
