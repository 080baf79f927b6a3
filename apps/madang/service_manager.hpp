#pragma once
// The service manager above this program, systemd or whoever speaks as it does: it may have opened the
// listening socket, wants to be told when the shop is open and when it closes, and may ask for a sign of life
// now and then (sd_listen_fds(3), sd_notify(3), sd_watchdog_enabled(3)). Without one all of this does nothing.
#include <chrono>
#include <optional>
#include <string>

namespace madang::app {

class ServiceManager {
 public:
  // Reads the process's environment and makes a socket it was given its own. Throws std::runtime_error when
  // there is more than one: the shop listens in one place.
  ServiceManager();

  [[nodiscard]] std::optional<int> listening_socket() const { return listening_socket_; }
  // How often it wants a sign of life at least; nothing: never.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

  // Any thread. Nobody may be listening, and nothing is waited for.
  void tell_ready(const std::string& status) const;
  void tell_stopping() const;
  void tell_alive() const;

 private:
  void tell(const std::string& message) const;

  std::optional<int> listening_socket_;
  std::optional<std::chrono::microseconds> watchdog_;
  std::string address_;  // where it is told
};

}  // namespace madang::app
