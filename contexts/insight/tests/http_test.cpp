// Insight's REST interface, from request to response.
#include "chassis/json/json.hpp"
#include "contracts/support/position_token.hpp"
#include "contracts/support/routes.hpp"
#include "insight/adapters/inbound/insight_http.hpp"
#include "insight/tests/neighbours.hpp"

namespace madang::insight {
namespace {

using http::Method, http::Response;

struct InsightOverHttp : Neighbours {
  security::SecretsInMemory secrets;
  security::RotatingKey positions{secrets, town.process(), "positions"};
  security::SignedTexts tokens{positions, "position"};
  const PersonId manager = named<PersonId>("manager");
  contracts::Edge edge{town.process(), "fingerprints", positions};
  InsightHttp api{engine()};
  contracts::Routes routes{edge, http_v1::routes(api, edge)};

  InsightOverHttp() {
    register_edition(rain, "Rain on the Yard", "Han Seo");
    start(first, rain, kim, july(1));
    start(second, snow, kim, july(2));
    start(third, rain, lee, july(3));
    end<BookReturned>(first);
  }
  http::Headers headers_of(const PersonId& person, const std::string& roles) {
    return {{"Madang-Person", person.text()},
            {"Madang-Roles", "anyone," + roles},
            {"Madang-Position", contracts::position_token(told, tokens)}};
  }
  Response get(const std::string& target, http::Headers headers) {
    return town.run([&] {
      return routes.handle(http::request_of(Method::get, target, std::move(headers))).at_once();
    });
  }
  Response shelf(const PersonId& customer, const std::string& query = {}) {
    return get("/v1/shelf" + query, headers_of(customer, "customer"));
  }
  Response board(const std::string& query = {}) {
    return get("/v1/rental-board" + query, headers_of(manager, "book_manager"));
  }
  // The members of that name of all items, in their order.
  static std::vector<std::string> each(const Response& response, std::string_view name) {
    const auto document = chassis::JsonDocument::from_outside(response.text());
    const auto items = document->root()["items"];
    std::vector<std::string> all;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto found = items.at(i).find(name);
      all.push_back(!found ? "" : found->is_text() ? std::string{found->text()} : found->json());
    }
    return all;
  }
  static std::string next(const Response& response) {
    const auto document = chassis::JsonDocument::from_outside(response.text());
    const auto found = document->root().find("next");
    return found ? std::string{found->text()} : "";
  }
  using Texts = std::vector<std::string>;
};
using TheShelfOverHttp = InsightOverHttp;
using TheBoardOverHttp = InsightOverHttp;

TEST_F(TheShelfOverHttp, ShowsACustomerWhatTheyHaveJustRented) {
  const auto seen = shelf(kim);
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(each(seen, "rental_id"), (Texts{second.text(), first.text()}));
  EXPECT_EQ(each(seen, "edition_id"), (Texts{snow.text(), rain.text()}));
  EXPECT_EQ(each(seen, "title"), (Texts{"", "Rain on the Yard"}));
  EXPECT_EQ(each(seen, "contributors"), (Texts{"[]", R"(["Han Seo"])"}));
  EXPECT_EQ(each(seen, "state"), (Texts{"on_loan", "returned"}));
  EXPECT_EQ(each(seen, "price").front(), R"({"amount":3000,"currency":"KRW"})");
  EXPECT_EQ(each(seen, "starts").front(), "2026-07-02T00:00:00.000Z");
  EXPECT_EQ(each(seen, "until").front(), "2026-07-16T00:00:00.000Z");
  EXPECT_EQ(each(seen, "ended_at").front(), "");
  EXPECT_NE(each(seen, "ended_at").back(), "");
}
TEST_F(TheShelfOverHttp, IsEveryCustomersOwn) {
  EXPECT_EQ(each(shelf(lee), "rental_id"), Texts{third.text()});
  EXPECT_EQ(get("/v1/shelf", headers_of(manager, "book_manager")).status, 403);
  EXPECT_EQ(get("/v1/shelf", {}).status, 401);
  EXPECT_EQ(shelf(lee, "?customer_id=" + kim.text()).status, 400);
}
TEST_F(TheShelfOverHttp, ShowsOneStateAloneWhenAsked) {
  EXPECT_EQ(each(shelf(kim, "?state=returned"), "rental_id"), Texts{first.text()});
  EXPECT_EQ(each(shelf(kim, "?state=expired"), "rental_id"), Texts{});
  EXPECT_EQ(shelf(kim, "?state=lost").status, 400);
}
TEST_F(TheShelfOverHttp, TellsOnItsFirstPageWhatIsOffered) {
  start(first, rain, kim, july(1));
  start(second, rain, kim, july(2));
  offer(snow, kim, july(3));
  const auto page = shelf(kim, "?limit=1");
  EXPECT_NE(page.text().find(R"("kind":"offered")"), std::string::npos) << page.text();
  EXPECT_NE(page.text().find(R"("until":"2026-07-03T00:00:00)"), std::string::npos) << page.text();
  const auto second_page = shelf(kim, "?limit=1&cursor=" + next(page));
  EXPECT_EQ(second_page.status, 200);
  EXPECT_NE(second_page.text().find(R"("notices":[])"), std::string::npos) << second_page.text();
}
TEST_F(TheShelfOverHttp, RefusesAPositionThatTheShopHasNotGiven) {
  auto headers = headers_of(kim, "customer");
  headers.set("Madang-Position", "cmVudGFsPTE");
  const auto refused = get("/v1/shelf", std::move(headers));
  EXPECT_GE(refused.status, 400);
  EXPECT_NE(refused.text().find("position-unknown"), std::string::npos);
}

TEST_F(TheBoardOverHttp, ShowsBookManagersTheRentalsOfTheWholeShop) {
  const auto seen = board();
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(each(seen, "rental_id"), (Texts{third.text(), second.text(), first.text()}));
  EXPECT_EQ(each(seen, "customer_id"), (Texts{lee.text(), kim.text(), kim.text()}));
  EXPECT_EQ(each(seen, "payment_id").front(), payment_of(third).text());
  EXPECT_EQ(each(seen, "title").front(), "Rain on the Yard");
  EXPECT_EQ(each(seen, "state"), (Texts{"on_loan", "on_loan", "returned"}));
  EXPECT_NE(each(seen, "ended_at").back(), "");
}
TEST_F(TheBoardOverHttp, IsHiddenFromCustomers) {
  EXPECT_EQ(get("/v1/rental-board", headers_of(kim, "customer")).status, 403);
}
TEST_F(TheBoardOverHttp, ShowsWhatPassesEveryFilter) {
  const auto of_kim = "?customer_id=" + kim.text();
  EXPECT_EQ(each(board(of_kim), "rental_id"), (Texts{second.text(), first.text()}));
  EXPECT_EQ(each(board(of_kim + "&edition_id=" + rain.text()), "rental_id"), Texts{first.text()});
  EXPECT_EQ(each(board(of_kim + "&edition_id=" + rain.text() + "&state=on_loan"), "rental_id"),
            Texts{});
}
TEST_F(TheBoardOverHttp, IsReadInPages) {
  const auto begin = board("?limit=2");
  EXPECT_EQ(each(begin, "rental_id"), (Texts{third.text(), second.text()}));
  ASSERT_NE(next(begin), "");
  const auto rest = board("?limit=2&cursor=" + next(begin));
  EXPECT_EQ(each(rest, "rental_id"), Texts{first.text()});
  EXPECT_EQ(next(rest), "");
  const auto refused = board("?cursor=none");
  EXPECT_NE(refused.text().find("cursor-unknown"), std::string::npos);
}

}  // namespace
}  // namespace madang::insight
