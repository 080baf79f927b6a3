#pragma once
// Calls to other programs over HTTP/1.1: blocking, on a few kept connections, each call with an end.
// It has the shape of every request in the shop, so who calls out takes Calls and is given this
// one, another program's own handler, or a simulated network between the two.
//
// By TLS (chassis/tls/trust.hpp) to an origin that begins with https. A certificate that is not believed counts as
// nobody being there, and is told to whoever keeps the shop.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/tls/trust.hpp"

namespace madang::http {

struct ClientOptions {
  std::string origin;                 // "http://127.0.0.1:8090", "https://pay.example.com"
  const tls::Trust* trust = nullptr;  // there for https; outlives the client
  // Called with the origin and why its certificate is not believed, at most once a minute.
  std::function<void(std::string_view origin, std::string_view why)> warn{};
  runtime::Duration connect_time = std::chrono::seconds{2};
  runtime::Duration total_time = std::chrono::seconds{10};  // the request's deadline may be sooner
  std::size_t connections_max = 32;                         // further calls wait for one
  runtime::Duration idle_time = std::chrono::seconds{30};   // shorter than servers usually allow
  std::uint64_t answer_bytes_max = 8 * 1024 * 1024;
};

// For any number of tasks.
class Client {
 public:
  Client(runtime::Runtime&, ClientOptions);  // throws std::invalid_argument for an origin
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends method, target, headers and body; adds Host, the framing and the trace. Any answer is an
  // answer, whatever its status. Throws chassis::Unavailable when there is none in time, or none that
  // can be read; whether the other side took the request is then unknown. Sent a second time only
  // when a kept connection turns out to be closed and a repeat does no harm: the method is idempotent
  // (RFC 9110 section 9.2.2) or the request carries an Idempotency-Key.
  [[nodiscard]] Response call(const Request&);

  [[nodiscard]] Calls calls() {
    return [this](const Request& request) { return call(request); };
  }

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace madang::http
