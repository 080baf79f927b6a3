#include "chassis/http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace madang::http {
namespace {

using testing::ElementsAre;

TEST(HeaderFields, AreFoundWhateverTheCaseOfTheirName) {
  const Headers headers{{"Content-Type", "text/plain"}};
  EXPECT_EQ(headers.get("content-TYPE"), "text/plain");
  EXPECT_FALSE(headers.get("Content-Typ"));
}

TEST(HeaderFields, KeepTheirOrderAndTheirRepeats) {
  Headers headers;
  headers.add("Via", "a");
  headers.add("Host", "shop");
  headers.add("via", "b");
  EXPECT_THAT(headers.all("Via"), ElementsAre("a", "b"));
  headers.set("VIA", "c");
  EXPECT_THAT(headers.all("Via"), ElementsAre("c"));
  headers.remove("via");
  EXPECT_FALSE(headers.has("Via"));
  EXPECT_EQ(headers.size(), 1u);
}

TEST(HeaderFields, AreReadAsListsOfTokens) {
  const Headers headers{{"Connection", "keep-alive , Upgrade"}, {"connection", "x"}};
  EXPECT_TRUE(headers.lists("Connection", "upgrade"));
  EXPECT_TRUE(headers.lists("Connection", "X"));
  EXPECT_FALSE(headers.lists("Connection", "close"));
  EXPECT_FALSE(headers.lists("Connection", "keep"));
}

TEST(Methods, AreReadExactly) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::delete_, Method::options, Method::trace, Method::query})
    EXPECT_EQ(parse_method(text_of(method)), method);
  EXPECT_FALSE(parse_method("get"));
  EXPECT_FALSE(parse_method("BREW"));
}

TEST(ARequestForATest, IsReadAsFromASocket) {
  const Request request = request_of(Method::get, "/editions/%EC%B1%85?limit=5");
  EXPECT_EQ(request.path, "/editions/책");
  EXPECT_EQ(request.query.get("limit"), "5");
  EXPECT_THROW(request_of(Method::get, "editions"), std::invalid_argument);
}

}  // namespace
}  // namespace madang::http
