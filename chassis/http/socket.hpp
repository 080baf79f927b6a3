#pragma once
// A connected socket for one task at a time, each wait with a deadline. Private to the client.
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "chassis/http/channel.hpp"
#include "chassis/runtime/runtime.hpp"

namespace madang::http {

struct SocketFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Whoever answers there is not who it should be.
struct NotTrusted : SocketFailed {
  using SocketFailed::SocketFailed;
};

class Socket {
 public:
  // By TLS to whoever proves to be that host, when trust is given; else plain. Throws SocketFailed, NotTrusted,
  // and Stopped when the process stops meanwhile; so do all below.
  Socket(runtime::Runtime&, const std::string& host, const std::string& port, const tls::Trust*,
         runtime::Time deadline);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void write(std::string_view bytes, runtime::Time deadline);  // all of them
  // What there is, at least one byte; empty at the end. Valid until the next read.
  std::string_view read(runtime::Time deadline);

  // Nothing has come that nobody asked for, the end of the connection least of all.
  [[nodiscard]] bool is_quiet() const;

 private:
  bool try_connect(int family, const void* address, unsigned length, runtime::Time deadline);
  void shake_hands(runtime::Time deadline);
  void wait_for(short events, runtime::Time deadline) const;
  void wait_for_channel(runtime::Time deadline) const;

  struct Held {
    int number = -1;
    Held() = default;
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { replace_by(-1); }
    void replace_by(int);
  };
  runtime::Runtime& runtime_;
  Held socket_;
  std::optional<Channel> channel_;  // once it is connected
  std::string buffer_;
};

}  // namespace madang::http
