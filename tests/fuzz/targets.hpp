#pragma once
// What a stranger can send, given to those who read it first. A target takes one input and returns; a
// sanitizer's report, an exception or a CHECK is a finding. The bytes come from libFuzzer (`./dev test
// fuzz`, with clang); the seeds alone run in the quick tests.
#include <string>
#include <string_view>
#include <vector>

namespace madang::fuzz {

// Requests as they come off a socket, in one piece and in many: both must be read alike.
struct HttpRequests {
  static void take(std::string_view input);
  static std::vector<std::string> seeds();
};

// JSON from outside: what was read once must read the same when it is written again.
struct Json {
  static void take(std::string_view input);
  static std::vector<std::string> seeds();
};

// Access tokens, genuine but for some bytes among them: only the genuine one is believed.
struct Tokens {
  static void take(std::string_view input);
  static std::vector<std::string> seeds();
};

// What a client carries for us from one request to the next: cursors, positions, links to files.
struct Cursors {
  static void take(std::string_view input);
  static std::vector<std::string> seeds();
};

// Notices of the payment provider: signature, body, and what the body says of a payment.
struct Webhooks {
  static void take(std::string_view input);
  static std::vector<std::string> seeds();
};

// The text with bytes changed as each three in `edits` say: where, in two bytes, and which bits.
std::string edited(std::string text, std::string_view edits);
// For seeds: each of the lowest bits of its last byte changed.
std::vector<std::string> edits_of_the_end(char kind, const std::string& text);

}  // namespace madang::fuzz
