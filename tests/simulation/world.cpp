#include "tests/simulation/world.hpp"

#include "chassis/ports/failures.hpp"
#include "tests/simulation/chances.hpp"
#include "tests/simulation/exchange.hpp"
#include "tests/simulation/opening_day.hpp"
#include <fmt/format.h>

namespace madang::simulation {
namespace {

constexpr std::string_view webhook_path = "/v1/webhooks/sandbox";
constexpr Duration asked_in_vain_at_most = 10min;

}  // namespace

class World::Log final : public app::LogLines {
 public:
  explicit Log(World& world) : world_{world} {}
  void flush() override {}

 protected:
  void put(const std::string& line, Seen seen) override {
    if (seen == Seen::later) return;  // requests: the story tells them as their people saw them
    world_.warnings.push_back(line);
    world_.tell("the shop's log: " + line.substr(0, line.size() - 1));
  }

 private:
  World& world_;
};

World::World(std::uint64_t seed, bool tells_story, Between between)
    : simulator{seed},
      tells_story_{tells_story},
      between_{between},
      log_{std::make_unique<Log>(*this)} {
  settings_.data = "shop";
  settings_.requests_per_minute = 0;
  simulator.when_killed([this](const std::string& process, std::string_view why) {
    if (process == "shop") {
      shop_died_ = true;
      if (why == it_is_killed) ++counts[deaths_by_kill];
      if (why.starts_with("the power")) ++counts[deaths_by_power];
    }
    if (process == "provider") provider_died_ = true;
    if (process != "people") tell("the " + process + " dies: " + std::string{why});
  });
  simulator.when_task_fails([this](const auto& process, const auto& task, const auto& what) {
    violate(fmt::format("the task \"{}\" of the {} ends by: {}", task, process, what));
  });
  simulator.program("shop", [this] { start_shop(); });
  simulator.program("provider", [this] { start_provider(); });
}

World::~World() {
  when_shop_died = [] {};
  simulator.kill_all();
  shop_.reset();
  provider_.reset();
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

app::Surroundings World::surroundings() {
  return {.provider = [this](const http::Request& it) { return call_provider(it); },
          .broker = between_ == Between::broker ? &broker.reached_from("shop") : nullptr,
          .marks = [](const std::string&) { return storage::marks_in_memory(); },
          .password_cost = {.memory_kib = 8, .passes = 1},
          .alter = [this](chassis::Context& it) { alter(it); },
          .more = more,
          .look_every = faults.look_every,
          .journal = faults.journal,
          .hands = faults.hands};
}

void World::alter(chassis::Context& context) {
  if (starts_ % 2 == 1) come_from_another_release(context);
  poison(context, [this] { return simulator.one_in(faults.poison_one_in); });
  if (sabotage.alter) sabotage.alter(context);
}

void World::open() {
  const auto wanted = std::exchange(faults, Faults::none());
  appoint_operator();
  simulator.start("provider");
  simulator.start("shop");
  run_for(1s);
  CHECK(shop_ && provider_, "on a calm day the shop opens");
  faults = wanted;
  storage.disk("shop").faults = faults.disk;
  storage.disk("shop").faults.syncs_lie = sabotage.syncs_lie;
  broker.faults = faults.broker;
}

void World::appoint_operator() {
  const auto around = surroundings();
  std::unique_ptr<OpeningDay> day;
  bool over = false;
  shop_machine.spawn("operator add", [&] {
    storage.files().create_folder(settings_.data);
    day = std::make_unique<OpeningDay>(shop_machine, storage.files(), settings_, around, *log_);
    day->appoint(operator_email, operator_password);
    webhook_key_ = day->webhook_key();
    over = true;
  });
  simulator.run([&] { return over; });
  simulator.kill("shop", "the operator is there");
  shop_died_ = false;
}

// The shop's main task. What cannot start ends, as the program does, and is started again.
void World::start_shop() {
  ++starts_;
  try {
    metrics_ = std::make_unique<telemetry::Registry>();
    auto shop = std::make_unique<app::Shop>(shop_machine, storage.files(), settings_, *metrics_,
                                            *log_, surroundings());
    shop_ = std::move(shop);
    shop_->start();
    tell("the shop is open");
  } catch (const chassis::Corrupt& damage) {
    violate(std::string{"the shop finds its folder damaged: "} + damage.what());
    give_up_starting(damage.what());
  } catch (const std::exception& failure) {
    ++counts["starts that failed"];
    give_up_starting(failure.what());
  }
}

// Its one task may have ended before it is killed, and then nobody is told.
void World::give_up_starting(const std::string& why) {
  tell("the shop cannot start: " + why);
  simulator.kill("shop", "it cannot start");
  shop_died_ = true;
}

void World::start_provider() {
  try {
    provider_ = std::make_unique<sandbox::SandboxProvider>(provider_machine, "provider/sandbox.db");
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
  if (std::exchange(shop_died_, false)) {
    for (const auto& it : std::exchange(open_exchanges_, {}))
      if (const auto exchange = it.lock()) exchange->over.raise();
    shop_.reset();
    when_shop_died();
    restart_at_ = now() + Duration{simulator.random() % std::uint64_t{3'000'000}};
    if (closed_until_) restart_at_ = std::exchange(closed_until_, {});
  }
  if (restart_at_ && now() >= *restart_at_) {
    restart_at_.reset();
    simulator.start("shop");
  }
  if (std::exchange(provider_died_, false)) {
    provider_.reset();
    simulator.start("provider");
  }
  if (broker_cut_until_ && now() >= *broker_cut_until_) {
    broker_cut_until_.reset();
    broker.join("shop");
  }
  auto& disk = storage.disk("shop").faults;
  if (disk.full && now() >= disk_full_until_) disk.full = false;
  if (disk.access_max.count() != 0 && now() >= disk_slow_until_) disk.access_max = Duration{0};
}

void World::run_for(Duration span) {
  const auto end = now() + span;
  while (true) {
    bury_the_dead();
    if (now() >= end) return;
    auto stop = end;
    if (restart_at_) stop = std::min(stop, *restart_at_);
    if (broker_cut_until_) stop = std::min(stop, *broker_cut_until_);
    const auto& disk = storage.disk("shop").faults;
    if (disk.full) stop = std::min(stop, disk_full_until_);
    if (disk.access_max.count() != 0) stop = std::min(stop, disk_slow_until_);
    auto& time = simulator.process("the passing of time");
    time.spawn("until then", [&time, stop] { time.sleep_until(stop); });
    simulator.run([&] { return shop_died_ || provider_died_ || now() >= stop; });
  }
}

bool World::in_shop(const std::function<void(app::Shop&)>& task, Duration patience) {
  if (!shop_ || shop_died_) return false;
  const auto over = std::make_shared<bool>(false);
  shop_machine.spawn("asked from outside", [over, task, shop = shop_.get()] {
    task(*shop);
    *over = true;
  });
  const auto end = now() + patience;
  simulator.run([&] { return *over || shop_died_ || now() >= end; });
  return *over;
}

http::Response World::ask_provider(std::string_view target) {
  std::optional<http::Response> said;
  provider_machine.spawn(
      "auditor", [&] { said = provider_->handle(http::request_of(http::Method::get, target)); });
  simulator.run([&] { return said.has_value(); });
  return *said;
}

void World::kill_shop(std::string_view why) { simulator.kill("shop", why); }

void World::lose_power() {
  ++counts["power losses"];
  storage.disk("shop").power_loss();
}

// After a while nobody does anything: they would only ask in vain, again and again.
void World::wait_without_shop(Duration span) {
  const auto awake = std::min(span, asked_in_vain_at_most);
  run_for(awake);
  for (const auto* who : {"provider", "people"}) simulator.pause(who);
  run_for(span - awake);
  for (const auto* who : {"provider", "people"}) simulator.go_on(who);
}

void World::pause_shop_for(Duration span) {
  simulator.pause("shop");
  wait_without_shop(span);
  simulator.go_on("shop");
}

void World::close_shop_for(Duration span) {
  tell("the shop closes for a while");
  closed_until_ = now() + span;
  kill_shop("it is closed");
  wait_without_shop(span);
}

void World::heal() {
  faults = Faults{.look_every = faults.look_every, .hands = faults.hands};
  auto& disk = storage.disk("shop");
  disk.faults = {};
  disk.burn_after(0);
  provider_away_until_ = {};
  broker_cut_until_.reset();
  broker.faults = {};
  broker.join("shop");
  simulator.go_on("shop");
  tell("from here on nothing goes wrong");
}

}  // namespace madang::simulation
