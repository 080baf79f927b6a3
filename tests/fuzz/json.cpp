#include "chassis/json/json.hpp"

#include <cmath>

#include "chassis/http/target.hpp"
#include "kernel/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {
namespace {

using chassis::JsonDocument, chassis::JsonView;

constexpr int depth_max = 32;

void look_at(JsonView value, int depth) {
  CHECK(depth <= depth_max, "nothing is deeper than we read");
  if (value.is_text()) {
    CHECK(http::is_utf8(value.text()), "a text is text");
  } else if (value.kind() == JsonView::Kind::number) {
    CHECK(std::isfinite(value.number()), "a number is one");
  } else if (value.is_array() || value.is_object()) {
    for (std::size_t at = 0; at < value.size(); ++at) {
      look_at(value.at(at), depth + 1);
      if (!value.is_object()) continue;
      CHECK(http::is_utf8(value.name_at(at)), "a name is text");
      CHECK(value.find(value.name_at(at))->json() == value.at(at).json(),
            "a name names one member");
    }
  }
}

}  // namespace

void Json::take(std::string_view input) {
  const auto document = JsonDocument::from_outside(input);
  if (!document) return;
  look_at(document->root(), 0);
  const auto text = document->root().json();
  const auto again = JsonDocument::from_outside(text);
  CHECK(again, "what was read once can be read again");
  const bool has_fractions =
      text.find_first_of(".E") != std::string::npos;  // their last digit may differ
  CHECK(has_fractions || again->root().json() == text, "and reads the same");
}

std::vector<std::string> Json::seeds() {
  return {
      "null",
      " [true, false, -0, 1e3, 1.5, 9223372036854775807, 18446744073709551616] ",
      R"({"a":{"b":[{}]},"c":"\u00e9\ud83d\ude00\n\"","d":""})",
      R"({"a":1,"a":2})",
      R"("\ud800")",
      "\"\xc0\xaf\"",
      "\xef\xbb\xbf{}",
      std::string(40, '[') + std::string(40, ']'),
      R"({"edition_id":"8e7482a3-1e86-8459-b5aa-54d2103437f8","price":{"amount":3000.0,"currency":"KRW"}})",
  };
}

}  // namespace madang::fuzz
