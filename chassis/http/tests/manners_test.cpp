#include "chassis/http/manners.hpp"

#include <gtest/gtest.h>

namespace madang::http {
namespace {

Response book(Headers fields, std::uint64_t size = 1000) {
  return file_answer(request_of(Method::get, "/book", std::move(fields)),
                     {"/shop/book", size, "application/epub+zip", "\"v1\""}, Problems{});
}

// "206 100-199/1000", or the status alone.
std::string part_of(std::string range, std::uint64_t size = 1000) {
  const Response answer = book({{"Range", std::move(range)}}, size);
  std::string told = std::to_string(answer.status);
  const auto content_range = answer.headers.get("Content-Range");
  if (!content_range) return told;
  if (answer.status == 206) {
    const auto& slice = std::get<FileSlice>(answer.body);
    EXPECT_EQ("bytes " + std::to_string(slice.offset) + '-' +
                  std::to_string(slice.offset + slice.length - 1) + '/' + std::to_string(size),
              *content_range);
  }
  return told + ' ' + std::string{content_range->substr(6)};
}

TEST(SendingAFile, SendsAllOfItWithItsVersion) {
  const Response answer = book({});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.get("ETag"), "\"v1\"");
  EXPECT_EQ(answer.headers.get("Accept-Ranges"), "bytes");
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/epub+zip");
  EXPECT_EQ(std::get<FileSlice>(answer.body).length, 1000u);
}

TEST(SendingAFile, SendsThePartThatIsWanted) {
  const std::pair<std::string, std::string> cases[] = {
      {"bytes=100-199", "206 100-199/1000"},
      {"BYTES=0-0", "206 0-0/1000"},
      {"bytes=900-", "206 900-999/1000"},
      {"bytes=999-5000", "206 999-999/1000"},
      {"bytes=-1", "206 999-999/1000"},
      {"bytes=-5000", "206 0-999/1000"},
      {"bytes=0-99999999999999999999999", "206 0-999/1000"},
      {"bytes=1000-", "416 */1000"},
      {"bytes=99999999999999999999999-", "416 */1000"},
      {"bytes=-0", "416 */1000"},
      {"bytes=2-1", "200"},
      {"bytes=", "200"},
      {"bytes=-", "200"},
      {"bytes=a-b", "200"},
      {"bytes=1-b", "200"},
      {"bytes=0-1,5-6", "200"},
      {"bytes=--1", "200"},
      {"lines=1-2", "200"},
  };
  for (const auto& [range, told] : cases) EXPECT_EQ(part_of(range), told) << range;
  EXPECT_EQ(part_of("bytes=0-", 0), "416 */0");
  EXPECT_EQ(part_of("bytes=-5", 0), "416 */0");
}

TEST(SendingAFile, SendsAllOfItWhenThePartWasOfAnotherVersion) {
  EXPECT_EQ(book({{"Range", "bytes=1-2"}, {"If-Range", "\"v0\""}}).status, 200);
  EXPECT_EQ(book({{"Range", "bytes=1-2"}, {"If-Range", "W/\"v1\""}}).status, 200);
  EXPECT_EQ(book({{"Range", "bytes=1-2"}, {"If-Range", "\"v1\""}}).status, 206);
}

TEST(SendingAFile, SendsNothingToWhoHasIt) {
  for (const auto* known : {"\"v1\"", "W/\"v1\"", "*", "\"v0\", \"v1\"", "  \"v1\"  "})
    EXPECT_EQ(book({{"If-None-Match", known}}).status, 304) << known;
  for (const auto* other : {"\"v0\"", "v1", "", ","})
    EXPECT_EQ(book({{"If-None-Match", other}}).status, 200) << other;
}

}  // namespace
}  // namespace madang::http
