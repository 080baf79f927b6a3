#include "chassis/security/signing_keys.hpp"
#include "chassis/security/token_verifier.hpp"
#include "kernel/check.hpp"
#include "tests/fuzz/machine.hpp"
#include "tests/fuzz/targets.hpp"

namespace madang::fuzz {
namespace {

using namespace std::chrono_literals;

struct Issuer : Machine {
  security::SigningKeys keys{secrets, runtime};
  security::TokenVerifier verifier{keys, runtime, {.issuer = "madang", .audience = "madang"}};
  security::TokenClaims claims{
      .issuer = "madang",
      .audience = "madang",
      .person = *kernel::PersonId::parse("8e7482a3-1e86-8459-b5aa-54d2103437f8"),
      .id = "token-1",
      .session = "session-1",
      .client = "web",
      .roles = {"customer"},
      .issued_at = std::chrono::floor<std::chrono::seconds>(now()),
      .not_before = std::chrono::floor<std::chrono::seconds>(now()),
      .expires_at = std::chrono::floor<std::chrono::seconds>(now()) + 10min};
  std::string genuine = security::sign_token(claims, keys.current());
  std::string payload = security::parse_token(genuine)->payload;
};

Issuer& issuer() {
  static Issuer one;
  return one;
}

// Claims as someone might sign them: what we read from them is what we would write.
void read_claims(std::string_view payload) {
  const auto claims = security::parse_claims(payload);
  if (!claims) return;
  const auto text = security::sign_token(*claims, issuer().keys.current());
  const auto again = security::parse_claims(security::parse_token(text)->payload);
  CHECK(again && *again == *claims, "claims read once read the same again");
}

}  // namespace

void Tokens::take(std::string_view input) {
  if (input.empty()) return;
  const auto rest = input.substr(1);
  auto& it = issuer();
  switch (input[0] % 4) {
    case 0: CHECK(!it.verifier.verify(rest), "nobody makes a token of ours"); return;
    case 1: {
      const auto text = edited(it.genuine, rest);
      CHECK(it.verifier.verify(text).has_value() == (text == it.genuine),
            "a changed token is refused");
      return;
    }
    case 2: read_claims(edited(it.payload, rest)); return;
    default: read_claims(rest);
  }
}

std::vector<std::string> Tokens::seeds() {
  const auto& it = issuer();
  using namespace std::string_literals;
  auto all = edits_of_the_end('\1', it.genuine);
  for (const auto& seed : {"\0eyJhbGciOiJub25lIn0.e30."s, "\1"s, "\1\5a\7b"s, "\2"s, "\2\5a"s,
                           "\3"s + it.payload, "\3{}"s})
    all.push_back(seed);
  return all;
}

}  // namespace madang::fuzz
