#include "contracts/support/served.hpp"

#include <gtest/gtest.h>

#include "chassis/json/json.hpp"

namespace madang::contracts {
namespace {

TEST(TheServedContract, IsOneOpenApiDocument) {
  const auto document = chassis::JsonDocument::stored(openapi_json());
  EXPECT_EQ(document.root()["openapi"].text(), "3.1.0");
  EXPECT_TRUE(document.root()["paths"].find("/v1/rentals"));
}

TEST(TheServedContract, IsAPageThatNeedsNothingFromElsewhere) {
  EXPECT_TRUE(page_html().starts_with("<!doctype html>"));
  EXPECT_TRUE(page_html().ends_with("</html>\n"));
  for (const auto* foreign : {"<script", "src=", "http://", "https://", "@import", "url("})
    EXPECT_EQ(page_html().find(foreign), std::string_view::npos) << foreign;
}

}  // namespace
}  // namespace madang::contracts
