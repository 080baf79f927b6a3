#pragma once
// The socket under everything: accepts connections, holds every limit before anything else looks at a
// request, and gives whole requests to the handler. I/O threads never wait; handlers run on bounded
// pools, and what finds its pool's queue full is answered 503 at once. No request that was accepted
// fails because the server drains.
//
// HTTP/1.1 and 1.0, plain, or by TLS to whoever is shown a certificate. Needs a runtime of threads: sockets are not part of the simulation, which
// enters at Handler.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/guard.hpp"
#include "chassis/http/message.hpp"
#include "chassis/http/plan.hpp"
#include "chassis/http/problem.hpp"
#include "chassis/http/proxies.hpp"
#include "chassis/http/wire.hpp"
#include "chassis/http/workers.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/metrics.hpp"
#include "chassis/tls/certificate.hpp"

namespace madang::http {

using runtime::Duration;

// Told of each request that the server answered by itself, since it was too large, too slow or one too many, or
// its time was over while a handler was still at it. Called by I/O threads; must neither wait nor throw.
using ReportUnheard = std::function<void(const Request&, const Response&, runtime::Time began)>;

struct ServerOptions {
  std::string listen = "127.0.0.1:8080";  // HOST:PORT or [HOST]:PORT; port 0: any that is free
  std::optional<int> inherited_socket{};  // a listening socket to be used instead
  const tls::Certificate* certificate = nullptr;  // none: plain HTTP; outlives the server
  Proxies proxies{};                              // those in front, who say whom they ask for
  ReportUnheard report_unheard{};                 // of what cannot be read as a request: nothing
  std::size_t io_threads = 0;                     // 0: one for each core
  std::vector<PoolOptions> pools = {PoolOptions{}};

  HeadLimits head{};
  std::uint64_t body_bytes_max = 1024 * 1024;
  std::uint64_t all_bodies_bytes_max = 256 * 1024 * 1024;  // whole bodies held at one time
  std::size_t streamed_buffer_bytes = 256 * 1024;
  std::size_t connections_max = 20'000;
  std::size_t connections_per_address_max = 12'000;  // a proxy in front is one address

  Duration handshake_time = std::chrono::seconds{10};  // of TLS, from the connection on
  Duration idle_time = std::chrono::seconds{75};       // between requests, and before the first
  Duration header_time = std::chrono::seconds{10};     // from the first byte to the end of the head
  Duration total_time = std::chrono::seconds{30};      // from the first byte to the answer
  // A body that is streamed, an answer that is read: less progress than this ends the connection.
  Duration stall_time = std::chrono::seconds{15};
  std::uint64_t stall_bytes = 1024;
  Duration streaming_time = std::chrono::minutes{30};  // total_time of a streamed request
  Duration linger_time = std::chrono::seconds{1};      // for the client to read why it was cut off
  Duration drain_idle_time = std::chrono::milliseconds{500};  // a draining server's idle_time
};

// The address cannot be used; says which and why, for the person who started the program.
struct CannotListen : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Server {
 public:
  // Listens from here on: connections wait in the backlog until start(). Throws CannotListen.
  // What is passed by reference, and what handler and planner use, must outlive it.
  Server(runtime::Runtime&, ServerOptions, Handler, Planner, const Problems&, telemetry::Registry&,
         ReportDefect = {});
  // Drains with no time left; waits for handlers that run (see Workers).
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start();

  enum class Backlog {
    serve,  // connections that wait to be accepted are served too
    leave,  // another process has the same listening socket and will serve them
  };
  // With `leave`, connections that were open when it began come to their end first, for at most twice
  // drain_idle_time, and others are still taken: no one waits for a client that has nothing to ask.
  // Takes no more connections, answers what has come and what still comes on open connections with
  // `Connection: close`, and returns when the last one is closed. Past the deadline those left are
  // cut off. True: none had to be.
  bool drain(runtime::Time deadline, Backlog = Backlog::serve);

  [[nodiscard]] std::uint16_t port() const;          // the actual one
  [[nodiscard]] const std::string& address() const;  // "127.0.0.1:8080", with the actual port
  [[nodiscard]] int listening_socket() const;        // to hand over to a successor
  [[nodiscard]] std::size_t connections() const;     // open now

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace madang::http
