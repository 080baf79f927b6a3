#include "chassis/http/channel.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace madang::http {

namespace {

constexpr std::size_t record_bytes = 16 * 1024;  // the most that TLS puts under one seal

Channel::Outcome outcome_of_error() {
  return errno == EAGAIN || errno == EINTR ? Channel::Outcome::must_wait : Channel::Outcome::broken;
}

}  // namespace

Channel::Moved Channel::moved(tls::Session::Moved by_session) {
  using Session = tls::Session::Outcome;
  switch (by_session.outcome) {
    case Session::done: return {Outcome::moved, by_session.bytes};
    case Session::awaits_readable: awaited_ = Event::wait_read; return {Outcome::must_wait};
    case Session::awaits_writable: awaited_ = Event::wait_write; return {Outcome::must_wait};
    case Session::ended: return {Outcome::ended};
    case Session::not_tls:
    case Session::broken: break;
  }
  return {Outcome::broken};
}

Channel::Moved Channel::moved(ssize_t count) {
  if (count < 0) return {outcome_of_error()};
  return {Outcome::moved, static_cast<std::size_t>(count)};
}

Channel::Moved Channel::read(std::span<char> into) {
  awaited_ = Event::wait_read;
  if (session_) return moved(session_->read(into));
  const auto by_socket = moved(::read(socket_, into.data(), into.size()));
  const bool is_end = by_socket.outcome == Outcome::moved && by_socket.bytes == 0;
  return is_end ? Moved{Outcome::ended} : by_socket;
}

Channel::Moved Channel::write(std::string_view first, std::string_view second, bool more_follows) {
  awaited_ = Event::wait_write;
  if (session_) return moved(session_->write(first.empty() ? second : first));
  std::array<iovec, 2> parts{{{const_cast<char*>(first.data()), first.size()},
                              {const_cast<char*>(second.data()), second.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  return moved(::sendmsg(socket_, &message, MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0)));
}

Channel::Moved Channel::send_file(int file, off_t offset, std::size_t length) {
  awaited_ = Event::wait_write;
  if (!session_) return moved(::sendfile(socket_, file, &offset, length));
  // What waits is read again when its turn comes: a connection that waits for its client holds no copy.
  std::array<char, record_bytes> record;
  const ssize_t count = ::pread(file, record.data(), std::min(length, record.size()), offset);
  if (count <= 0) return count == 0 ? Moved{Outcome::moved, 0} : Moved{Outcome::broken};
  return moved(session_->write({record.data(), static_cast<std::size_t>(count)}));
}

Channel::Hands Channel::shake_hands() {
  const auto outcome = session_->shake_hands();
  if (outcome == tls::Session::Outcome::done) return Hands::shaken;
  if (outcome == tls::Session::Outcome::not_tls) return Hands::of_plain_http;
  return moved({outcome}).outcome == Outcome::must_wait ? Hands::must_wait : Hands::refused;
}

bool Channel::finish() {
  if (session_) session_->say_goodbye();
  return ::shutdown(socket_, SHUT_WR) == 0;
}

Channel::Moved Channel::read_away(std::span<char> into) const {
  const ssize_t count = ::read(socket_, into.data(), into.size());
  if (count < 0) return {outcome_of_error()};
  return {count == 0 ? Outcome::ended : Outcome::moved, static_cast<std::size_t>(count)};
}

}  // namespace madang::http
