#include "tests/simulation/journey.hpp"

#include "catalog/adapters/outbound/epub.hpp"

#include <fmt/format.h>

namespace madang::simulation {
namespace {

using http::Method;

constexpr const char* price = R"({"amount":1500,"currency":"KRW"})";

Asking post(std::string target, std::string body = {}) {
  return {.method = Method::post,
          .target = std::move(target),
          .body = std::move(body),
          .is_effect = true};
}
Asking put(std::string target, std::string body = {}) {
  return {.method = Method::put,
          .target = std::move(target),
          .body = std::move(body),
          .is_effect = true};
}

}  // namespace

Journey::Journey(World& world, History& history)
    : world_{world},
      history_{history},
      begins_{world.people},
      operator_{world, history, "operator", operator_email, operator_password},
      manager_{world, history, "manager", "manager@example.com", "a password of the manager"},
      first_{world, history, "first", "first@example.com", "a password of the first"},
      second_{world, history, "second", "second@example.com", "a password of the second"} {
  world_.people.spawn("journey", [this] {
    prepare();
    prepared_ = true;
    begins_.wait_beyond(0, runtime::never);
    travel();
    over_ = true;
  });
}

void Journey::begin() { begins_.raise(); }

Answer Journey::done(Person& person, const Asking& asking) {
  constexpr int keys_max = 50;
  for (int n = 0; n < keys_max; ++n) {
    const auto key = person.new_key();
    std::optional<Answer> answer;
    while (!(answer = person.ask(asking, key))) {
    }
    if (answer->is_success()) return *answer;
    world_.people.sleep(5s);
  }
  world_.violate("the journey does not go on after " + asking.target);
  throw runtime::Stopped{};
}

void Journey::prepare() {
  while (!operator_.sign_in()) world_.people.sleep(1s);
  while (!manager_.register_and_sign_in()) world_.people.sleep(1s);
  done(operator_, put("/v1/people/" + manager_.id + "/roles/book_manager"));
  while (!manager_.sign_in()) world_.people.sleep(1s);
  edition_ = done(manager_,
                  post("/v1/editions", R"({"title":"The only one","contributors":["Somebody"],)"
                                       R"("language":"en","format":"ebook",)"
                                       R"("identifier":{"scheme":"publisher","value":"maru:1"}})"))
                 .text_of("edition_id");
  auto file =
      put("/v1/editions/" + edition_ + "/file",
          catalog::make_epub(edition_, "The only one", "en", {{"One", "Once upon a time."}}));
  file.content_type = "application/epub+zip";
  file.streams = true;
  done(manager_, file);
  auto terms = put("/v1/editions/" + edition_ + "/rental-terms",
                   fmt::format(R"({{"price":{},"days":3,"licences":1,"extensions":0,)"
                               R"("extension_price":{}}})",
                               price, price));
  terms.if_match = manager_.get("/v1/editions/" + edition_).value().etag;
  done(manager_, terms);
}

std::string Journey::rent(Person& person) {
  const auto answer = done(
      person, post("/v1/rentals",
                   fmt::format(R"({{"edition_id":"{}","price":{},"card_token":"tok_accepted"}})",
                               edition_, price)));
  payment_ = answer.text_of("payment_id");
  const auto rental = answer.text_of("rental_id");
  history_.acknowledged.push_back({"rental", "RentalStarted", "rental", rental});
  history_.acknowledged.push_back({"payment", "PaymentCaptured", "payment", payment_});
  return rental;
}

void Journey::travel() {
  while (!first_.register_and_sign_in()) world_.people.sleep(1s);
  while (!second_.register_and_sign_in()) world_.people.sleep(1s);
  const auto rental = rent(first_);
  const auto paid = payment_;
  const auto link = done(first_, post("/v1/rentals/" + rental + "/link"));
  history_.acknowledged.push_back({"rental", "LinkGiven", "rental", rental});
  first_.get(link.text_of("url"));
  done(second_, post("/v1/places", fmt::format(R"({{"edition_id":"{}"}})", edition_)));
  history_.acknowledged.push_back({"rental", "LineJoined", "customer", second_.id});
  done(first_, post("/v1/rentals/" + rental + "/return"));
  history_.acknowledged.push_back({"rental", "BookReturned", "rental", rental});
  // Who asks while the offer is on its way is told to wait, and asks again.
  const auto offered = rent(second_);
  done(second_, post("/v1/rentals/" + offered + "/cancellation"));
  history_.acknowledged.push_back({"rental", "RentalCancelled", "rental", offered});
  done(operator_, post("/v1/payments/" + paid + "/refund"));
  history_.acknowledged.push_back({"payment", "RefundDue", "payment", paid});
}

}  // namespace madang::simulation
