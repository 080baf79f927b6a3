#pragma once
// The whole shop as it runs in production, on a simulated machine; beside it the payment provider on a machine
// of its own, and people somewhere. Requests of people enter directly under where the socket would be.
//
//   World world{seed};
//   world.faults = Faults::drawn(world.simulator);
//   world.open();                                   the first operator, the provider, the shop
//   world.people.spawn("kim", [&] { world.ask_shop(world.people, request, 10s); });
//   world.run_for(10min);                           whoever dies is started again
//
// From outside of the simulation, unless said otherwise.
#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "apps/madang/shop.hpp"
#include "chassis/runtime/simulated_openssl.hpp"
#include "chassis/storage/sim_storage.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/sabotage.hpp"
#include <functional>
#include <optional>
#include <set>

namespace madang::simulation {

// What lies between the contexts: nothing, so that they read each other's logs, or a broker.
enum class Between { nothing, broker };

class World {
 public:
  World(std::uint64_t seed, bool tells_story, Between = Between::nothing);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void open();
  void run_for(Duration);
  // Runs the task as one of the shop's until it has ended; false: the shop died over it, or is closed.
  bool in_shop(const std::function<void(app::Shop&)>&, Duration patience);
  // The provider's answer, without its network.
  http::Response ask_provider(std::string_view target);

  // A misfortune of a kind that this seed has.
  void disturb();
  // From now on nothing goes wrong.
  void heal();
  void kill_shop(std::string_view why);
  void lose_power();
  // Nothing of the shop runs meanwhile, though time passes.
  void pause_shop_for(Duration);
  // It ends, and is started again then.
  void close_shop_for(Duration);
  [[nodiscard]] bool is_open() const { return shop_ != nullptr; }

  // From a task of `from`. Nothing: no answer came.
  std::optional<http::Response> ask_shop(runtime::Runtime& from, http::Request, Duration patience);
  // A line of the story, at the present time. From anywhere.
  void tell(const std::string& line);
  void violate(const std::string& what);
  [[nodiscard]] runtime::Time now() const { return simulator.now(); }

  runtime::Simulator simulator;
  runtime::SimulatedOpenssl openssl{simulator};
  storage::SimStorage storage{simulator};
  chassis::SimBroker broker{simulator};
  runtime::Runtime& people = simulator.process("people");
  runtime::Runtime& shop_machine = simulator.process("shop");
  runtime::Runtime& provider_machine = simulator.process("provider");
  Faults faults;
  Counts counts;
  std::vector<std::string> violations;
  std::vector<std::string> story;
  std::vector<std::string> warnings;  // of the shop's log
  Sabotage sabotage;                  // set before open()
  std::vector<app::Joins> more;       // contexts beside the shop's own; set before open()
  // Told from outside whenever the shop has died, before it is started again.
  std::function<void()> when_shop_died = [] {};

 private:
  struct Exchange;
  class Log;

  void appoint_operator();
  void start_shop();
  void give_up_starting(const std::string& why);
  void start_provider();
  void bury_the_dead();
  void wait_without_shop(Duration);
  app::Surroundings surroundings();
  http::Response call_provider(const http::Request&);
  http::Response deliver_webhook(const http::Request&);
  void step_clock();
  void alter(chassis::Context&);

  const bool tells_story_;
  const Between between_;
  std::unique_ptr<Log> log_;
  app::Settings settings_;
  std::string webhook_key_;
  std::unique_ptr<telemetry::Registry> metrics_;
  std::unique_ptr<app::Shop> shop_;
  std::unique_ptr<sandbox::SandboxProvider> provider_;
  std::vector<std::weak_ptr<Exchange>> open_exchanges_;
  std::set<std::string> confirmed_;  // at the provider, by path
  bool shop_died_ = false, provider_died_ = false;
  std::uint64_t starts_ = 0;  // of the shop
  std::optional<runtime::Time> restart_at_, closed_until_;
  std::optional<runtime::Time> broker_cut_until_;
  runtime::Time provider_away_until_{}, disk_full_until_{}, disk_slow_until_{};
};

inline constexpr std::string_view it_is_killed = "it is killed";  // why the shop dies

// What the first operator signs in with.
inline constexpr const char* operator_email = "operator@example.com";
inline constexpr const char* operator_password = "a password of the operator";

}  // namespace madang::simulation
