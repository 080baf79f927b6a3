#include "chassis/http/message.hpp"
#include "chassis/http/target.hpp"
#include "chassis/ports/rows.hpp"
#include "chassis/security/signed_link.hpp"
#include "contracts/support/position_token.hpp"
#include "kernel/check.hpp"
#include "tests/fuzz/machine.hpp"
#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct Signer : Machine {
  security::RotatingKey key{secrets, runtime, "key"};
  security::SignedTexts texts{key, "position"};
  security::SignedLinks links{key, "file"};
  chassis::Positions positions{{"rental", 17}, {"catalog", 4}};
  std::string position = contracts::position_token(positions, texts);
  kernel::Instant until = std::chrono::floor<std::chrono::seconds>(now()) + 15min;
  std::string link = links.sign("/v1/files/book.epub", "rental-1", until);
};

Signer& signer() {
  static Signer one;
  return one;
}

void read_cursor(const std::string& text) {
  try {
    const auto [order, key] = chassis::read_cursor(text);
    const auto again = chassis::read_cursor(chassis::cursor_of({key, order, {}}));
    CHECK(again == std::pair(order, key), "a cursor read once reads the same again");
  } catch (const chassis::CursorInvalid&) {
    return;
  }
}

void open_link(const std::string& text) {
  const auto target = http::parse_target(text);
  if (!target) return;
  const auto opened =
      signer().links.open(http::request_of(http::Method::get, text), signer().now());
  if (!opened) return;
  CHECK(target->path == "/v1/files/book.epub" && opened->subject == "rental-1" &&
            opened->expires_at == signer().until,
        "a link opens what it was made for");
}

}  // namespace

void Cursors::take(std::string_view input) {
  if (input.empty()) return;
  const auto rest = input.substr(1);
  auto& it = signer();
  switch (input[0] % 6) {
    case 0: read_cursor(std::string{rest}); return;
    case 1: read_cursor(edited(chassis::cursor_of({"key", "order"s, {}}), rest)); return;
    case 2:
      // The fuzzer sees what its input is compared with, and may come with the true one.
      CHECK(contracts::parse_position_token(rest, it.texts).has_value() == (rest == it.position),
            "nobody makes a position");
      return;
    case 3: {
      const auto text = edited(it.position, rest);
      CHECK(contracts::parse_position_token(text, it.texts).has_value() == (text == it.position),
            "a changed position is refused");
      return;
    }
    case 4: open_link(std::string{rest}); return;
    default: open_link(edited(it.link, rest));
  }
}

std::vector<std::string> Cursors::seeds() {
  auto all = edits_of_the_end('\3', signer().position);
  for (const auto& seed : edits_of_the_end('\5', signer().link)) all.push_back(seed);
  for (const auto& seed :
       {"\0"s + chassis::cursor_of({"key", std::int64_t{7}, {}}),
        "\0"s + chassis::cursor_of({"key", "order"s, {}}),
        "\0"s + chassis::cursor_of({"key", {}, {}}), "\1\0\3\1"s,
        "\2"s + signer().position.substr(0, 20), "\3"s, "\3\0\7\1"s,
        "\4/v1/files/book.epub?expires=1&for=rental-1&signature=AAAA"s, "\5"s, "\5\0\x1f\1"s})
    all.push_back(seed);
  return all;
}

}  // namespace madang::fuzz
