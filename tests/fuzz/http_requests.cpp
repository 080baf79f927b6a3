#include <algorithm>
#include <optional>

#include "chassis/http/target.hpp"
#include "chassis/http/tests/raw_requests.hpp"
#include "chassis/http/wire.hpp"
#include "kernel/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {
namespace {

// What became of the first request in some bytes.
struct Read {
  enum class Is { incomplete, refused, whole } is = Is::incomplete;
  std::string target, body;
  std::size_t used = 0;
  friend bool operator==(const Read&, const Read&) = default;
};

Read refused() { return {.is = Read::Is::refused, .target = {}, .body = {}}; }

Read read(std::string_view bytes, std::size_t piece) {
  const http::HeadLimits limits;
  http::HeadScanner scanner{limits};
  std::optional<std::size_t> length;
  std::size_t arrived = 0;
  while (!length) {
    if (arrived == bytes.size()) return {};
    arrived = std::min(bytes.size(), arrived + piece);
    const auto scanned = scanner.scan(bytes.substr(0, arrived));
    if (!scanned) return refused();
    length = *scanned;
  }
  const auto head = http::parse_head(bytes.substr(0, *length), limits);
  if (!head) return refused();
  Read result{
      .is = Read::Is::whole, .target = std::string{head->target}, .body = {}, .used = *length};
  http::BodyDecoder decoder{head->framing};
  while (!decoder.done()) {
    const auto step = decoder.next(bytes.substr(result.used, arrived - result.used), piece);
    if (!step) return refused();
    CHECK(step->used <= arrived - result.used, "it reads what has come and no more");
    result.used += step->used;
    result.body += step->data;
    if (step->used > 0 || decoder.done()) continue;
    if (arrived == bytes.size()) return {};
    arrived = std::min(bytes.size(), arrived + piece);
  }
  CHECK(!head->framing || result.body.size() == *head->framing, "a body is as long as it says");
  return result;
}

}  // namespace

void HttpRequests::take(std::string_view input) {
  if (input.empty()) return;
  const auto piece = std::size_t{1} + static_cast<unsigned char>(input[0]) % 64;
  const auto bytes = input.substr(1);
  const auto whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
  CHECK(whole == read(bytes, piece), "a request is read alike however it is cut up");
  if (whole.is != Read::Is::whole) return;
  if (const auto target = http::parse_target(whole.target)) {
    CHECK(http::is_utf8(target->path), "a path is text");
    CHECK(target->path.starts_with('/'), "a path begins at the root");
    CHECK(target->path.find("/../") == std::string::npos, "a path does not climb");
  }
}

std::vector<std::string> HttpRequests::seeds() {
  std::vector<std::string> all;
  for (const auto& raw : http::raw_requests)
    for (const char piece : {'\0', '\6'}) all.push_back(piece + std::string{raw.bytes});
  for (const auto* target : {"/v1/editions?limit=5&cursor=a%20b", "/v1/rentals/%EC%B1%85", "/a/..",
                             "/%", "http://shop:80/v1/rentals?a=b", "https://a?b", "http://a@b/"})
    all.push_back(std::string{"\0GET ", 5} + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  return all;
}

}  // namespace madang::fuzz
