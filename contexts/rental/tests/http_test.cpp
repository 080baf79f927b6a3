// Rental over HTTP, from below the socket; and the two doors to its neighbours.
#include "contracts/examples/pay_examples.hpp"
#include "contracts/support/routes.hpp"
#include "rental/adapters/inbound/rental_http.hpp"
#include "rental/adapters/outbound/copied_files.hpp"
#include "rental/adapters/outbound/direct_payment_desk.hpp"
#include "rental/tests/shop.hpp"

namespace madang::rental {
namespace {

const std::string epub = "the whole text of an invented book";

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
                                                      .payments = desk,
                                                      .files = *blobs,
                                                      .link_key = *link_key,
                                                      .problems = edge->problems()});
    routes = std::make_unique<contracts::Routes>(*edge, http_v1::routes(*adapter, *edge));
    const auto blob = town.run([&] { return blobs->put(epub); });
    catalog_says(registry::TermsGiven{book, price, 7, 1, 0, std::nullopt});
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
    return routes->handle(http::request_of(method, target, std::move(headers), body));
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

TEST_F(RentalOverHttp, RentsAndShowsWhatWasRentedToItsCustomerAndToBookManagers) {
  const auto at = rent_over_http();
  const auto seen = get(kim, at);
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(text_in(seen, "state"), "on_loan");
  EXPECT_NE(seen.text().find("cancellable_until"), std::string::npos);
  EXPECT_EQ(get(lee, at).status, 404);
  EXPECT_EQ(get(lee, at, {{"Madang-Roles", "anyone,book_manager"}}).status, 200);
  EXPECT_EQ(get(lee, at, {{"Madang-Roles", "anyone"}}).status, 403);
}
TEST_F(RentalOverHttp, AnswersTheSameRequestTheSameThoughTheCardTokenIsAnother) {
  const http::Headers again{{"Idempotency-Key", "k"}};
  const auto first = send(kim, http::Method::post, "/v1/rentals", again, wanted());
  const auto second = send(kim, http::Method::post, "/v1/rentals", again, wanted());
  EXPECT_EQ(first.text(), second.text());
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(send(kim, http::Method::post, "/v1/rentals", again, wanted(3500)).status, 422);
}
TEST_F(RentalOverHttp, SaysInWordsWhyNot) {
  const auto changed =
      send(kim, http::Method::post, "/v1/rentals", {{"Accept-Language", "en"}}, wanted(2500));
  EXPECT_EQ(changed.status, 409);
  EXPECT_EQ(slug(changed), "price-changed");
  EXPECT_NE(changed.text().find("3,000 KRW"), std::string::npos) << changed.text();
}
TEST_F(RentalOverHttp, SaysWhenToComeBackWhileTheDeskIsClosedOrThePaymentUnknown) {
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{7}; };
  const auto closed =
      send(kim, http::Method::post, "/v1/rentals", {{"Idempotency-Key", "k"}}, wanted());
  EXPECT_EQ(closed.status, 503);
  EXPECT_EQ(closed.headers.get("Retry-After"), "7");
  desk.answer = [](const PaymentDesk::Asked&) { return NotKnownYet{}; };
  const auto unknown =
      send(kim, http::Method::post, "/v1/rentals", {{"Idempotency-Key", "k"}}, wanted());
  EXPECT_EQ(unknown.status, 503);
  EXPECT_EQ(slug(unknown), "payment-unsettled");
  EXPECT_TRUE(unknown.headers.has("Retry-After"));
}
TEST_F(RentalOverHttp, WaitsForThePaymentNoLongerThanTheRequestMay) {
  const auto at = town.now();
  static_cast<void>(rent_over_http());
  ASSERT_EQ(desk.asked.size(), 1U);
  EXPECT_LE(desk.asked[0].answer_by, at + 9s);
}
TEST_F(RentalOverHttp, ReturnsAndCancelsForItsOwnCustomerOnly) {
  const auto first = rent_over_http();
  EXPECT_EQ(post(lee, first + "/return").status, 404);
  EXPECT_EQ(post(kim, first + "/return").status, 204);
  EXPECT_EQ(post(kim, first + "/return").status, 409);
  const auto second = rent_over_http();
  EXPECT_EQ(post(lee, second + "/cancellation").status, 404);
  EXPECT_EQ(post(kim, second + "/cancellation").status, 200);
  EXPECT_EQ(text_in(get(kim, second), "state"), "cancelled");
}

struct TheLineOverHttp : RentalOverHttp {
  const std::string at = "/v1/places/" + book.text();
  http::Response join(const PersonId& who) {
    return send(who, http::Method::post, "/v1/places", {},
                R"({"edition_id":")" + book.text() + R"("})");
  }
  http::Response leave(const PersonId& who) {
    return send(who, http::Method::delete_, at,
                {{"Idempotency-Key", "leave-" + std::to_string(++keys)}});
  }
  // "waiting 2", "offered", or the slug of the refusal.
  std::string place_of(const PersonId& who) {
    const auto seen = get(who, at);
    if (seen.status != 200) return slug(seen);
    const auto document = chassis::JsonDocument::stored(seen.text());
    const auto place = document.root().find("place");
    return std::string{document.root()["state"].text()} +
           (place ? " " + std::string{place->json()} : "");
  }
};

