#pragma once
// A client for tests that sends exactly the bytes it is told to, and waits for answers with a
// deadline: a server that hangs fails the test instead of the machine.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace madang::http {

struct RawAnswer {
  int status = 0;  // 0: the connection ended before there was an answer
  std::string head, body;
  [[nodiscard]] bool has(std::string_view line) const {
    return head.find(line) != std::string::npos;
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1", int receive_buffer = 0)
      : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (receive_buffer > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &own.sin_addr);
    sockaddr_in there = own;
    there.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &there.sin_addr);
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0 ||
        ::connect(socket_, reinterpret_cast<sockaddr*>(&there), sizeof there) != 0)
      throw std::runtime_error{"no connection"};
  }
  ~RawClient() { close(); }
  RawClient(RawClient&& other) noexcept
      : socket_{std::exchange(other.socket_, -1)}, received_{std::move(other.received_)} {}
  RawClient& operator=(RawClient&&) = delete;

  // False when the server has closed. Never waits for longer than the deadline of a test.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!ready(POLLOUT)) throw std::runtime_error{"the server takes no more"};
      const ssize_t count =
          ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EAGAIN) continue;
      if (count < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  // What the socket takes now, at once.
  [[nodiscard]] bool can_send_now() const {
    constexpr int settle_ms = 200;  // nothing more taken for so long: the other side does not read
    pollfd one{socket_, POLLOUT, 0};
    return ::poll(&one, 1, settle_ms) > 0;
  }
  std::size_t send_some(std::string_view bytes) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void send_no_more() { ::shutdown(socket_, SHUT_WR); }

  // The next answer on this connection, its body by its Content-Length. `of_head`: to a HEAD.
  RawAnswer answer(bool of_head = false) {
    RawAnswer answer;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return answer;
    answer.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    const std::size_t length_at = answer.head.find("Content-Length: ");
    if (length_at == std::string::npos || of_head) return answer;
    std::size_t length = 0;
    std::from_chars(answer.head.data() + length_at + 16, answer.head.data() + answer.head.size(),
                    length);
    while (received_.size() < length && receive()) {
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
  }
  RawAnswer ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }

  // Whether the server ends the connection without another byte.
  bool is_closed() { return received_.empty() && !receive() && received_.empty(); }
  // More bytes into received(); false at the end. Throws past the deadline of a test.
  bool receive() {
    if (!ready(POLLIN)) throw std::runtime_error{"the server says nothing"};
    char bytes[65536];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] bool has_answer_now() const {
    pollfd one{socket_, POLLIN, 0};
    return ::poll(&one, 1, 0) > 0;
  }
  // For whoever speaks through it; waits no longer than this client does.
  [[nodiscard]] int socket() const {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return socket_;
  }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  [[nodiscard]] bool ready(short events) const {
    constexpr int test_deadline_ms = 20'000;
    pollfd one{socket_, events, 0};
    return ::poll(&one, 1, test_deadline_ms) > 0;
  }

  int socket_;
  std::string received_;
};

}  // namespace madang::http
