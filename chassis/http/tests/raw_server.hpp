#pragma once
// The other side of a client under test: accepts one connection at a time and says what it is told. What it does in a
// task of its own is over before it goes.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chassis/runtime/runtime.hpp"

namespace madang::http {

class RawServer {
 public:
  RawServer() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    ::inet_pton(AF_INET, "127.0.0.1", &own.sin_addr);
    static_cast<void>(::bind(listener_, reinterpret_cast<sockaddr*>(&own), sizeof own));
    ::listen(listener_, 8);
    socklen_t size = sizeof own;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size);
    port_ = ntohs(own.sin_port);
  }
  ~RawServer() {
    if (over_) over_->wait_beyond(0, runtime::never);
    hang_up();
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

  void act(runtime::Runtime& runtime, std::function<void()> part) {
    over_ = std::make_shared<runtime::Signal>(runtime);
    runtime.spawn("other side", [over = over_, part = std::move(part)] {
      part();
      over->raise();
    });
  }

  [[nodiscard]] int socket() const { return socket_; }
  void accept() { socket_ = ::accept(listener_, nullptr, nullptr); }
  // To the end of its head; for requests without a body.
  void read_request() {
    std::string bytes;
    char byte = 0;
    while (!bytes.ends_with("\r\n\r\n") && ::recv(socket_, &byte, 1, 0) == 1) bytes += byte;
  }
  void say(std::string_view bytes) { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void hang_up() {
    if (const int socket = socket_.exchange(-1); socket >= 0) ::close(socket);
  }

 private:
  int listener_;
  std::atomic<int> socket_ = -1;
  std::shared_ptr<runtime::Signal> over_;  // none: the test itself plays it
  unsigned port_ = 0;
};

}  // namespace madang::http
