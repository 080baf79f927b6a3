#include "tests/simulation/stage.hpp"

#include "catalog/adapters/outbound/epub.hpp"

#include <fmt/format.h>

namespace madang::simulation {

using http::Method;

Asking post(std::string target, std::string body) {
  return {.method = Method::post,
          .target = std::move(target),
          .body = std::move(body),
          .is_effect = true};
}
Asking put(std::string target, std::string body) {
  return {.method = Method::put,
          .target = std::move(target),
          .body = std::move(body),
          .is_effect = true};
}

Stage::Stage(World& world, History& history, int licences)
    : the_operator{world, history, "operator", operator_email, operator_password},
      the_manager{world, history, "manager", "manager@example.com", "a password of the manager"},
      world_{world},
      licences_{licences} {}

Answer Stage::done(Person& person, const Asking& asking) {
  return done(person, [&] { return asking; });
}

Answer Stage::done(Person& person, const std::function<Asking()>& make) {
  constexpr int keys_max = 50;
  std::string target;
  for (int n = 0; n < keys_max; ++n) {
    const auto asking = make();
    target = asking.target;
    const auto key = person.new_key();
    std::optional<Answer> answer;
    while (!(answer = person.ask(asking, key))) {
    }
    if (answer->is_success()) return *answer;
    world_.people.sleep(5s);
  }
  world_.violate("it does not go on after " + target);
  throw runtime::Stopped{};
}

void Stage::prepare() {
  while (!the_operator.sign_in()) world_.people.sleep(1s);
  while (!the_manager.register_and_sign_in()) world_.people.sleep(1s);
  done(the_operator, put("/v1/people/" + the_manager.id + "/roles/book_manager"));
  while (!the_manager.sign_in()) world_.people.sleep(1s);
  edition = done(the_manager,
                 post("/v1/editions", R"({"title":"The only one","contributors":["Somebody"],)"
                                      R"("language":"en","format":"ebook",)"
                                      R"("identifier":{"scheme":"publisher","value":"maru:1"}})"))
                .text_of("edition_id");
  auto file =
      put("/v1/editions/" + edition + "/file",
          catalog::make_epub(edition, "The only one", "en", {{"One", "Once upon a time."}}));
  file.content_type = "application/epub+zip";
  file.streams = true;
  done(the_manager, file);
  auto terms = put("/v1/editions/" + edition + "/rental-terms",
                   fmt::format(R"({{"price":{},"days":3,"licences":{},"extensions":0,)"
                               R"("extension_price":{}}})",
                               price, licences_, price));
  done(the_manager, [&] {
    if (const auto page = the_manager.get("/v1/editions/" + edition)) terms.if_match = page->etag;
    return terms;
  });
}

}  // namespace madang::simulation
