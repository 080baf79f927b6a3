// docs/adding-a-context.md, done to the end: the whole shop with one context more, which people ask over HTTP.
#include <gtest/gtest.h>

#include "apps/madang/contexts_at_work.hpp"
#include "tests/points/adapters/inbound/points_http.hpp"
#include "tests/points/points.hpp"
#include "tests/simulation/stage.hpp"

namespace madang::points {
namespace {

using namespace std::chrono_literals;

const app::Joins join = [](const app::Ground& ground) {
  return std::make_unique<app::AskedNeighbour<PointsHttp>>(ground, points_context());
};

struct TheShopWithPoints : ::testing::Test {
  simulation::World world{1, false};
  simulation::History history;
  simulation::Stage stage{world, history, 1};
  simulation::Person kim{world, history, "kim", "kim@example.com", "a password of kim"};

  TheShopWithPoints() { world.more = {join}; }
  void people_do(const std::function<void()>& what) {
    bool over = false;
    world.open();
    world.people.spawn("people", [&] {
      stage.prepare();
      while (!kim.register_and_sign_in()) world.people.sleep(1s);
      what();
      over = true;
    });
    const auto latest = world.now() + 1h;
    while (!over && world.violations.empty() && world.now() < latest) world.run_for(1s);
    world.simulator.kill_all();  // before what its tasks use is gone
    EXPECT_TRUE(over);
    EXPECT_EQ(world.violations, std::vector<std::string>{});
  }
  std::string rent() {
    return stage
        .done(kim, simulation::post("/v1/rentals", R"({"edition_id":")" + stage.edition +
                                                       R"(","price":)" + stage.price +
                                                       R"(,"card_token":"tok_accepted"})"))
        .text_of("rental_id");
  }
  // Until kim has so many.
  bool come_to(const std::string& points) {
    for (int n = 0; n < 60; ++n, world.people.sleep(1s))
      if (const auto said = kim.get("/v1/points");
          said && said->text == R"({"points":)" + points + "}")
        return true;
    return false;
  }
};

TEST_F(TheShopWithPoints, GivesThemAndTakesThemBackAndSaysSoOverHttp) {
  people_do([&] {
    const auto rental = rent();
    EXPECT_TRUE(come_to("15"));
    stage.done(kim, simulation::post("/v1/rentals/" + rental + "/cancellation"));
    EXPECT_TRUE(come_to("0"));
  });
}
TEST_F(TheShopWithPoints, TellsThemToNobodyElse) {
  people_do([&] {
    const auto said =
        kim.ask({.method = http::Method::get, .target = "/v1/points", .anonymous = true});
    ASSERT_TRUE(said);
    EXPECT_EQ(said->status, 401);
  });
}
TEST_F(TheShopWithPoints, PutsThemIntoWhatAPersonTakesAlong) {
  people_do([&] {
    const auto link = stage.done(kim, simulation::post("/v1/exports")).text_of("url");
    const auto archive = kim.ask({.method = http::Method::get, .target = link, .anonymous = true});
    ASSERT_TRUE(archive);
    EXPECT_NE(archive->text.find("points.json"), std::string::npos);
  });
}
TEST_F(TheShopWithPoints, AnswersForThemFromPoolsOfTheirOwn) {
  world.open();
  std::set<std::string> pools;
  EXPECT_TRUE(world.in_shop(
      "points",
      [&](app::Shop& shop) {
        const auto all = shop.pools();
        for (const auto* path : {"/v1/points", "/v1/shelf", "/v1/rentals/x", "/v1/customers/me"})
          pools.insert(all.at(shop.plan(http::Method::get, path).pool).name);
      },
      1min));
  world.simulator.kill_all();
  EXPECT_EQ(pools, (std::set<std::string>{"points queries", "insight queries", "rental queries",
                                          "customer queries"}));
}

}  // namespace
}  // namespace madang::points
