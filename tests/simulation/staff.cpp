// What a book manager and an operator do.
#include "catalog/adapters/outbound/epub.hpp"
#include "tests/simulation/scenario.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

using http::Method;

std::string money(std::uint64_t amount) {
  return fmt::format(R"({{"amount":{},"currency":"KRW"}})", amount);
}

}  // namespace

void Scenario::open_the_catalog(Person& manager) {
  while (editions_.size() < 3) {
    const auto before = editions_.size();
    register_edition(manager);
    if (editions_.size() == before) return;  // another time
  }
}

void Scenario::register_edition(Person& manager) {
  if (registered_ == editions_max) return;
  const auto number = ++registered_;
  const auto title = fmt::format("Edition {}", number);
  const auto wish =
      fmt::format(R"({{"title":"{}","contributors":["Somebody"],"language":"en","format":"ebook",)"
                  R"("identifier":{{"scheme":"publisher","value":"maru:{}"}}}})",
                  title, number);
  if (world_.simulator.one_in(3)) {  // a colleague has the same book on the table
    ++busy_;
    world_.people.spawn("another device", [this, &manager, wish] {
      manager.post("/v1/editions", wish);
      --busy_;
    });
  }
  const auto answer = manager.post("/v1/editions", wish);
  if (!answer || answer->status != 201) return;
  const auto edition = answer->text_of("edition_id");
  history_.acknowledged.push_back({"catalog", "EditionRegistered", "edition", edition});
  const auto file =
      manager.ask({.method = Method::put,
                   .target = "/v1/editions/" + edition + "/file",
                   .body = catalog::make_epub(edition, title, "en", {{"One", "Once upon a time."}}),
                   .is_effect = true,
                   .content_type = "application/epub+zip",
                   .streams = true});
  if (file && file->is_success())
    history_.acknowledged.push_back({"catalog", "EditionFileSet", "edition", edition});
  lend(manager, edition, number == 1 ? 3 : static_cast<int>(3 + below(4)));
}

void Scenario::lend(Person& manager, const std::string& edition, int licences) {
  const auto seen = manager.get("/v1/editions/" + edition);
  if (!seen || seen->status != 200) return;
  const auto price = 1000 + below(4) * 500, more = below(3) * 500;
  const auto extensions = below(3), days = 1 + below(7);
  const auto answer = manager.ask(
      {.method = Method::put,
       .target = "/v1/editions/" + edition + "/rental-terms",
       .body = fmt::format(
           R"({{"price":{},"days":{},"licences":{},"extensions":{},"extension_price":{}}})",
           money(price), days, licences, extensions, money(more)),
       .is_effect = true,
       .if_match = seen->etag});
  if (!answer || !answer->is_success()) return;
  history_.acknowledged.push_back({"catalog", "RentalTermsSet", "edition", edition});
  for (auto& known : editions_)
    if (known.id == edition) return;  // people learn of new prices when they look
  editions_.push_back({edition, static_cast<std::int64_t>(price), static_cast<std::int64_t>(more)});
}

void Scenario::set_terms(Person& manager) {
  if (const auto edition = some_edition()) lend(manager, edition->id, static_cast<int>(below(8)));
}

void Scenario::revise_price(Person& manager) {
  const auto edition = some_edition();
  if (!edition) return;
  const auto seen = manager.get("/v1/editions/" + edition->id);
  if (!seen || seen->status != 200) return;
  manager.ask({.method = Method::put,
               .target = "/v1/editions/" + edition->id + "/price",
               .body = money(10'000 + below(20) * 1000),
               .is_effect = true,
               .if_match = seen->etag});
}

void Scenario::withdraw(Person& manager) {
  if (editions_.size() < 4 || !world_.simulator.one_in(3)) return;
  const auto edition = editions_[1 + below(editions_.size() - 1)].id;
  const auto answer = manager.post("/v1/editions/" + edition + "/withdrawal");
  if (answer && answer->is_success())
    history_.acknowledged.push_back({"catalog", "EditionWithdrawn", "edition", edition});
}

void Scenario::look_at_board(Person& manager) { manager.get("/v1/rental-board?limit=100"); }

void Scenario::look_at_ledger(Person& person) { person.get("/v1/ledger?limit=100"); }

void Scenario::refund(Person& person) {
  if (payments_.empty()) return;
  const auto payment = payments_[below(payments_.size())];
  const auto answer = person.post("/v1/payments/" + payment + "/refund");
  if (answer && answer->is_success())
    history_.acknowledged.push_back({"payment", "RefundDue", "payment", payment});
}

void Scenario::change_roles(Person& person) {
  const auto& other = *people_[below(people_.size())];
  if (other.id.empty()) return;
  const auto target = "/v1/people/" + other.id + "/roles/operator";
  if (&other == &person) return;
  const auto given = person.ask({.method = Method::put, .target = target, .is_effect = true});
  if (given && given->is_success())
    person.ask({.method = Method::delete_, .target = target, .is_effect = true});
}

void Scenario::end_sessions(Person& person) {
  const auto& other = *people_[below(people_.size())];
  if (!other.id.empty())
    person.ask({.method = Method::delete_,
                .target = "/v1/people/" + other.id + "/sessions?why=asked_by_person",
                .is_effect = true});
}

void Scenario::look_at_erasures(Person& person) {
  person.get("/v1/erasures");
  if (!erasures_.empty()) person.get("/v1/erasures/" + erasures_[below(erasures_.size())]);
}

void Scenario::look_at_keys(Person& person) { person.get("/.well-known/jwks.json"); }

}  // namespace madang::simulation
