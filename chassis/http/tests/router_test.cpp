#include "chassis/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace madang::http {
namespace {

using testing::ElementsAre;

class Routing : public testing::Test {
 protected:
  static Route::Answer saying(std::string name) {
    return [name](const Request&, const std::vector<std::string_view>& parameters) {
      std::string text = name;
      for (const auto parameter : parameters) text += ' ' + std::string{parameter};
      return Response{200, {}, text};
    };
  }
  std::string told(Method method, std::string_view target) const {
    const Response response = router.answer(request_of(method, target));
    return response.status == 200 ? response.text() : std::to_string(response.status);
  }

  Problems problems;
  Router router{
      {{Method::get, "/", saying("root")},
       {Method::get, "/editions", saying("list")},
       {Method::post, "/editions", saying("register")},
       {Method::get, "/editions/{edition_id}", saying("read")},
       {Method::delete_, "/editions/{edition_id}", saying("withdraw")},
       {Method::get, "/editions/newest", saying("newest")},
       {Method::put, "/editions/{edition_id}/price", saying("price"), {.run = Plan::Run::quick}},
       {Method::delete_, "/editions/{edition_id}/loans/{loan_id}", saying("end")}},
      problems};
};

TEST_F(Routing, FindsLiteralsAndParameters) {
  EXPECT_EQ(told(Method::get, "/"), "root");
  EXPECT_EQ(told(Method::get, "/editions"), "list");
  EXPECT_EQ(told(Method::post, "/editions"), "register");
  EXPECT_EQ(told(Method::get, "/editions/%EC%B1%85"), "read 책");
  EXPECT_EQ(told(Method::delete_, "/editions/1/loans/2"), "end 1 2");
}

TEST_F(Routing, PutsALiteralBeforeAParameter) {
  EXPECT_EQ(told(Method::get, "/editions/newest"), "newest");
  EXPECT_EQ(told(Method::put, "/editions/newest/price"), "price newest");
}

TEST_F(Routing, GivesALiteralsPathTheLiteralsMethodsAlone) {
  EXPECT_EQ(told(Method::delete_, "/editions/1"), "withdraw 1");
  const auto answer = router.answer(request_of(Method::delete_, "/editions/newest"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.get("Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(Routing, TellsNobodysPathFromAnUnknownMethod) {
  for (const auto* target : {"/edition", "/editions/", "/editions/1/", "/editions/1/prices",
                             "/Editions", "/editions/1/loans", "/editions/1/loans/2/3"})
    EXPECT_EQ(told(Method::get, target), "404") << target;
  const Response answer = router.answer(request_of(Method::trace, "/editions"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.get("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(router.answer(request_of(Method::get, "/editions/1/price")).headers.get("Allow"),
            "PUT, OPTIONS");
}

TEST_F(Routing, AnswersOptionsFromItsTable) {
  const Response answer = router.answer(request_of(Method::options, "/editions"));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.get("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(told(Method::options, "/none"), "404");
}

TEST_F(Routing, TellsTheServerHowToRunEach) {
  EXPECT_EQ(router.plan(Method::put, "/editions/1/price").run, Plan::Run::quick);
  EXPECT_EQ(router.plan(Method::get, "/editions").run, Plan::Run::in_pool);
  EXPECT_EQ(router.plan(Method::get, "/none").run, Plan::Run::quick);
}

TEST_F(Routing, RefusesRoutesThatCannotStandSideBySide) {
  for (const auto* path : {"", "editions", "/a{b}", "/{a}b", "/{}", "/{a", "/a}", "/{a}{b}"})
    EXPECT_THROW((Router{{{Method::get, path, saying("")}}, problems}), std::invalid_argument)
        << path;
  EXPECT_THROW(
      (Router{{{Method::get, "/{a}", saying("")}, {Method::get, "/{b}", saying("")}}, problems}),
      std::invalid_argument);
}

}  // namespace
}  // namespace madang::http
