// What customers do.
#include "tests/simulation/scenario.hpp"

#include <array>
#include <fmt/format.h>

#include <algorithm>

namespace madang::simulation {
namespace {

std::string money(std::int64_t amount) {
  return fmt::format(R"({{"amount":{},"currency":"KRW"}})", amount);
}

}  // namespace

void Scenario::browse(Person& person) {
  const auto page = person.get("/v1/editions?limit=100");
  if (!page || page->status != 200) return;
  const auto document = chassis::JsonDocument::stored(page->text);
  const auto items = document.root()["items"];
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto id = items.at(i)["edition_id"].text();
    const auto price = items.at(i).find("rental_price");
    for (auto& known : editions_)
      if (known.id == id && price) known.price = (*price)["amount"].integer();
  }
  const auto edition = some_edition();
  if (!edition) return;
  const auto one = person.get("/v1/editions/" + edition->id);
  if (!one || one->status != 200) return;
  const auto shown = chassis::JsonDocument::stored(one->text);
  const auto terms = shown.root().find("rental_terms");
  if (!terms) return;
  const auto more = terms->find("extension_price");
  for (auto& known : editions_)
    if (known.id == edition->id)
      known.extension_price = (more ? *more : (*terms)["price"])["amount"].integer();
}

void Scenario::note_rental(const Person& person, const Answer& answer) {
  const auto rental = answer.text_of("rental_id");
  rentals_[person.name].push_back(rental);
  payments_.push_back(answer.text_of("payment_id"));
  history_.acknowledged.push_back({"rental", "RentalStarted", "rental", rental});
  history_.acknowledged.push_back({"payment", "PaymentCaptured", "payment", payments_.back()});
}

// Who asks with the position of what they did is shown it, whatever has been restarted meanwhile.
void Scenario::demand_shown(Person& person, const Answer& done, const std::string& target,
                            const std::string& what) {
  if (done.position.empty() || !world_.simulator.one_in(2)) return;
  if (world_.faults.poison_one_in != 0) return;  // what is parked is shown when it was tried again
  const auto shown =
      person.ask({.method = http::Method::get, .target = target, .after = done.position});
  if (shown && shown->status == 200 && shown->text.find(what) == std::string::npos &&
      !world_.deadly.has_struck())  // that is parked too
    world_.violate(
        fmt::format("{} has done {}, and asking with its position {} does not show it: {}",
                    person.name, what, target, shown->text));
}

Asking Scenario::renting(const KnownEdition& edition) {
  return {.method = http::Method::post,
          .target = "/v1/rentals",
          .body = fmt::format(R"({{"edition_id":"{}","price":{},"card_token":"{}"}})", edition.id,
                              money(edition.price), some_card()),
          .is_effect = true};
}

