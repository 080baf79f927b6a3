#pragma once
// The whole shop as it runs in production, on one simulated machine or on seven (machine.hpp); beside it the payment
// provider on a machine of its own, and people somewhere. Requests of people enter directly under where the socket
// would be.
//
//   World world{seed};
//   world.faults = Faults::drawn(world.simulator);
//   world.open();                                   the first operator, the provider, the shop
//   world.people.spawn("kim", [&] { world.ask_shop(world.people, request, 10s); });
//   world.run_for(10min);                           whoever dies is started again
//
// From outside of the simulation, unless said otherwise.
#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "chassis/runtime/simulated_openssl.hpp"
#include "chassis/security/secrets.hpp"
#include "tests/simulation/deadly.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/simulation/sabotage.hpp"
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>

namespace madang::simulation {

// What lies between the contexts: nothing, so that they read each other's logs, or a broker.
enum class Between { nothing, broker };
// All in one process; or the gateway and each context in a process of its own, on a machine of its own, with a broker
// and a network between them, and a store of secrets that none of them takes with it.
enum class Shape { one, many };

// Tasks that take turns without coming to anything break a law: one of them spins.
struct GoesOnForEver : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class World {
 public:
  World(std::uint64_t seed, bool tells_story, Between = Between::nothing, Shape = Shape::one);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void open();
  void run_for(Duration);  // throws GoesOnForEver
  // Runs the task as one of those of the machine that holds this context, until it has ended; false: the machine died
  // over it, or is closed.
  bool in_shop(const std::string& context, const std::function<void(app::Shop&)>&,
               Duration patience);
  // Runs the task as one of the people's, until it has ended; false: it has not yet.
  bool have_people_do(const std::string& name, const std::function<void()>&, Duration patience);
  // The provider's answer, without its network.
  http::Response ask_provider(std::string_view target);

  // On the disk elsewhere, as an operator does it; it may fail.
  void copy_keys();
  void back_up();
  // The last backup takes the place of the shop's folder. False: there is none.
  bool go_on_from_backup();

  // A misfortune of a kind that this seed has.
  void disturb();
  // By another release, with which each machine starts again: what was marked beside it by chance is suspect no more.
  void mend_what_is_deadly();
  // From now on nothing goes wrong.
  void heal();
  // The power of all machines fails.
  void lose_power();
  // Nothing of them runs meanwhile, though time passes.
  void pause_for(const Machines&, Duration);
  void pause_shop_for(Duration);
  // They end, and are started again then.
  void close_for(const Machines&, Duration);
  // Now and then, of several; it is away for hours, while the others go on.
  void close_one_of_several();
  [[nodiscard]] bool is_open() const;  // all of it
  // Two processes believe that the shop's folder is theirs.
  [[nodiscard]] bool has_two_owners() const { return second_ && simulator.alive(second_->name); }
  // Whoever was overtaken has not been started anew since: without a position it may show what was.
  [[nodiscard]] bool is_overtaken() const { return machines_.front()->starts == overtaken_start_; }

  [[nodiscard]] const std::vector<std::unique_ptr<Machine>>& machines() const { return machines_; }
  [[nodiscard]] Machine& machine_of(std::string_view context) const;
  [[nodiscard]] Machines all_machines() const;
  // Whom something befalls: one, or now and then all of the rack.
  Machines struck();

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
  runtime::Runtime& provider_machine = simulator.process("provider");
  Faults faults;
  Deadly deadly;
  Counts counts;
  std::vector<std::string> violations;
  std::vector<std::string> story;
  std::vector<std::string> warnings;  // of the shop's log
  Sabotage sabotage;                  // set before open()
  bool keeps_copies = false;          // elsewhere: backups, and people's keys; set before open()
  std::vector<app::Joins> more;       // contexts beside the shop's own; set before open()
  // Told from outside whenever a machine has died, before it is started again.
  std::function<void(const Machine&)> when_machine_died = [](const Machine&) {};

 private:
  class Log;

  void add_machine(const std::string& name, std::set<std::string> parts);
  [[nodiscard]] std::unique_ptr<Machine> made(const std::string& name, std::set<std::string> parts,
                                              const std::string& disk);
  [[nodiscard]] Machines all_processes() const;  // the second owner too
  void appoint_operator();
  void start(Machine&);
  void give_up_starting(Machine&, const std::string& why);
  void start_provider();
  void bury_the_dead();
  void bury(Machine&);
  void bury_second();
  void kill(Machine&, std::string_view why);
  void lose_power(Machine&);
  void wait_without_shop(Duration);
  app::Surroundings surroundings(Machine&);
  http::Response call_provider(Machine&, const http::Request&);
  void demand_asked_once(const http::Request&);  // of the provider
  http::Response deliver_webhook(const http::Request&);
  std::string bytes_of(const http::FileSlice&);
  app::Elsewhere elsewhere_of(Machine&);
  template <class Answer, class Make>
  Answer ask_machine(Machine& from, Machine& to, runtime::Time until, const Make&);
  template <class Answer, class Make>
  std::optional<Answer> answered(const Machine& by, const Make&);
  http::Response pass_on(Machine& from, Machine& to, const http::Request&);
  std::string call_machine(Machine& from, Machine& to, std::string_view method,
                           const std::string& message, const chassis::Call&);
  bool is_cut(const Machine& from, const Machine& to);
  void cut_between_machines();
  Duration up_to(Duration most);
  std::chrono::seconds up_to_seconds(std::uint64_t most);  // one at least
  Machine& some_machine();
  void kill_some();
  void close(Machine&, Duration);
  void take_over();
  void end_second(std::string_view why);
  Machine& door();
  void have_copied(const std::string& command, const std::string& to);
  void kill_at_a_sync(Machine&);
  void fill_disk(Machine&);
  void slow_disk(Machine&);
  void loosen_cable(Machine&);
  void cut_from_broker(Machine&);
  void step_clocks();
  void set_clock(const Machine&, Duration offset);
  void set_clocks_right();
  void alter(Machine&, chassis::Context&);
  void perhaps_be_brought_down(Machine&, const std::string& consumer, const chassis::Delivery&);

  const bool tells_story_;
  const Between between_;
  security::SecretsInMemory secrets_;  // that several machines share
  std::string webhook_key_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::unique_ptr<Machine> second_;    // that believes the shop's logs to be its own
  std::uint64_t overtaken_start_ = 0;  // of the first
  std::unique_ptr<sandbox::SandboxProvider> provider_;
  std::set<std::string> confirmed_;                 // at the provider, by path
  std::map<std::string, std::string> refund_keys_;  // by what is to be paid back
  bool machine_died_ = false, provider_died_ = false;
  runtime::Time provider_away_until_{};
  bool clocks_were_set_ = false;
  Duration rack_clock_{};  // how far the clocks of all machines are from true time
  std::map<std::pair<std::string, std::string>, runtime::Time> cuts_;  // from, to; and until when
};

// A disk elsewhere, and where the copy of people's keys lies.
inline constexpr const char* safe_disk = "safe";
inline constexpr const char* keys_copy = "safe/keys";

inline constexpr std::string_view it_is_killed = "it is killed";  // why the shop dies

// What the first operator signs in with.
inline constexpr const char* operator_email = "operator@example.com";
inline constexpr const char* operator_password = "a password of the operator";

}  // namespace madang::simulation