TEST_F(TheLineOverHttp, ShowsEachTheirPlaceAndOffersTheBookToWhoStandsFirst) {
  EXPECT_EQ(slug(join(lee)), "licence-is-free");
  const auto rental_at = rent_over_http();
  const auto joined = join(lee);
  EXPECT_EQ(joined.status, 201) << joined.text();
  EXPECT_EQ(joined.headers.get("Location"), at);
  EXPECT_EQ(join(moon).status, 201);
  EXPECT_EQ(slug(join(lee)), "already-in-line");
  EXPECT_EQ(slug(join(kim)), "already-on-loan");
  EXPECT_EQ(place_of(lee), "waiting 1");
  EXPECT_EQ(place_of(moon), "waiting 2");
  EXPECT_EQ(place_of(kim), "not-in-line");
  EXPECT_EQ(post(kim, rental_at + "/return").status, 204);
  EXPECT_EQ(place_of(lee), "offered");
  EXPECT_EQ(place_of(moon), "waiting 1");
  EXPECT_NE(get(lee, at).text().find("offered_until"), std::string::npos);
  EXPECT_EQ(slug(send(kim, http::Method::post, "/v1/rentals", {}, wanted())), "no-licence-free");
  EXPECT_EQ(send(lee, http::Method::post, "/v1/rentals", {}, wanted()).status, 201);
  EXPECT_EQ(place_of(lee), "not-in-line");
}
TEST_F(TheLineOverHttp, PassesAnOfferOnThatIsNotTakenInTime) {
  const auto rental_at = rent_over_http();
  EXPECT_EQ(join(lee).status, 201);
  EXPECT_EQ(join(moon).status, 201);
  EXPECT_EQ(post(kim, rental_at + "/return").status, 204);
  town.pass(47h);
  EXPECT_EQ(place_of(moon), "waiting 1");
  town.pass(2h);
  EXPECT_EQ(place_of(lee), "not-in-line");
  EXPECT_EQ(place_of(moon), "offered");
  EXPECT_EQ(told("madang.rental.v1.LicenceOffered"), 2U);
}
TEST_F(TheLineOverHttp, IsLeftByWhoWaitsNoLonger) {
  static_cast<void>(rent_over_http());
  EXPECT_EQ(join(lee).status, 201);
  EXPECT_EQ(join(moon).status, 201);
  EXPECT_EQ(leave(lee).status, 204);
  EXPECT_EQ(slug(leave(lee)), "not-in-line");
  EXPECT_EQ(place_of(moon), "waiting 1");
}
TEST_F(TheLineOverHttp, EndsWhenTheEditionIsWithdrawn) {
  static_cast<void>(rent_over_http());
  EXPECT_EQ(join(lee).status, 201);
  catalog_says(registry::Withdrawn{book});
  EXPECT_EQ(place_of(lee), "not-in-line");
  EXPECT_EQ(slug(join(moon)), "edition-withdrawn");
}

TEST_F(RentalOverHttp, GivesTheFileWholeOrInPartsByItsLink) {
  const auto link = link_to(rent_over_http());
  const auto whole = get(kim, link);
  ASSERT_EQ(whole.status, 200);
  EXPECT_EQ(whole.headers.get("Content-Type"), "application/epub+zip");
  EXPECT_EQ(std::get<http::FileSlice>(whole.body).length, epub.size());
  const auto part =
      get(lee, link, {{"Range", "bytes=4-8"}});  // the link is the key, whoever has it
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 4-8/" + std::to_string(epub.size()));
  EXPECT_EQ(std::get<http::FileSlice>(part.body).offset, 4U);
  EXPECT_EQ(get(kim, link, {{"Range", "bytes=4-8"}, {"If-Range", "\"another\""}}).status, 200);
  EXPECT_EQ(get(kim, link, {{"Range", "bytes=99999-"}}).status, 416);
}
TEST_F(RentalOverHttp, RefusesALinkThatIsChangedOrTooOld) {
  const auto link = link_to(rent_over_http());
  const auto digit = link.find("expires=") + 8;
  auto longer = link;
  longer[digit] = '9';
  EXPECT_EQ(slug(get(kim, longer)), "link-invalid");
  auto of_another = link;
  of_another.replace(link.find("/v1/files/") + 10, 36, lees_rental.text());
  EXPECT_EQ(slug(get(kim, of_another)), "link-invalid");
  auto signed_otherwise = link;
  auto& letter = signed_otherwise[link.find("signature=") + 10];
  letter = letter == 'A' ? 'B' : 'A';
  EXPECT_EQ(slug(get(kim, signed_otherwise)), "link-invalid");
  EXPECT_EQ(get(kim, link).status, 200);
  town.pass(16min);
  EXPECT_EQ(slug(get(kim, link)), "link-invalid");
}
TEST_F(RentalOverHttp, GivesNothingMoreOfTheFileOnceTheBookIsReturned) {
  const auto at = rent_over_http();
  const auto link = link_to(at);
  const auto running = get(kim, link);
  const auto& slice = std::get<http::FileSlice>(running.body);
  EXPECT_TRUE(town.run([&] { return slice.keep_going(); }));
  EXPECT_EQ(post(kim, at + "/return").status, 204);
  EXPECT_FALSE(town.run([&] { return slice.keep_going(); }));
  EXPECT_EQ(slug(get(kim, link)), "loan-ended");
}
TEST_F(RentalOverHttp, EndsARunningDownloadWithTheLoan) {
  const auto at = rent_over_http();
  const auto running = get(kim, link_to(at));
  const auto& slice = std::get<http::FileSlice>(running.body);
  town.pass(std::chrono::days{8});
  EXPECT_FALSE(town.run([&] { return slice.keep_going(); }));
}