// Who was told nothing, or that nothing is known yet, may come back under the same key about when their hold, or
// the time to pay for it, has come to its end.
std::optional<Answer> Scenario::ask_to_rent(Person& person, const KnownEdition& edition) {
  const auto wish = renting(edition);
  const auto key = person.new_key();
  const auto asked = world_.now();
  auto answer = person.ask(wish, key);
  if ((answer && answer->slug() != "payment-unsettled") || !world_.simulator.one_in(3))
    return answer;
  const auto& hold = world_.faults.hold;
  const auto end = asked + (world_.simulator.one_in(2) ? hold.pay_within : hold.lasts);
  world_.people.sleep_until(end - 1s + std::chrono::milliseconds{below(4'000)});
  return person.ask(wish, key);
}

void Scenario::rent(Person& person) {
  const auto edition = some_edition();
  if (!edition) return;
  const auto answer = ask_to_rent(person, *edition);
  if (!answer) return;
  if (answer->status == 201) {
    note_rental(person, *answer);
    demand_shown(person, *answer, "/v1/shelf?limit=100", answer->text_of("rental_id"));
  }
  if (answer->slug() == "price-changed") browse(person);
  if (answer->slug() == "no-licence-free" && !waits_for_.contains(person.name))
    wait_for(person, edition->id);
}

// The same wish at the same time, under two keys or under one: at most one of them is lent.
void Scenario::rent_on_two_devices(Person& person) {
  const auto edition = some_edition();
  if (!edition) return;
  const auto wish = renting(*edition);
  const auto key = person.new_key();
  const auto other = world_.simulator.one_in(2) ? key : person.new_key();
  ++busy_;
  world_.people.spawn("another device", [this, &person, wish, other] {
    const auto answer = person.ask(wish, other);
    if (answer && answer->status == 201) note_rental(person, *answer);
    --busy_;
  });
  const auto answer = person.ask(wish, key);
  if (answer && answer->status == 201) note_rental(person, *answer);
}

void Scenario::look_at_rental(Person& person) {
  if (const auto rental = some_rental_of(person)) person.get("/v1/rentals/" + *rental);
  else rent(person);
}

void Scenario::open_book(Person& person) {
  const auto rental = some_rental_of(person);
  if (!rental) return rent(person);
  const auto link = person.post("/v1/rentals/" + *rental + "/link");
  note_end(person, *rental, link && link->is_success() ? std::nullopt : link);
  if (!link || link->status != 200) return;
  history_.acknowledged.push_back({"rental", "LinkGiven", "rental", *rental});
  const auto url = link->text_of("url");
  links_[*rental] = url;
  for (int page = 0; page < 2; ++page) {
    read(person, *rental, url);
    if (world_.simulator.one_in(2))
      world_.people.sleep(std::chrono::seconds{below(1200)});  // it may go stale
  }
}

// Nobody reads on once they know that the loan is over, unless the other of two shops was told so.
void Scenario::read(Person& person, const std::string& rental, const std::string& url) {
  const bool is_over = returned_.contains(rental) && !world_.is_overtaken();
  const auto page = person.get(url);
  if (is_over && page && page->status < 300)
    world_.violate(fmt::format("{} was given back, and {} still opens it", rental, url));
}

void Scenario::extend(Person& person) {
  const auto rental = some_rental_of(person);
  if (!rental) return rent(person);
  const auto edition = some_edition();
  const auto price = edition ? edition->extension_price : 1000;
  const auto answer =
      person.post("/v1/rentals/" + *rental + "/extension",
                  fmt::format(R"({{"price":{},"card_token":"{}"}})", money(price), some_card()));
  if (answer && answer->status == 200) {
    history_.acknowledged.push_back({"rental", "RentalExtended", "rental", *rental});
    if (const auto payment = answer->text_of("payment_id"); !payment.empty())
      payments_.push_back(payment);
    // That was not the book they meant.
    if (world_.simulator.one_in(3)) cancel_rental(person, *rental);
  }
}

void Scenario::give_back(Person& person) {
  const auto rental = some_rental_of(person);
  if (!rental) return rent(person);
  const auto answer = person.post("/v1/rentals/" + *rental + "/return");
  note_end(person, *rental, answer);
  if (!answer || !answer->is_success()) return;
  history_.acknowledged.push_back({"rental", "BookReturned", "rental", *rental});
  returned_.insert(*rental);
  if (const auto link = links_.find(*rental); link != links_.end())
    read(person, *rental, link->second);
}

void Scenario::cancel(Person& person) {
  const auto rental = some_rental_of(person);
  if (!rental) return rent(person);
  cancel_rental(person, *rental);
}

void Scenario::cancel_rental(Person& person, const std::string& rental) {
  const auto answer = person.post("/v1/rentals/" + rental + "/cancellation");
  note_end(person, rental, answer);
  if (answer && answer->is_success())
    history_.acknowledged.push_back({"rental", "RentalCancelled", "rental", rental});
}

void Scenario::join_line(Person& person) {
  if (const auto edition = some_edition()) wait_for(person, edition->id);
}

void Scenario::wait_for(Person& person, const std::string& edition) {
  const auto answer = person.post("/v1/places", fmt::format(R"({{"edition_id":"{}"}})", edition));
  if (!answer || !answer->is_success()) return;
  waits_for_[person.name] = edition;
  history_.acknowledged.push_back({"rental", "LineJoined", "customer", person.id});
}

void Scenario::look_at_place(Person& person) {
  const auto edition = some_place_of(person);
  if (!edition) return rent(person);
  const auto place = person.get("/v1/places/" + *edition);
  const auto known = std::ranges::find(editions_, *edition, &KnownEdition::id);
  if (place && place->text_of("state") == "offered" && known != editions_.end()) {
    const auto answer = ask_to_rent(person, *known);
    if (answer && answer->status == 201) note_rental(person, *answer);
  }
}

void Scenario::leave_line(Person& person) {
  if (const auto edition = some_place_of(person)) {
    waits_for_.erase(person.name);
    person.ask(
        {.method = http::Method::delete_, .target = "/v1/places/" + *edition, .is_effect = true});
  }
}

void Scenario::look_at_shelf(Person& person) { person.get("/v1/shelf"); }

void Scenario::look_at_profile(Person& person) { person.get("/v1/customers/me"); }

void Scenario::change_profile(Person& person) {
  const auto seen = person.get("/v1/customers/me");
  if (!seen || seen->status != 200) return;
  const auto name = fmt::format("{} {}", person.name, below(1000));
  const auto answer = person.ask({.method = http::Method::put,
                                  .target = "/v1/customers/me",
                                  .body = fmt::format(R"({{"name":"{}","language":"ko"}})", name),
                                  .is_effect = true,
                                  .if_match = seen->etag});
  if (!answer || !answer->is_success()) return;
  history_.acknowledged.push_back({"customer", "ProfileChanged", "customer", person.id});
  demand_shown(person, *answer, "/v1/customers/me", name);
}

void Scenario::look_at_payment(Person& person) {
  if (!payments_.empty()) person.get("/v1/payments/" + payments_[below(payments_.size())]);
}

void Scenario::sign_out(Person& person) {
  person.ask({.method = http::Method::delete_,
              .target = world_.simulator.one_in(2) ? "/v1/sessions" : "/v1/sessions/current",
              .is_effect = true});
  person.sign_in();
}

void Scenario::look_at_sessions(Person& person) {
  const auto all = person.get("/v1/sessions");
  if (!all || all->status != 200) return;
  const auto document = chassis::JsonDocument::stored(all->text);
  const auto items = document.root()["items"];
  if (items.size() == 0) return;
  const auto one = items.at(below(items.size()))["session_id"].text();
  person.ask({.method = http::Method::delete_,
              .target = "/v1/sessions/" + std::string{one},
              .is_effect = true});
}

void Scenario::change_password(Person& person) {
  const auto chosen = fmt::format("a courtyard of {} and {}", person.name, below(1'000'000));
  const auto answer = person.ask(
      {.method = http::Method::put,
       .target = "/v1/people/me/password",
       .body = fmt::format(R"({{"password":"{}","new_password":"{}"}})", person.password, chosen),
       .is_effect = true});
  if (answer && answer->is_success()) person.password = chosen;
  if (!answer) sign_in_with_one_of(person, chosen);
}

// The operator, when there is one at the desk, has a code for who proves who they are.
void Scenario::forget_password(Person& person) {
  const auto code =
      people_[0]->post("/v1/password-resets", fmt::format(R"({{"email":"{}"}})", person.email));
  if (!code || !code->is_success()) return;
  const auto chosen = fmt::format("a well of {} and {}", person.name, below(1'000'000));
  const auto answer = person.ask(
      {.method = http::Method::post,
       .target = "/v1/password-resets/redemption",
       .body = fmt::format(R"({{"code":"{}","new_password":"{}"}})", code->text_of("code"), chosen),
       .is_effect = true,
       .anonymous = true});
  if (answer && answer->is_success()) person.password = chosen;
  if (!answer) sign_in_with_one_of(person, chosen);
}

// Who lost their app asks the operator, when there is one at the desk.
void Scenario::set_up_second_factor(Person& person) {
  person.try_a_second_factor();
  if (!person.has_a_factor()) return;
  person.factor_is_in_doubt();
  const auto removed = people_[0]->ask(
      {.method = http::Method::delete_,
       .target = fmt::format("/v1/people/{}/second-factor?why=device_lost", person.id),
       .is_effect = true});
  person.factor_is_off();  // or they ask again, if an answer got lost: signing in tells
  if (removed && removed->is_success()) person.sign_in();
}

// The password may have been changed or not: they try both.
void Scenario::sign_in_with_one_of(Person& person, const std::string& chosen) {
  const std::array tried{person.password, chosen};
  for (std::size_t time = 0; time < 20; ++time) {
    person.password = tried[time % tried.size()];
    if (person.sign_in()) return;
    world_.people.sleep(std::chrono::seconds{10});
  }
}

void Scenario::refresh(Person& person) { person.refresh(); }

void Scenario::ask_again(Person& person) { person.ask_again_later(); }

void Scenario::take_data_along(Person& person) {
  const auto link = person.post("/v1/exports");
  if (!link || link->status != 201) return;
  history_.acknowledged.push_back({"identity", "ExportAsked", "person", person.id});
  const auto url = link->text_of("url");
  for (int time = 0; time < 2; ++time) {
    person.get(url);
    world_.people.sleep(std::chrono::seconds{below(1200)});  // the link may have gone stale
  }
}

void Scenario::be_forgotten(Person& person) {
  if (!world_.simulator.one_in(8)) return;
  const auto answer =
      person.post("/v1/erasures", fmt::format(R"({{"password":"{}"}})", person.password));
  if (!answer || answer->status != 202) return;
  history_.acknowledged.push_back({"identity", "ErasureAsked", "person", person.id});
  erasures_.push_back(answer->text_of("erasure_id"));
  person.is_gone = true;
}

}  // namespace madang::simulation
