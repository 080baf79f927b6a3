#include "tests/simulation/world.hpp"

#include "chassis/ports/failures.hpp"
#include "tests/simulation/chances.hpp"
#include "tests/simulation/opening_day.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr std::string_view webhook_path = "/v1/webhooks/sandbox";
constexpr std::string_view brought_down = "a delivery brings it down";
constexpr Duration asked_in_vain_at_most = 10min;
constexpr Duration started_again_within = 3s;
constexpr std::uint64_t away_one_in = 8, away_minutes_max = 480;
constexpr std::uint64_t turns_max =
    1'000'000;  // of one stretch of time, which takes 63,000 at most
constexpr std::array parts{"gateway", "identity", "customer", "catalog",
                           "payment", "rental",   "insight"};

}  // namespace

class World::Log final : public app::LogLines {
 public:
  Log(World& world, std::string machine) : world_{world}, machine_{std::move(machine)} {}
  void flush() override {}

 protected:
  void put(const std::string& line, Seen seen) override {
    if (seen == Seen::later) return;  // requests: the story tells them as their people saw them
    world_.warnings.push_back(line);
    world_.tell("the " + machine_ + "'s log: " + line.substr(0, line.size() - 1));
  }

 private:
  World& world_;
  const std::string machine_;
};

World::World(std::uint64_t seed, bool tells_story, Between between, Shape shape)
    : simulator{seed},
      tells_story_{tells_story},
      between_{shape == Shape::many ? Between::broker : between} {
  if (shape == Shape::one) {
    add_machine("shop", {});
    second_ = made("second shop", {}, "shop");
  } else
    for (const auto* part : parts) add_machine(part, {part});
  simulator.when_killed([this](const std::string& process, std::string_view why) {
    for (auto* machine : all_processes())
      if (machine->name == process) {
        machine->has_died = machine_died_ = true;
        if (why == it_is_killed || why == storage::killed_at_a_sync) ++counts[deaths_by_kill];
        const bool has_no_power = why.starts_with("the power");
        const bool has_crashed = why == brought_down;
        if (has_no_power) ++counts[deaths_by_power];
        if (has_crashed) ++counts["deaths: brought down by a delivery"];
        machine->keep_marks(has_no_power  ? Machine::Ends::without_power
                            : has_crashed ? Machine::Ends::by_its_fault
                                          : Machine::Ends::killed);
      }
    if (process == "provider") provider_died_ = true;
    if (process != "people") tell("the " + process + " dies: " + std::string{why});
  });
  simulator.when_task_fails([this](const auto& process, const auto& task, const auto& what) {
    violate(fmt::format("the task \"{}\" of the {} ends by: {}", task, process, what));
  });
  simulator.program("provider", [this] { start_provider(); });
}

void World::add_machine(const std::string& name, std::set<std::string> holds) {
  machines_.push_back(made(name, std::move(holds), name));
}

std::unique_ptr<Machine> World::made(const std::string& name, std::set<std::string> holds,
                                     const std::string& disk) {
  auto machine = std::make_unique<Machine>(name, std::move(holds), simulator, storage, disk);
  machine->log = std::make_unique<Log>(*this, name);
  simulator.program(name, [this, it = machine.get()] { start(*it); });
  return machine;
}

World::~World() {
  when_machine_died = [](const Machine&) {};
  simulator.kill_all();
  for (auto* it : all_processes()) it->shop.reset();
  provider_.reset();
}

Machine& World::machine_of(std::string_view context) const {
  const auto found =
      std::ranges::find_if(machines_, [&](const auto& it) { return it->holds(context); });
  CHECK(found != machines_.end(), "each context is on a machine");
  return **found;
}

Machines World::all_machines() const {
  Machines all;
  for (const auto& it : machines_) all.push_back(it.get());
  return all;
}

Machines World::all_processes() const {
  auto all = all_machines();
  if (second_) all.push_back(second_.get());
  return all;
}

bool World::is_open() const {
  return std::ranges::all_of(machines_, [](const auto& it) { return it->shop != nullptr; });
}

