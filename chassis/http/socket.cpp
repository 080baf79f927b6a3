#include "chassis/http/socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace madang::http {

namespace {

constexpr runtime::Duration look_up_time = std::chrono::milliseconds{100};
constexpr std::size_t read_bytes = 16 * 1024;

}  // namespace

Socket::Socket(runtime::Runtime& runtime, const std::string& host, const std::string& port,
               runtime::Time deadline)
    : runtime_{runtime} {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    throw SocketFailed{::gai_strerror(error)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, ::freeaddrinfo};
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next)
    if (try_connect(one->ai_family, one->ai_addr, one->ai_addrlen, deadline)) return;
  throw SocketFailed{"no one answers there"};
}

Socket::~Socket() {
  if (socket_ >= 0) ::close(socket_);
}

bool Socket::try_connect(int family, const void* address, unsigned length, runtime::Time deadline) {
  if (socket_ >= 0) ::close(socket_);
  socket_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return false;
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_, static_cast<const sockaddr*>(address), length) == 0) return true;
  if (errno != EINPROGRESS) return false;
  try {
    wait_for(POLLOUT, deadline);
  } catch (const SocketFailed&) {
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// In short waits, with a look at the runtime between them: a process that stops must not be held up
// by a neighbour that is slow.
void Socket::wait_for(short events, runtime::Time deadline) const {
  while (true) {
    const auto left = deadline - runtime_.now();
    if (left <= runtime::Duration::zero()) throw SocketFailed{"it took too long"};
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<runtime::Duration>(left, look_up_time));
    pollfd one{socket_, events, 0};
    if (::poll(&one, 1, static_cast<int>(wait.count())) > 0) return;
    runtime_.sleep_until(runtime_.now());
  }
}

void Socket::write(std::string_view bytes, runtime::Time deadline) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno == EAGAIN) wait_for(POLLOUT, deadline);
    else if (errno != EINTR) throw SocketFailed{std::strerror(errno)};
  }
}

std::string_view Socket::read(runtime::Time deadline) {
  buffer_.resize(read_bytes);
  while (true) {
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count >= 0) return std::string_view{buffer_}.substr(0, static_cast<std::size_t>(count));
    if (errno == EAGAIN) wait_for(POLLIN, deadline);
    else if (errno != EINTR) throw SocketFailed{std::strerror(errno)};
  }
}

bool Socket::is_quiet() const {
  pollfd one{socket_, POLLIN, 0};
  return ::poll(&one, 1, 0) == 0;
}

}  // namespace madang::http
