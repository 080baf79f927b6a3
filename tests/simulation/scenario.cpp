#include "tests/simulation/scenario.hpp"

#include <fmt/format.h>

namespace madang::simulation {

using S = Scenario;

Scenario::Scenario(World& world, History& history, const std::set<std::string>& absent)
    : world_{world}, history_{history}, sittings_{world.people} {
  static const std::vector<Choice> of_customers{
      {6, &S::browse},          {30, &S::rent},           {3, &S::rent_on_two_devices},
      {6, &S::look_at_rental},  {12, &S::open_book},      {10, &S::extend},
      {14, &S::give_back},      {8, &S::cancel},          {10, &S::join_line},
      {6, &S::look_at_place},   {3, &S::leave_line},      {5, &S::look_at_shelf},
      {4, &S::look_at_profile}, {4, &S::change_profile},  {4, &S::look_at_payment},
      {2, &S::sign_out},        {3, &S::refresh},         {2, &S::take_data_along},
      {1, &S::be_forgotten},    {8, &S::ask_again},       {2, &S::look_at_sessions},
      {2, &S::change_password}, {1, &S::forget_password}, {1, &S::set_up_second_factor}};
  static const std::vector<Choice> of_managers{{4, &S::register_edition},
                                               {6, &S::revise_price},
                                               {10, &S::set_terms},
                                               {1, &S::withdraw},
                                               {5, &S::look_at_board}};
  static const std::vector<Choice> of_operators{{6, &S::look_at_ledger},   {4, &S::refund},
                                                {4, &S::change_roles},     {2, &S::end_sessions},
                                                {2, &S::look_at_erasures}, {2, &S::look_at_keys}};
  const auto comes = [&](const std::string& name, const std::string& email,
                         const std::string& password, const std::vector<Choice>& choices,
                         Duration pause_max, auto&& begins) {
    people_.push_back(std::make_unique<Person>(world_, history_, name, email, password));
    auto& person = *people_.back();
    ++busy_;
    world_.people.spawn(name, [this, &person, &choices, pause_max, begins] {
      while (!begins(person)) world_.people.sleep(2s);
      live(person, choices, pause_max);
    });
  };
  const auto registers = [](Person& it) {
    return it.world.simulator.one_in(3) ? it.register_twice_at_once() : it.register_and_sign_in();
  };
  comes("operator", operator_email, operator_password, of_operators, 60s,
        [](Person& it) { return it.sign_in(); });
  comes("manager", "manager@example.com", "a password of the manager", of_managers, 40s,
        [this, registers](Person& it) {
          if (!registers(it)) return false;
          // The operator gives the role, as soon as both are there.
          while (people_[0]->id.empty()) world_.people.sleep(1s);
          people_[0]->ask({.method = http::Method::put,
                           .target = "/v1/people/" + it.id + "/roles/book_manager",
                           .is_effect = true});
          if (!it.sign_in()) return false;
          open_the_catalog(it);
          return editions_.size() > 2 || registered_ == editions_max;
        });
  const auto customers = 7 + below(6);
  for (std::uint64_t i = 0; i < customers; ++i)
    if (const auto name = fmt::format("customer-{}", i + 1); !absent.contains(name))
      comes(name, fmt::format("customer{}@example.com", i + 1),
            fmt::format("a password of customer {}", i + 1), of_customers, i == 0 ? 2s : 5s,
            registers);
}

Everybody Scenario::everybody() const {
  Everybody all{.the_operator = people_[0].get(), .manager = people_[1].get(), .customers = {}};
  for (std::size_t i = 2; i < people_.size(); ++i) all.customers.push_back(people_[i].get());
  return all;
}

std::vector<std::string> Scenario::names() const {
  std::vector<std::string> all;
  for (const auto* customer : everybody().customers) all.push_back(customer->name);
  return all;
}

void Scenario::begin_sitting(Duration length) {
  sitting_ends_ = world_.now() + length;
  ++sitting_;
  sittings_.raise();
}

void Scenario::live(Person& person, const std::vector<Choice>& choices, Duration pause_max) {
  std::uint64_t seen = 0;
  while (true) {
    while (world_.now() < sitting_ends_) {
      act_once(person, choices);
      world_.people.sleep(Duration{
          static_cast<std::int64_t>(below(static_cast<std::uint64_t>(pause_max.count())))});
    }
    --busy_;
    seen = std::max(seen, sitting_);
    seen = sittings_.wait_beyond(seen, runtime::never);
    ++busy_;
  }
}

void Scenario::act_once(Person& person, const std::vector<Choice>& choices) {
  if (person.is_gone) {
    if (world_.simulator.one_in(8)) person.sign_in();
    return;
  }
  std::uint64_t all = 0;
  for (const auto& it : choices) all += it.weight;
  auto left = below(all);
  for (const auto& it : choices) {
    if (left < it.weight) return (this->*it.act)(person);
    left -= it.weight;
  }
}

std::optional<KnownEdition> Scenario::some_edition() {
  if (editions_.empty()) return std::nullopt;
  return editions_[world_.simulator.one_in(2) ? 0 : below(editions_.size())];
}

std::string Scenario::some_card() {
  static constexpr std::array cards{"tok_accepted",
                                    "tok_accepted",
                                    "tok_accepted",
                                    "tok_accepted",
                                    "tok_accepted",
                                    "tok_accepted",
                                    "tok_declined",
                                    "tok_slow",
                                    "tok_charged_no_answer",
                                    "tok_unavailable",
                                    "tok_webhook_late",
                                    "tok_charged_after_not_found",
                                    "tok_webhook_twice",
                                    "tok_webhook_never",
                                    "tok_webhook_before_answer",
                                    "tok_insufficient_funds",
                                    "tok_expired",
                                    "tok_refund_no_answer",
                                    "tok_unheard_of",
                                    "tok_charged_after_declined"};
  return cards[below(cards.size())];
}

std::optional<std::string> Scenario::some_rental_of(const Person& person) {
  const bool errs = world_.simulator.one_in(12);
  const auto& past = past_rentals_[person.name];
  if (errs && past.empty()) return "00000000-0000-4000-8000-000000000000";
  const auto& known = errs ? past : rentals_[person.name];
  if (known.empty()) return std::nullopt;
  const auto back = std::min<std::size_t>(below(4), known.size() - 1);
  return known[known.size() - 1 - back];
}

void Scenario::note_end(const Person& person, const std::string& rental,
                        const std::optional<Answer>& answer) {
  if (!answer || !(answer->is_success() || answer->slug() == "not-on-loan")) return;
  if (std::erase(rentals_[person.name], rental) != 0) past_rentals_[person.name].push_back(rental);
}

std::optional<std::string> Scenario::some_place_of(const Person& person) {
  if (world_.simulator.one_in(12)) {
    const auto edition = some_edition();
    return edition ? std::optional{edition->id} : std::nullopt;
  }
  const auto found = waits_for_.find(person.name);
  return found == waits_for_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace madang::simulation