void World::tell(const std::string& line) {
  if (!tells_story_) return;
  const auto at = simulator.now().time_since_epoch().count();
  story.push_back(fmt::format("{:>14.6f} {}", static_cast<double>(at) / 1e6 - 1782864000.0, line));
}

void World::violate(const std::string& what) {
  tell("VIOLATION: " + what);
  violations.push_back(what);
}

app::Surroundings World::surroundings(Machine& machine) {
  const bool is_alone = machines_.size() == 1;
  return {
      .provider = [this, &machine](const http::Request& it) { return call_provider(machine, it); },
      .broker = between_ == Between::broker ? &broker.reached_from(machine.name) : nullptr,
      .marks = [&machine](const std::string& context) { return machine.marks_of(context); },
      .password_cost = {.memory_kib = 8, .passes = 1},
      .alter = [this, &machine](chassis::Context& it) { alter(machine, it); },
      .more = more,
      .look_every = faults.look_every,
      .timers_early = faults.timers_early,
      .journal = faults.journal,
      .hands = faults.hands,
      .here = machine.parts,
      .elsewhere = is_alone ? app::Elsewhere{} : elsewhere_of(machine),
      .secrets = is_alone ? nullptr : &secrets_};
}

void World::alter(Machine& machine, chassis::Context& context) {
  come_from(machine.starts % 2 == 1 ? Release::before : Release::next, faults.two_forms, context);
  tell_of_deliveries(context, [this, &machine](const auto& consumer, const auto& delivery) {
    perhaps_be_brought_down(machine, consumer, delivery);
  });
  poison(context, [this] { return simulator.one_in(faults.poison_one_in); });
  if (sabotage.alter) sabotage.alter(context);
}

void World::perhaps_be_brought_down(Machine& machine, const std::string& consumer,
                                    const chassis::Delivery& by) {
  const auto running = deadly.lives_taken(consumer, by.identity, {machine.name, machine.starts},
                                          faults.deadly_one_in);
  if (running == 0) return;
  if (running > Deadly::lives_running_max)
    violate(fmt::format("{} of {} brings the {} down {} times running", by.type, by.source,
                        machine.name, running));
  machine.runtime.stop_process(brought_down);
}

void World::open() {
  for (auto* it : all_processes()) {
    it->settings.pay_within = faults.hold.pay_within;
    it->settings.hold_lasts = faults.hold.lasts;
    if (keeps_copies) it->settings.keys_copy = keys_copy;
  }
  const auto wanted = std::exchange(faults, Faults{.two_forms = faults.two_forms});
  appoint_operator();
  simulator.start("provider");
  for (const auto& it : machines_) simulator.start(it->name);
  run_for(1s);
  CHECK(is_open() && provider_, "on a calm day the shop opens");
  if (keeps_copies) copy_keys();  // it must be there, or erasures wait
  faults = wanted;
  for (auto* it : all_processes()) {
    simulator.set_clock_tick(it->name, faults.clock_tick);
    it->disk.faults = faults.disk;
    it->disk.faults.syncs_lie = sabotage.syncs_lie;
  }
  broker.faults = faults.broker;
}

void World::appoint_operator() {
  auto& machine = machine_of("identity");
  const auto around = surroundings(machine);
  std::unique_ptr<OpeningDay> day;
  bool over = false;
  machine.runtime.spawn("operator add", [&] {
    storage.files().create_folder(machine.settings.data);
    day = std::make_unique<OpeningDay>(machine.runtime, storage.files(), machine.settings, around,
                                       *machine.log);
    day->appoint(operator_email, operator_password);
    webhook_key_ = day->webhook_key();
    over = true;
  });
  simulator.run([&] { return over; });
  simulator.kill(machine.name, "the operator is there");
  machine.has_died = machine_died_ = false;
}

