#pragma once
// An answer on its way into a socket, as far as the socket takes it. Adds what every answer of ours
// carries: Date, the framing, and the header fields that make a browser careful. Names and values are
// checked once more here, since a line break in one would start an answer of somebody else's making.
#include <cstdint>
#include <string>
#include <string_view>

#include "chassis/http/channel.hpp"
#include "chassis/http/message.hpp"

namespace madang::http {

struct AnswerFrame {
  bool head_only = false;  // the request was a HEAD
  bool keep_alive = true;
  bool is_1_0 = false;
  bool is_secure = false;  // goes through TLS, and says that whoever comes again is to do so
  std::string_view date;   // IMF-fixdate
};

// Throws std::runtime_error for a field that cannot be sent, or a file that is not there as said.
class Outgoing {
 public:
  Outgoing() = default;
  ~Outgoing() { close_file(); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  void begin(Response, const AnswerFrame&);

  enum class Progress {
    done,
    blocked,  // the channel takes no more for now
    paused,   // a chunk of a file is sent; others may have their turn
    ended,    // `keep_going` said no
    broken,
  };
  Progress write_to(Channel&);

  void release();  // gives up what is left of this answer, and its buffers
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }  // bytes, of this answer

 private:
  Progress send_file_chunk(Channel&);
  void close_file();

  int status_ = 0;
  std::string head_;
  std::string body_;
  std::size_t at_ = 0;  // in head_ and body_ together
  FileSlice slice_;
  int file_ = -1;
  std::uint64_t sent_ = 0;
};

// "Wed, 15 Jul 2026 09:00:00 GMT" (RFC 9110 section 5.6.7)
std::string http_date(std::chrono::sys_seconds);

}  // namespace madang::http
