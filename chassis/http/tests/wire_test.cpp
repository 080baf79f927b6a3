#include "chassis/http/wire.hpp"

#include <gtest/gtest.h>

#include "chassis/http/problem.hpp"
#include "chassis/http/tests/raw_requests.hpp"

namespace madang::http {
namespace {

constexpr int incomplete = 0;

// Reads one request whose bytes come `piece` at a time; its status, or `incomplete`.
int status_of(std::string_view bytes, std::size_t piece, std::string* body = nullptr) {
  const HeadLimits limits;
  const auto told = [](const Fault& fault) { return Problems{}.find(fault.slug)->status; };
  HeadScanner scanner{limits};
  std::optional<std::size_t> length;
  std::size_t arrived = 0;
  while (!length) {
    if (arrived == bytes.size()) return incomplete;
    arrived = std::min(bytes.size(), arrived + piece);
    const auto scanned = scanner.scan(bytes.substr(0, arrived));
    if (!scanned) return told(scanned.error());
    length = *scanned;
  }
  const auto head = parse_head(bytes.substr(0, *length), limits);
  if (!head) return told(head.error());
  BodyDecoder decoder{head->framing};
  for (std::size_t used = *length; !decoder.done();) {
    const auto step = decoder.next(bytes.substr(used, arrived - used));
    if (!step) return told(step.error());
    used += step->used;
    if (body != nullptr) *body += step->data;
    if (step->used > 0 || decoder.done()) continue;
    if (arrived == bytes.size()) return incomplete;
    arrived = std::min(bytes.size(), arrived + piece);
  }
  return 200;
}

class ReadingARequest : public testing::TestWithParam<RawRequest> {};

TEST_P(ReadingARequest, AnswersTheSameHoweverItIsCutUp) {
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{4096}})
    EXPECT_EQ(status_of(GetParam().bytes, piece), GetParam().status) << piece;
}

INSTANTIATE_TEST_SUITE_P(Http, ReadingARequest, testing::ValuesIn(raw_requests),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST(ReadingARequestHead, GivesWhatItSays) {
  const auto head = parse_head(
      "PATCH /a?b=c HTTP/1.1\r\nhost: shop:8080\r\nConnection: close\r\nContent-Length: 12\r\n"
      "Expect: 100-Continue\r\n\r\n",
      {});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, Method::patch);
  EXPECT_EQ(head->target, "/a?b=c");
  EXPECT_EQ(head->headers.get("Host"), "shop:8080");
  EXPECT_EQ(head->framing, Framing{12});
  EXPECT_FALSE(head->keep_alive);
  EXPECT_TRUE(head->expects_continue);
}

TEST(ReadingARequestHead, MakesAnAbsoluteTargetItsOriginFormAndWhomItNamesTheHost) {
  const auto read = [](std::string_view target) {
    const auto head =
        parse_head("GET " + std::string{target} + " HTTP/1.1\r\nHost: another\r\n\r\n", {});
    return head ? std::string{*head->headers.get("Host")} + ' ' + head->target : "refused";
  };
  EXPECT_EQ(read("http://shop/a?b=http://c"), "shop /a?b=http://c");
  EXPECT_EQ(read("hTTps://shop:8443/a/"), "shop:8443 /a/");
  EXPECT_EQ(read("http://[::1]:80/"), "[::1]:80 /");
  EXPECT_EQ(read("http://shop"), "shop /");
  EXPECT_EQ(read("http://shop?b=@"), "shop /?b=@");
  EXPECT_EQ(read("/http://shop/a"), "another /http://shop/a");
  EXPECT_EQ(read("http://me@shop/a"), "refused");
  EXPECT_EQ(read("http:///a"), "refused");
}

TEST(ReadingARequestHead, KeepsAnOldConnectionOnlyWhenAsked) {
  EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n", {})->keep_alive);
  EXPECT_TRUE(parse_head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", {})->keep_alive);
  EXPECT_TRUE(parse_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n", {})->keep_alive);
}

TEST(ReadingABody, TakesItOutOfItsChunks) {
  std::string body;
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
                      3, &body),
            200);
  EXPECT_EQ(body, "abc0123456789");
}

TEST(ReadingARequest, IsPatientWithWhatHasNotCome) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n", 5), incomplete);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", 5), incomplete);
  EXPECT_EQ(
      status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc", 5),
      incomplete);
}

TEST(ReadingARequest, EndsWhereItsLimitsAre) {
  const std::string rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(status_of("GET /" + std::string(8190, 'a') + rest, 4096), 200);
  EXPECT_EQ(status_of("GET /" + std::string(8192, 'a') + rest, 4096), 414);
  EXPECT_EQ(status_of("GET /" + std::string(9000, 'a'), 4096), 414);
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status_of(start + "X: " + std::string(16'000, 'a') + "\r\n\r\n", 4096), 200);
  EXPECT_EQ(status_of(start + "X: " + std::string(17'000, 'a') + "\r\n\r\n", 4096), 431);
  EXPECT_EQ(status_of(start + "X: " + std::string(17'000, 'a'), 4096), 431);
  std::string many = start;
  for (int count = 1; count < 64; ++count) many += "X: y\r\n";
  EXPECT_EQ(status_of(many + "\r\n", 4096), 200);
  EXPECT_EQ(status_of(many + "X: y\r\n\r\n", 4096), 431);
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_of(chunked + "1;" + std::string(400, 'a') + "\r\n", 4096), 400);
  EXPECT_EQ(status_of(chunked + std::string(400, '1'), 4096), 400);
  EXPECT_EQ(status_of(chunked + "0\r\nX: " + std::string(17'000, 'a'), 4096), 431);
  std::string extended = chunked;
  for (int count = 0; count < 100; ++count) extended += "1;" + std::string(200, 'a') + "\r\nb\r\n";
  EXPECT_EQ(status_of(extended + "0\r\n\r\n", 4096), 400);
}

}  // namespace
}  // namespace madang::http
