#pragma once
// What goes wrong in one seed, and how often: drawn anew for each, some of it never. And what did go wrong.
#include "apps/madang-sandbox-pay/cards.hpp"
#include "apps/madang/settings.hpp"
#include "apps/madang/surroundings.hpp"
#include "chassis/bus/sim_broker.hpp"
#include "chassis/journal/journal.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/storage/sim_disk.hpp"
#include "tests/simulation/releases.hpp"
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace madang::simulation {

using namespace std::chrono_literals;
using runtime::Duration;

// How long a hold waits, as whoever runs the shop has set it.
struct HoldTimes {
  std::chrono::milliseconds pay_within = app::Settings{}.pay_within;
  std::chrono::milliseconds lasts = app::Settings{}.hold_lasts;
};

// "One in n", 0 is never; of spans 0 is never.
struct Faults {
  std::uint64_t requests_lost_one_in = 0;  // of people: the shop never hears them
  std::uint64_t answers_lost_one_in = 0;   // the shop has done it, and nobody is told
  std::uint64_t calls_lost_one_in = 0;     // of the shop to the provider
  std::uint64_t calls_reset_one_in = 0;    // after the provider has taken it
  std::uint64_t calls_late_one_in = 0;
  Duration calls_late_max{};
  std::uint64_t webhooks_lost_one_in = 0;
  std::uint64_t webhooks_doubled_one_in = 0;
  std::uint64_t webhooks_late_one_in = 0;
  Duration trouble_every{};  // a kill, a power loss, a full disk and so on, on the average
  bool kills = false, kills_at_syncs = false, power_losses = false, burns = false,
       full_disks = false, slow_disks = false, bad_cables = false, provider_away = false,
       pauses = false, clock_steps = false, provider_kills = false;
  storage::DiskFaults disk{};
  std::uint64_t poison_one_in = 0;  // deliveries that cannot be handled when they come
  std::uint64_t deadly_one_in =
      0;                     // deliveries that bring the process down whenever they are handled
  Duration look_every = 1s;  // of the shop's tasks
  Duration timers_early{};   // of each timer
  Duration clock_tick{1};    // of the shop's machine; a coarse one makes much happen at once
  sandbox::Pace pace{};      // of the provider: charges may land when nobody waits any more
  HoldTimes hold{};          // brief ones end while people are there
  chassis::JournalLimits journal{};  // narrow places of the shop's journals
  app::Hands hands{};                // few, as a rule: more of them find less, and cost time

  TwoForms two_forms{};  // of events: their form has changed between the two releases

  chassis::BrokerFaults broker{};  // where one lies between the contexts
  bool broker_cuts = false;

  // Between the machines, where the shop has several: people's requests that are passed on, and calls.
  struct Hops {
    std::uint64_t lost_one_in = 0, late_one_in = 0;
    std::uint64_t reset_one_in = 0;  // after the other machine has taken it
    Duration late_max{};
  };
  Hops hops{};
  bool machine_cuts = false;

  bool two_owners = false;  // of the shop's logs: one stood still when the other took them over

  bool people_are_plain = false;  // ask for each thing once, and in one way

  static Faults drawn(runtime::Simulator&);
  void draw_broker(runtime::Simulator&);
  void draw_hops(runtime::Simulator&);

  // Each kind has a name, by which it can be left out.
  [[nodiscard]] static std::vector<std::string_view> names();
  void leave_out(std::string_view name);  // what is no fault's name leaves all as it is
};

// By kind, for the figures at the end. Delays and losses on the way are counted under "network: ..." and
// are no faults.
using Counts = std::map<std::string, std::uint64_t>;
inline constexpr const char* deaths_by_kill = "deaths: killed";
inline constexpr const char* deaths_by_power = "deaths: the power failed";
inline constexpr const char* unknown_payments = "charges left unknown";

}  // namespace madang::simulation
