#pragma once
// Rental behind its routes, from below the socket.
#include "chassis/runtime/wait_for.hpp"
#include "contracts/support/routes.hpp"
#include "rental/adapters/inbound/rental_http.hpp"
#include "rental/tests/shop.hpp"

namespace madang::rental {

inline const std::string epub = "the whole text of an invented book";

struct RentalOverHttp : Shop {
  security::SecretsInMemory secrets;
  std::unique_ptr<security::RotatingKey> positions, link_key;
  std::unique_ptr<storage::BlobStore> blobs;
  std::unique_ptr<contracts::Edge> edge;
  std::unique_ptr<RentalHttp> adapter;
  std::unique_ptr<contracts::Routes> routes;
  int keys = 0;

  RentalOverHttp() {
    town.run([&] {
      auto& runtime = town.process();
      positions = std::make_unique<security::RotatingKey>(secrets, runtime, "positions");
      link_key = std::make_unique<security::RotatingKey>(secrets, runtime, "links");
      edge = std::make_unique<contracts::Edge>(runtime, "a key of the shop", *positions);
      blobs = std::make_unique<storage::BlobStore>(town.storage.files(), "town/files", 1'000'000);
    });
    adapter = std::make_unique<RentalHttp>(RentalDesk{.runtime = town.process(),
                                                      .rental = engine(),
                                                      .outcomes = engine(),
                                                      .payments = desk,
                                                      .files = *blobs,
                                                      .link_key = *link_key,
                                                      .problems = edge->problems()});
    routes = std::make_unique<contracts::Routes>(*edge, http_v1::routes(*adapter, *edge));
    const auto blob = town.run([&] { return blobs->put(epub); });
    set_terms(1);
    catalog_says(registry::FileGiven{book, security::hex(security::as_text(blob.digest)),
                                     static_cast<std::int64_t>(blob.size)});
  }
  ~RentalOverHttp() override {
    routes.reset();
    adapter.reset();
    edge.reset();
    town.stop();
  }

  http::Response send_here(const PersonId& who, http::Method method, std::string_view target,
                           http::Headers headers = {}, const std::string& body = {}) {
    headers.set("Madang-Person", who.text());
    if (!headers.has("Madang-Roles")) headers.set("Madang-Roles", "anyone,customer");
    if (method == http::Method::post && !headers.has("Idempotency-Key"))
      headers.set("Idempotency-Key", "key-" + std::to_string(++keys));
    if (!body.empty()) headers.set("Content-Type", "application/json");
    return runtime::wait_for(
        town.process(), routes->handle(http::request_of(method, target, std::move(headers), body)));
  }
  http::Response send(const PersonId& who, http::Method method, std::string_view target,
                      http::Headers headers = {}, const std::string& body = {}) {
    return town.run([&] { return send_here(who, method, target, headers, body); });
  }
  http::Response get(const PersonId& who, std::string_view target, http::Headers headers = {}) {
    return send(who, http::Method::get, target, std::move(headers));
  }
  http::Response post(const PersonId& who, std::string_view target) {
    return send(who, http::Method::post, target);
  }
  static std::string wanted(int amount = 3000) {
    return R"({"edition_id":")" + book.text() + R"(","price":{"amount":)" + std::to_string(amount) +
           R"(,"currency":"KRW"},"card_token":"tok_accepted"})";
  }
  // The address of the new rental.
  std::string rent_over_http() {
    const auto answer = send(kim, http::Method::post, "/v1/rentals", {}, wanted());
    EXPECT_EQ(answer.status, 201) << answer.text();
    return std::string{answer.headers.get("Location").value_or("/")};
  }
  static std::string text_in(const http::Response& answer, std::string_view member) {
    const auto document = chassis::JsonDocument::stored(answer.text());
    return std::string{document.root()[member].text()};
  }
  std::string link_to(const std::string& rental_at) {
    const auto answer = post(kim, rental_at + "/link");
    EXPECT_EQ(answer.status, 200);
    return text_in(answer, "url");
  }
  static std::string slug(const http::Response& answer) {
    const auto type = text_in(answer, "type");
    return type.substr(type.find_last_of("/:") + 1);
  }
};

}  // namespace madang::rental
