// Waiting for a book, and keeping one for longer, over HTTP.
#include "rental/tests/over_http.hpp"

namespace madang::rental {
namespace {

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

struct ExtendingOverHttp : RentalOverHttp {
  http::Response extend(const PersonId& who, const std::string& rental_at, const std::string& body,
                        const std::string& key) {
    return send(who, http::Method::post, rental_at + "/extension", {{"Idempotency-Key", key}},
                body);
  }
  static std::string priced(int amount) {
    return R"({"price":{"amount":)" + std::to_string(amount) + R"(,"currency":"KRW"})";
  }
  static std::string paying(int amount = 3000) {
    return priced(amount) + R"(,"card_token":"tok_accepted"})";
  }
};

TEST_F(ExtendingOverHttp, LetsItsCustomerKeepABookForLonger) {
  const auto at = rent_over_http();
  const auto before = text_in(get(kim, at), "until");
  const auto extended = extend(kim, at, paying(), "e");
  EXPECT_EQ(extended.status, 200) << extended.text();
  EXPECT_EQ(extend(kim, at, paying(), "e").text(), extended.text());
  const auto seen = get(kim, at);
  EXPECT_GT(text_in(seen, "until"), before);
  EXPECT_EQ(text_in(seen, "until"), text_in(extended, "until"));
  EXPECT_NE(seen.text().find(R"("extensions":1)"), std::string::npos) << seen.text();
  EXPECT_NE(extended.text().find("payment_id"), std::string::npos);
}
TEST_F(ExtendingOverHttp, SaysInWordsWhyNot) {
  const auto at = rent_over_http();
  EXPECT_EQ(slug(extend(lee, at, paying(), "1")), "rental-unknown");
  EXPECT_EQ(slug(extend(kim, at, priced(3000) + "}", "2")), "card-missing");
  EXPECT_EQ(slug(extend(kim, at, paying(2500), "3")), "price-changed");
  EXPECT_EQ(extend(kim, at, paying(2500), "3").status, 409);
  EXPECT_EQ(extend(kim, at, paying(3000), "3").status, 422);  // the key was another request's
  desk.answer = [](const PaymentDesk::Asked&) { return NotBegun{7}; };
  const auto closed = extend(kim, at, paying(), "4");
  EXPECT_EQ(closed.status, 503);
  EXPECT_EQ(closed.headers.get("Retry-After"), "7");
  desk.answer = [](const PaymentDesk::Asked&) { return Declined{}; };
  EXPECT_EQ(extend(kim, at, paying(), "4").status, 402);
  EXPECT_EQ(post(kim, at + "/return").status, 204);
  EXPECT_EQ(slug(extend(kim, at, paying(), "5")), "not-on-loan");
}
TEST_F(ExtendingOverHttp, NeedsNoCardWhenItIsFree) {
  const auto at = rent_over_http();
  set_terms(1, book, Money::won(0));
  const auto extended = extend(kim, at, priced(0) + "}", "e");
  EXPECT_EQ(extended.status, 200) << extended.text();
  EXPECT_EQ(extended.text().find("payment_id"), std::string::npos);
}

}  // namespace
}  // namespace madang::rental
