#include "tests/simulation/audit.hpp"

#include "apps/madang/contexts.hpp"
#include "tests/simulation/laws.hpp"

#include <fmt/format.h>

#include <tuple>
#include <utility>

namespace madang::simulation {
namespace {

constexpr int days_until_rest_max = 60;
constexpr int days_until_told_max = 3;  // of what the provider does later than it said

// Nobody need ask for it.
bool is_brought_by_time(const Event& event) {
  if (event.type != "SessionEnded") return false;
  const auto by = event.json().root()["by"].text();
  return by == "time" || by == "unused";
}

}  // namespace

Audit::Audit(World& world, const History& history) : world_{world}, history_{history} {
  world_.when_machine_died = [this](const Machine& machine) {
    died_since_looked_ = true;
    logs_.let_go(machine);
    keys_seen_.let_go(machine);
  };
}

// What the dead have left is not looked at before the next start has made it durable: a batch whose sync
// failed may stand there or not, and nobody was told of it.
void Audit::look() {
  if (!world_.is_open()) return;
  if (died_since_looked_) return look_again();
  if (!logs_.read_new()) return;
  check();
  keys_seen_.look();
}

void Audit::look_again() {
  if (!logs_.read_newest_again()) return;
  died_since_looked_ = false;
  check();
  check_acknowledged(world_, logs_, history_);
}

// At rest nobody is busy with them.
void Audit::demand(bool all_were_read) {
  if (!all_were_read) world_.violate("a log is busy though all is at rest");
}

void Audit::check() {
  lending_law_.look(logs_);
  check_money(world_, logs_);
}

void Audit::come_to_rest(const std::function<bool()>& is_quiet) {
  std::vector<std::string> open;
  for (int day = 0; day < days_until_rest_max && is_well(); ++day) {
    retry_what_is_parked();
    world_.run_for(1min);
    look();
    check_punctuality(world_, logs_);
    open = unfinished(world_, logs_);
    if (open.empty() && is_quiet() &&
        (day >= days_until_told_max || differences_in_books(world_, logs_).empty()))
      break;
    world_.pause_shop_for(std::chrono::hours{20});
  }
  for (const auto& it : open) world_.violate("it never comes to an end: " + it);
  look_again();
  check_books(world_, logs_);
  check_deliveries(world_, logs_);
  check_times(world_, logs_);
  check_lines(world_, logs_);
  check_identifiers(world_, logs_);
  check_second_factors(world_, logs_);
  check_processes(world_, logs_);
  check_nobody_paid_for_nothing(world_, logs_);
  check_nobody_waits_in_vain(world_, logs_);
  keys_seen_.check_forgotten(logs_);
  rebuild_all();
}

// One of them has a row that is not what it ought to be: the comparison sees it, and then it is as it ought to be.
void Audit::rebuild_all() {
  const auto all = app::all_contexts();
  std::vector<std::pair<std::string, std::string>> models;
  for (const auto& context : all)
    for (const auto& projection : context->projections)
      models.emplace_back(context->name(), projection.name);
  const auto& [context, projection] = models[world_.simulator.random() % models.size()];
  if (damage_a_row(context, projection) && rebuild(context, projection).code == 0)
    world_.violate(fmt::format("a rebuild of {} of {} does not see that a row was wrong",
                               projection, context));
  for (const auto& [of, name] : models)
    if (const auto said = rebuild(of, name); said.code != 0)
      world_.violate(fmt::format("rebuilding {} of {}: {}{}", name, of, said.out, said.complaint));
}

// What an operator is told of it.
app::Said Audit::rebuild(const std::string& context, const std::string& projection) {
  const auto question = app::line_of(app::Question{
      .command = "rebuild", .context = context, .projection = projection, .compare = true});
  const auto said = std::make_shared<app::Said>();
  const bool answered = world_.in_shop(
      context,
      [said, question](app::Shop& shop) {
        *said = app::said_of(shop.control(question, "auditor"));
      },
      5min);
  return answered ? *said : app::Said{.code = 1, .out = {}, .complaint = "no answer"};
}

// False: there is none, or somebody is busy there.
bool Audit::damage_a_row(const std::string& context, const std::string& projection) {
  const auto& machine = world_.machine_of(context);
  const SoundDisk sound{machine.disk};
  try {
    storage::Database models{machine.folder_of(context) + "/views.db", storage::Synchronous::normal,
                             storage::Open::read_write};
    auto live = models.prepare("SELECT generation FROM projections WHERE name = ? AND live = 1");
    if (!live.bind(projection).step()) return false;
    const auto table = fmt::format("rows_{}_{}", projection, live.integer(0));
    models.transaction([&] {
      models.script(fmt::format(
          "UPDATE {0} SET row = row || ' ' WHERE key = (SELECT min(key) FROM {0})", table));
    });
    return models.changes() != 0;
  } catch (const chassis::Unavailable&) {
    return false;
  }
}

void Audit::retry_what_is_parked() {
  if (!world_.is_open()) return;
  world_.mend_what_is_deadly();  // or it would bring down whoever tries it again
  std::set<std::tuple<std::string, std::string, std::string>> tried;
  for (const auto& parked : logs_.parked()) {
    ++world_.counts["parked deliveries tried again"];
    if (!tried.insert({parked.context, parked.consumer, parked.key}).second) continue;
    const auto question = app::line_of(app::Question{
        .command = "parked retry", .context = parked.context, .number = parked.number});
    world_.in_shop(
        parked.context,
        [question](app::Shop& shop) { static_cast<void>(shop.control(question, "operator")); },
        1min);
  }
}

void Audit::start_cold() {
  demand(logs_.read_new());
  std::map<std::string, std::size_t> before;
  for (const auto* context : contexts) before[context] = logs_.of(context).size();
  world_.simulator.pause("people");
  world_.lose_power();
  world_.run_for(1min);
  world_.simulator.go_on("people");
  demand(logs_.read_again(false));
  for (const auto& [context, size] : before)
    for (auto at = size; at < logs_.of(context).size(); ++at)
      if (const auto& event = logs_.of(context)[at]; !is_brought_by_time(event))
        world_.violate(fmt::format("after a cold start {} of {} begins: {}", event.type, context,
                                   event.payload));
  for (const auto& it : unfinished(world_, logs_))
    world_.violate("after a cold start there is something under way: " + it);
}

void Audit::check_own_no_claim(const std::set<std::string>& people) {
  Readers readers{world_};
  readers.with("identity", "journal.db", [&](storage::Database& journal) {
    for (const auto& person : people) {
      auto claims = journal.prepare(
          "SELECT 1 FROM claims c JOIN streams s ON s.id = c.owner WHERE s.name = ?");
      if (claims.bind("Person/" + person).step())
        world_.violate(person + " was forgotten, and a backup has brought back what they claimed");
    }
  });
}

void Audit::check_nobody_is_back(const Everybody& people) {
  keys_seen_.check_forgotten(logs_);
  std::set<std::string> forgotten;
  for (const auto& event : logs_.of("identity"))
    if (event.type == "PersonForgotten")
      forgotten.insert(std::string{event.json().root()["person"].text()});
  check_own_no_claim(forgotten);
  const auto sign_in = [&] {
    for (auto* customer : people.customers)
      if (forgotten.contains(customer->id) && customer->sign_in())
        world_.violate(customer->name + " was forgotten, and a backup has brought them back");
  };
  if (!world_.have_people_do("those who were forgotten", sign_in, 1h))
    world_.violate("of who was forgotten somebody waits for an hour");
}

}  // namespace madang::simulation
