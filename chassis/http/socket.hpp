#pragma once
// A connected socket for one task at a time, each wait with a deadline. Private to the client.
#include <stdexcept>
#include <string>
#include <string_view>

#include "chassis/runtime/runtime.hpp"

namespace madang::http {

struct SocketFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Socket {
 public:
  // Throws SocketFailed, and Stopped when the process stops meanwhile; so do all below.
  Socket(runtime::Runtime&, const std::string& host, const std::string& port,
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
  void wait_for(short events, runtime::Time deadline) const;

  runtime::Runtime& runtime_;
  int socket_ = -1;
  std::string buffer_;
};

}  // namespace madang::http
