#pragma once
// What a connection's bytes go through to its socket: as they are, or by TLS. It never waits; what it would
// have to wait for it says. Private to server and client.
#include <sys/types.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "chassis/tls/session.hpp"

namespace madang::http {

class Channel {
 public:
  using Event = boost::asio::posix::stream_descriptor::wait_type;

  Channel(int socket, std::unique_ptr<tls::Session> session)
      : socket_{socket}, session_{std::move(session)} {}

  enum class Outcome { moved, must_wait, ended, broken };
  struct Moved {
    Outcome outcome;
    std::size_t bytes = 0;
  };
  Moved read(std::span<char> into);
  // Of two pieces that follow each other, as much as the socket takes; `more_follows`: soon, so that the
  // last packet may wait for it.
  Moved write(std::string_view first, std::string_view second, bool more_follows);
  Moved send_file(int file, off_t offset, std::size_t length);

  // What the last call that must wait waits for: not always what it moves, under TLS.
  [[nodiscard]] Event awaited() const { return awaited_; }

  [[nodiscard]] bool is_secure() const { return session_ != nullptr; }
  enum class Hands { shaken, must_wait, of_plain_http, refused };
  Hands shake_hands();
  [[nodiscard]] bool is_resumed() const { return session_ && session_->is_resumed(); }
  // Why hands were not shaken, when it is that the other side is not believed; else empty.
  [[nodiscard]] std::string doubt() const { return session_ ? session_->doubt() : std::string{}; }
  // From here on bytes go as they are.
  void speak_plainly() { session_ = nullptr; }

  // No more is written, and the other side is told so. False: it has gone.
  bool finish();
  // What still comes, unread.
  [[nodiscard]] Moved read_away(std::span<char> into) const;

 private:
  Moved moved(tls::Session::Moved);
  Moved moved(ssize_t count);

  int socket_;  // the connection's
  std::unique_ptr<tls::Session> session_;
  Event awaited_ = Event::wait_read;
};

}  // namespace madang::http