// The machine's main task. What cannot start ends, as the program does, and is started again.
void World::start(Machine& it) {
  ++it.starts;
  try {
    it.metrics = std::make_unique<telemetry::Registry>();
    auto shop = std::make_unique<app::Shop>(it.runtime, storage.files(), it.settings, *it.metrics,
                                            *it.log, surroundings(it));
    it.shop = std::move(shop);
    it.shop->start();
    tell("the " + it.name + " is open");
    if (it.burns_when_open != 0) it.disk.burn_after(std::exchange(it.burns_when_open, 0));
  } catch (const chassis::Corrupt& damage) {
    violate(fmt::format("the {} finds its folder damaged: {}", it.name, damage.what()));
    give_up_starting(it, damage.what());
  } catch (const std::exception& failure) {
    ++counts["starts that failed"];
    give_up_starting(it, failure.what());
  }
}

// Its one task may have ended before it is killed, and then nobody is told.
void World::give_up_starting(Machine& it, const std::string& why) {
  tell("the " + it.name + " cannot start: " + why);
  simulator.kill(it.name, "it cannot start");
  it.has_died = machine_died_ = true;
}

void World::start_provider() {
  try {
    provider_ = std::make_unique<sandbox::SandboxProvider>(provider_machine, "provider/sandbox.db",
                                                           faults.pace);
    provider_->send_webhooks(
        std::string{webhook_path}, webhook_key_,
        [this](const http::Request& request) { return deliver_webhook(request); });
  } catch (const chassis::Corrupt& damage) {
    violate(std::string{"the provider finds its books damaged: "} + damage.what());
  } catch (const std::exception& failure) {
    tell(std::string{"the provider cannot start: "} + failure.what());
    simulator.kill("provider", "it cannot start");
    provider_died_ = true;
  }
}

// From outside: nothing of the dead is running any more, so what they used can go.
void World::bury_the_dead() {
  machine_died_ = false;
  if (second_) bury_second();
  for (const auto& it : machines_) bury(*it);
  if (std::exchange(provider_died_, false)) {
    provider_.reset();
    simulator.start("provider");
  }
  for (const auto& it : machines_) {
    if (it->broker_cut_until && now() >= *it->broker_cut_until) {
      it->broker_cut_until.reset();
      broker.join(it->name);
    }
    it->end_what_is_over(now());
  }
}

void World::bury(Machine& it) {
  if (std::exchange(it.has_died, false)) {
    it.break_connections();
    it.shop.reset();
    when_machine_died(it);
    it.restart_at = now() + Duration{simulator.random() % started_again_within.count()};
    if (it.closed_until) it.restart_at = std::exchange(it.closed_until, {});
  }
  if (it.restart_at && now() >= *it.restart_at) {
    it.restart_at.reset();
    end_second("the first is started again");
    simulator.start(it.name);
  }
}

// Nobody starts it again.
void World::bury_second() {
  if (!std::exchange(second_->has_died, false)) return;
  second_->break_connections();
  second_->shop.reset();
  when_machine_died(*second_);
}

void World::end_second(std::string_view why) {
  if (!has_two_owners()) return;
  kill(*second_, why);
  second_->has_died = true;
  bury_second();
}

// People come to either.
Machine& World::door() {
  if (second_ && second_->is_up() && simulator.one_in(2)) return *second_;
  return machine_of("gateway");
}

void World::run_for(Duration span) {
  const auto began = now(), end = began + span;
  const auto turns_before = simulator.switches();
  while (true) {
    bury_the_dead();
    if (now() >= end) return;
    auto stop = end;
    for (const auto& it : machines_) stop = std::min<runtime::Time>(stop, it->next_change());
    auto& time = simulator.process("the passing of time");
    time.spawn("until then", [&time, stop] { time.sleep_until(stop); });
    simulator.run([&] { return machine_died_ || provider_died_ || now() >= stop; }, turns_max);
    if (simulator.switches() - turns_before >= turns_max)
      throw GoesOnForEver{fmt::format("{} turns are taken in {} s, and it goes on", turns_max,
                                      (now() - began).count() / 1'000'000)};
  }
}

bool World::in_shop(const std::string& context, const std::function<void(app::Shop&)>& task,
                    Duration patience) {
  auto& machine = machine_of(context);
  if (!machine.is_up()) return false;
  const auto over = std::make_shared<bool>(false);
  machine.runtime.spawn("asked from outside", [over, task, shop = machine.shop.get()] {
    task(*shop);
    *over = true;
  });
  const auto end = now() + patience;
  simulator.run([&] { return *over || machine.has_died || now() >= end; });
  return *over;
}

