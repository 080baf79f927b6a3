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
               const tls::Trust* trust, runtime::Time deadline)
    : runtime_{runtime} {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    throw SocketFailed{::gai_strerror(error)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, ::freeaddrinfo};
  const addrinfo* one = found;
  while (one != nullptr && !try_connect(one->ai_family, one->ai_addr, one->ai_addrlen, deadline))
    one = one->ai_next;
  if (one == nullptr) throw SocketFailed{"no one answers there"};
  channel_.emplace(socket_.number,
                   trust ? std::make_unique<tls::Session>(*trust, socket_.number, host) : nullptr);
  if (trust) shake_hands(deadline);
}

Socket::~Socket() { static_cast<void>(channel_->finish()); }

void Socket::Held::replace_by(int other) {
  if (number >= 0) ::close(number);
  number = other;
}

bool Socket::try_connect(int family, const void* address, unsigned length, runtime::Time deadline) {
  socket_.replace_by(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket_.number < 0) return false;
  const int on = 1;
  ::setsockopt(socket_.number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_.number, static_cast<const sockaddr*>(address), length) == 0) return true;
  if (errno != EINPROGRESS) return false;
  try {
    wait_for(POLLOUT, deadline);
  } catch (const SocketFailed&) {
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket_.number, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// In short waits, with a look at the runtime between them: a process that stops must not be held up
// by a neighbour that is slow.
void Socket::wait_for(short events, runtime::Time deadline) const {
  while (true) {
    const auto left = deadline - runtime_.now();
    if (left <= runtime::Duration::zero()) throw SocketFailed{"it took too long"};
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<runtime::Duration>(left, look_up_time));
    pollfd one{socket_.number, events, 0};
    if (::poll(&one, 1, static_cast<int>(wait.count())) > 0) return;
    runtime_.sleep_until(runtime_.now());
  }
}

void Socket::wait_for_channel(runtime::Time deadline) const {
  wait_for(channel_->awaited() == Channel::Event::wait_read ? POLLIN : POLLOUT, deadline);
}

void Socket::shake_hands(runtime::Time deadline) {
  auto hands = Channel::Hands::must_wait;
  while ((hands = channel_->shake_hands()) == Channel::Hands::must_wait) wait_for_channel(deadline);
  if (hands == Channel::Hands::shaken) return;
  const auto doubt = channel_->doubt();
  if (!doubt.empty()) throw NotTrusted{"its certificate is not believed: " + doubt};
  throw SocketFailed{"it does not speak TLS as it should"};
}

void Socket::write(std::string_view bytes, runtime::Time deadline) {
  while (!bytes.empty()) {
    const auto [outcome, count] = channel_->write(bytes, {}, false);
    if (outcome == Channel::Outcome::moved) bytes.remove_prefix(count);
    else if (outcome == Channel::Outcome::must_wait) wait_for_channel(deadline);
    else throw SocketFailed{"it has closed the connection"};
  }
}

std::string_view Socket::read(runtime::Time deadline) {
  buffer_.resize(read_bytes);
  while (true) {
    const auto [outcome, count] = channel_->read(buffer_);
    if (outcome == Channel::Outcome::moved) return std::string_view{buffer_}.substr(0, count);
    if (outcome == Channel::Outcome::ended) return {};
    if (outcome == Channel::Outcome::broken) throw SocketFailed{"the connection broke"};
    wait_for_channel(deadline);
  }
}

bool Socket::is_quiet() const {
  pollfd one{socket_.number, POLLIN, 0};
  return ::poll(&one, 1, 0) == 0;
}

}  // namespace madang::http
