#pragma once
// HTTP/1.1 as bytes (RFC 9112): where a request's head ends, what it says, and where its body ends.
// Pure functions and small states without a socket, so that every odd input is a line in a table of
// tests and a seed for a fuzzer.
//
// Stricter than a general library on purpose. A proxy in front and this server must never disagree
// about where a request ends (request smuggling), so whatever the RFC lets two readers understand
// differently is an error here and ends the connection: bare LF or CR, folded lines, space before a
// colon, Content-Length beside Transfer-Encoding, either of them twice, a chunk size that is not
// plain hexadecimal, a transfer coding other than chunked.
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"

namespace madang::http {

// Why a message cannot be read: the slug of its problem, and a sentence for its detail.
struct Fault {
  std::string_view slug;
  std::string_view detail;
};

struct HeadLimits {
  std::size_t target_bytes = 8 * 1024;
  std::size_t header_bytes = 16 * 1024;  // the whole head, request line included
  std::size_t header_count = 64;
};

// Finds the end of a head that comes in pieces, and stops as soon as it cannot become one.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_{limits} {}
  // `bytes` is all that has come since the last request ended. The length of the head, with the
  // empty line that ends it; nullopt when more must come.
  std::expected<std::optional<std::size_t>, Fault> scan(std::string_view bytes);

 private:
  HeadLimits limits_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  bool past_request_line_ = false;
};

// How long the body is: a length (0 for none), or nullopt for chunked.
using Framing = std::optional<std::uint64_t>;

struct Head {
  Method method;
  std::string target;  // in origin form
  Headers headers;
  Framing framing;
  bool is_1_1;  // else 1.0
  bool keep_alive;
  bool expects_continue;
};

// `head` as HeadScanner found it. A target in absolute form (RFC 9112 section 3.2.2) becomes its
// origin form, and whom it names the Host: everyone above knows one form. Its scheme says nothing
// here: behind a proxy that speaks TLS it is not ours.
std::expected<Head, Fault> parse_head(std::string_view head, const HeadLimits&);

// Field lines, each ended by CRLF. Used for heads, trailers and what other servers answer.
std::expected<Headers, Fault> parse_fields(std::string_view lines, std::size_t count_max);

// Takes a body out of its framing, piece by piece.
class BodyDecoder {
 public:
  explicit BodyDecoder(Framing framing) : left_{framing.value_or(0)}, chunked_{!framing} {
    state_ = chunked_ ? State::size : left_ == 0 ? State::done : State::data;
  }

  struct Step {
    std::size_t used;       // bytes of the input that are dealt with
    std::string_view data;  // body bytes among them, within the input
  };
  // Call again with the rest until it uses nothing; then more input is needed, or room for data, or
  // it is done.
  std::expected<Step, Fault> next(std::string_view input, std::size_t data_max = SIZE_MAX);
  [[nodiscard]] bool done() const { return state_ == State::done; }

 private:
  enum class State { size, data, data_end, trailers, done };
  std::expected<Step, Fault> read_size(std::string_view input);
  std::expected<Step, Fault> read_trailer(std::string_view input);

  State state_;
  std::uint64_t left_;
  bool chunked_;
  std::size_t overhead_ = 0;  // bytes of extensions and trailers so far
};

}  // namespace madang::http