// ---- the desk of payment

namespace api = payment::api_v1;

struct TheDeskOfPayment : api::PaymentDesk, ::testing::Test {
  api::PayResponse response{api::Paid{price, noon}};
  bool away = false;
  std::optional<api::PayRequest> heard;
  DirectPaymentDesk desk{*this};

  api::PayResponse pay(const api::PayRequest& request, Instant) override {
    heard = request;
    if (away) throw chassis::Unavailable{"payment"};
    return response;
  }
  api::LookUpPaymentResponse look_up_payment(const api::LookUpPaymentRequest&, Instant) override {
    return {api::NeverSeen{}};
  }
  // The name of what rental makes of the answer.
  std::string understood(const contracts::PayExample& it) {
    response = it.answer;
    const auto begins = noon - Instant{};
    auto asked = it.request;
    asked.pay_by += begins;
    try {
      const auto result = desk.pay({asked.payment,
                                    asked.customer,
                                    asked.amount,
                                    asked.pay_by,
                                    {asked.card_token},
                                    noon + 5s});
      EXPECT_EQ(heard, asked);
      return std::visit([]<class Is>(const Is&) { return std::string{chassis::name_of<Is>()}; },
                        result);
    } catch (const std::logic_error&) {
      return "a defect";
    }
  }
};

TEST_F(TheDeskOfPayment, IsAskedAndUnderstoodAsTheExamplesOfTheContractSay) {
  std::map<std::string, std::string> all;
  for (const auto& example : contracts::pay_examples()) all[example.name] = understood(example);
  EXPECT_EQ(all, (std::map<std::string, std::string>{
                     {"a card is accepted", "Paid"},
                     {"what is paid is asked for again", "Paid"},
                     {"a card is declined", "Declined"},
                     {"a card is too old", "Declined"},
                     {"it is asked for too late", "TooLateToPay"},
                     {"it was cancelled before it began", "PaymentUndone"},
                     {"it was paid back meanwhile", "PaymentUndone"},
                     {"the charge may be on its way", "NotKnownYet"},
                     {"the provider is away", "NotBegun"},
                     {"it was asked for with other terms", "a defect"},
                 }));
}
TEST_F(TheDeskOfPayment, MayGiveNoAnswerAtAll) {
  away = true;
  const auto result = desk.pay({payment, kim, price, noon + 8min, {"tok_accepted"}, noon + 5s});
  EXPECT_TRUE(std::holds_alternative<NoAnswerFromDesk>(result));
}

// ---- the catalog's files

struct CopyingAFile : ::testing::Test {
  testing::Town town;
  std::unique_ptr<storage::BlobStore> catalogs, own;
  int opened = 0;

  CopyingAFile() {
    town.run([&] {
      catalogs = std::make_unique<storage::BlobStore>(town.storage.files(), "town/c", 1'000'000);
      own = std::make_unique<storage::BlobStore>(town.storage.files(), "town/r", 1'000'000);
    });
  }
  void fetch(const storage::Blob& blob, std::int64_t said_size) {
    CopiedFiles files{*own, [this](const security::Digest256& it) {
                        ++opened;
                        return catalogs->open(it);
                      }};
    town.run([&] { files.fetch(book, security::hex(security::as_text(blob.digest)), said_size); });
  }
  storage::Blob at_catalog(const std::string& content) {
    return town.run([&] { return catalogs->put(content); });
  }
};

TEST_F(CopyingAFile, KeepsItOnceThoughItIsAskedForAgain) {
  for (const std::size_t size : {0UL, 1UL, 65'536UL, 200'001UL}) {
    const auto blob = at_catalog(std::string(size, 'x'));
    opened = 0;
    fetch(blob, static_cast<std::int64_t>(size));
    fetch(blob, static_cast<std::int64_t>(size));
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(town.run([&] { return own->intact(blob.digest); }), true);
  }
}
TEST_F(CopyingAFile, KeepsNothingThatIsNotAsSaid) {
  const auto blob = at_catalog(epub);
  EXPECT_ANY_THROW(fetch(blob, 1));
  EXPECT_FALSE(town.run([&] { return own->exists(blob.digest); }));
  EXPECT_ANY_THROW(fetch({security::sha256("never uploaded"), 14}, 14));
}

}  // namespace
}  // namespace madang::rental
