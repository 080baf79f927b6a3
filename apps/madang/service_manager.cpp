#include "apps/madang/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace madang::app {
namespace {

constexpr int first_descriptor = 3;  // sd_listen_fds(3): SD_LISTEN_FDS_START

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}
long number(const char* name) {
  const auto text = variable(name);
  long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<int> given_socket() {
  if (number("LISTEN_PID") != ::getpid()) return std::nullopt;  // meant for a parent of ours
  const auto count = number("LISTEN_FDS");
  if (count <= 0) return std::nullopt;
  if (count > 1)
    throw std::runtime_error{"the service manager gives " + std::to_string(count) +
                             " sockets; the shop listens on one"};
  ::fcntl(first_descriptor, F_SETFD, FD_CLOEXEC);
  return first_descriptor;
}

std::optional<std::chrono::microseconds> wanted_signs() {
  const auto of = variable("WATCHDOG_PID");
  const auto span = number("WATCHDOG_USEC");
  if (span <= 0 || (!of.empty() && number("WATCHDOG_PID") != ::getpid())) return std::nullopt;
  return std::chrono::microseconds{span};
}

}  // namespace

ServiceManager::ServiceManager()
    : listening_socket_{given_socket()},
      watchdog_{wanted_signs()},
      address_{variable("NOTIFY_SOCKET")} {}

void ServiceManager::tell_ready(const std::string& status) const {
  // The process that tells is the one to watch, whoever was started first.
  tell("READY=1\nMAINPID=" + std::to_string(::getpid()) + "\nSTATUS=" + status);
}
void ServiceManager::tell_stopping() const { tell("STOPPING=1\nSTATUS=answering what came"); }
void ServiceManager::tell_alive() const { tell("WATCHDOG=1"); }

void ServiceManager::tell(const std::string& message) const {
  sockaddr_un to{};
  if (address_.empty() || address_.size() >= sizeof to.sun_path) return;
  to.sun_family = AF_UNIX;
  std::ranges::copy(address_, to.sun_path);
  if (address_.front() == '@') to.sun_path[0] = '\0';  // an abstract name, written so
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<const sockaddr*>(&to), size);
  ::close(socket);
}

}  // namespace madang::app
