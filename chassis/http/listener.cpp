#include "chassis/http/listener.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "chassis/http/server.hpp"

namespace madang::http {

namespace {

constexpr int backlog = 4096;

struct Endpoint {
  std::string host, port;
};

Endpoint split(const std::string& host_and_port) {
  const std::size_t colon = host_and_port.rfind(':');
  if (colon == std::string::npos || colon + 1 == host_and_port.size())
    throw CannotListen{"cannot listen on " + host_and_port + ": give it as HOST:PORT"};
  std::string host = host_and_port.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, host_and_port.substr(colon + 1)};
}

// An IPv4 client of an IPv6 socket is known by its IPv4 address.
std::string text_of(const sockaddr_storage& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (peer.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
      ::inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, sizeof text);
    else ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

Listener::Listener(const std::string& host_and_port) {
  const auto fail = [&](const std::string& why) {
    throw CannotListen{"cannot listen on " + host_and_port + ": " + why};
  };
  const auto [host, port] = split(host_and_port);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) fail(::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, ::freeaddrinfo};
  socket_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail(std::strerror(errno));
  const int on = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket_, backlog) != 0) {
    const int why = errno;
    ::close(socket_);
    fail(why == EADDRINUSE ? "another program listens there" : std::strerror(why));
  }
  look_at_name();
}

Listener::Listener(int inherited_socket) : socket_{inherited_socket} {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(socket_, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
    throw CannotListen{"the socket that was handed over is not a listening one"};
  look_at_name();
}

Listener::~Listener() { stop(); }

void Listener::stop() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Listener::look_at_name() {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
  const bool is_v6 = own.ss_family == AF_INET6;
  port_ = ntohs(is_v6 ? reinterpret_cast<const sockaddr_in6&>(own).sin6_port
                      : reinterpret_cast<const sockaddr_in&>(own).sin_port);
  const std::string host = text_of(own);
  address_ = (host.contains(':') ? '[' + host + ']' : host) + ':' + std::to_string(port_);
}

std::optional<Listener::Accepted> Listener::accept() {
  while (true) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int socket =
        ::accept4(socket_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return Accepted{socket, text_of(peer)};
    }
    if (errno == EAGAIN) return std::nullopt;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return Accepted{-1, {}};
    // The rest are errors of the one connection, gone before it was taken (accept(2)).
  }
}

}  // namespace madang::http