bool World::have_people_do(const std::string& name, const std::function<void()>& task,
                           Duration patience) {
  const auto over = std::make_shared<bool>(false);
  people.spawn(name, [over, task] {
    task();
    *over = true;
  });
  const auto end = now() + patience;
  while (!*over && now() < end) run_for(10s);
  return *over;
}

http::Response World::ask_provider(std::string_view target) {
  std::optional<http::Response> said;
  provider_machine.spawn(
      "auditor", [&] { said = provider_->handle(http::request_of(http::Method::get, target)); });
  simulator.run([&] { return said.has_value(); });
  return *said;
}

void World::kill(Machine& it, std::string_view why) { simulator.kill(it.name, why); }

// Who has not touched the disk since it last had power dies with the machine all the same.
void World::lose_power(Machine& it) {
  it.disk.power_loss();
  if (simulator.alive(it.name)) kill(it, "the power of " + it.name + " failed");
}

void World::lose_power() {
  ++counts["power losses"];
  for (const auto& it : machines_) lose_power(*it);
}

// After a while nobody does anything: they would only ask in vain, again and again.
void World::wait_without_shop(Duration span) {
  const auto awake = std::min(span, asked_in_vain_at_most);
  run_for(awake);
  for (const auto* who : {"provider", "people"}) simulator.pause(who);
  run_for(span - awake);
  for (const auto* who : {"provider", "people"}) simulator.go_on(who);
}

void World::pause_for(const Machines& them, Duration span) {
  for (auto* it : them) {
    tell("the " + it->name + " stands still");
    simulator.pause(it->name);
  }
  wait_without_shop(span);
  for (auto* it : them) simulator.go_on(it->name);
}

void World::pause_shop_for(Duration span) {
  end_second("it stands still, and is not missed");
  pause_for(all_machines(), span);
}

// Who is dead already comes back no earlier.
void World::close_for(const Machines& them, Duration span) {
  end_second("it is closed");
  for (auto* it : them) close(*it, span);
  wait_without_shop(span);
}

void World::close(Machine& it, Duration span) {
  tell("the " + it.name + " is closed for a while");
  it.closed_until = now() + span;
  if (it.restart_at) it.restart_at = std::exchange(it.closed_until, {});
  kill(it, "it is closed");
}

void World::close_one_of_several() {
  if (machines_.size() == 1 || !simulator.one_in(away_one_in)) return;
  ++counts["one away while people come"];
  close(some_machine(), std::chrono::minutes{1 + simulator.random() % away_minutes_max});
}

// Whoever's clock is wrong by hours believes no webhook, and hears nothing of what the provider does late.
void World::set_clocks_right() {
  if (!std::exchange(clocks_were_set_, false)) return;
  rack_clock_ = {};
  for (const auto& it : machines_) {
    set_clock(*it, {});
    kill(*it, "it is to read its clock");
  }
}

void World::mend_what_is_deadly() {
  if (!deadly.mend()) return;
  tell("another release mends what brings the shop down");
  for (const auto& it : machines_) kill(*it, "it is to start with another release");
}

void World::heal() {
  end_second("there is one shop again");
  faults = Faults{.look_every = faults.look_every,
                  .timers_early = faults.timers_early,
                  .hold = faults.hold,
                  .hands = faults.hands,
                  .two_forms = faults.two_forms};
  for (const auto& it : machines_) {
    it->disk.faults = {};
    it->disk.burn_after(0);
    it->disk.kill_after_syncs(0);
    it->burns_when_open = 0;
    it->closed_until.reset();
    if (it->restart_at) it->restart_at = std::min(*it->restart_at, now() + started_again_within);
    it->broker_cut_until.reset();
    broker.join(it->name);
    simulator.go_on(it->name);
  }
  mend_what_is_deadly();
  cuts_.clear();
  provider_away_until_ = {};
  broker.faults = {};
  set_clocks_right();
  tell("from here on nothing goes wrong");
}

}  // namespace madang::simulation
