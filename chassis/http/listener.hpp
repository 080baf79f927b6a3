#pragma once
// The listening socket: where connections come from. Throws CannotListen with a sentence for the
// person who chose the address.
#include <cstdint>
#include <optional>
#include <string>

namespace madang::http {

class Listener {
 public:
  explicit Listener(const std::string& host_and_port);
  explicit Listener(int inherited_socket);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  struct Accepted {
    int socket;
    std::string address;  // of the peer, without its port
  };
  // None when no connection waits; a negative socket when the process has no more to give.
  std::optional<Accepted> accept();
  void stop();  // others who have the socket may go on

  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void look_at_name();

  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::string address_;
};

}  // namespace madang::http
