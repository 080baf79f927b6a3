#pragma once
// The one door of the shop. It finds whose path a request asks for, turns an access token into the
// principal's headers (what a client sent under these names is thrown away), keeps everyone within
// their quota, and writes down how it went. It knows no rule of the shop: contexts authorize for
// themselves, and trust these headers alone.
//
// Envoy or Istio do the same in a cluster; then contexts stand behind those instead.
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/guard.hpp"
#include "chassis/http/message.hpp"
#include "chassis/http/problem.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/principal.hpp"
#include "chassis/security/token_verifier.hpp"
#include "chassis/telemetry/metrics.hpp"
#include "chassis/telemetry/spans.hpp"
#include "gateway/rate_limiter.hpp"
#include "gateway/request_log.hpp"
#include "gateway/route_metrics.hpp"

namespace madang::gateway {

struct Route {
  enum class For {
    people,
    machines,  // probes and scrapers: no token is read, no quota kept, nothing logged or traced
  };

  std::string prefix;  // "/v1/rentals": this path and all below it; "/": whatever is left
  http::Handler handler;
  For whom = For::people;
  // Where an invalid token is no obstacle: what anyone may do, signing in above all, and what is
  // nobody's path. There the request goes on as anyone's; elsewhere, and by default, it is refused.
  std::function<bool(http::Method, std::string_view path)> open_to_anyone{};
};

struct Limits {  // none: unlimited
  std::optional<Quota> per_person = Quota{.burst = 100, .per_minute = 600};
  // All that comes from one network, people signed in included; those behind one NAT share it.
  std::optional<Quota> per_address = Quota{.burst = 500, .per_minute = 6000};
  std::size_t callers_max = 100'000;  // remembered of each kind, about 100 bytes each
};

// Whether the session has ended that a genuine token was given for. May throw Unavailable: nobody knows.
using HasEnded = std::function<bool(const security::TokenClaims&)>;

// Any thread.
class Gateway {
 public:
  // What is passed by reference must outlive it. Throws std::invalid_argument when two routes have
  // one prefix, or a prefix does not begin with a slash or ends with one.
  Gateway(runtime::Runtime&, std::vector<Route>, security::TokenVerifier&, HasEnded,
          const http::Problems&, telemetry::Registry&, Limits, RequestLog, http::ReportDefect = {},
          telemetry::Spans* = nullptr);
  ~Gateway();

  // From the next request on; what everyone had left is forgotten.
  void set(Limits);

  // Failures become problem documents here, so that the log says what the client was told. A body
  // that is streamed, in or out, passes through untouched.
  [[nodiscard]] http::Later<http::Response> handle(const http::Request&);

  // Of a request that the server answered by itself: it goes into the log like any other.
  void write_down_unheard(const http::Request&, const http::Response&, runtime::Time began);

 private:
  struct Entry {
    Route route;
    RouteMetrics metrics;
  };
  struct Passage;  // one request on its way through

  [[nodiscard]] Entry& entry_for(std::string_view path);
  [[nodiscard]] http::Later<http::Response> answer(Passage&);
  [[nodiscard]] std::optional<http::Response> identify(Passage&);
  [[nodiscard]] std::optional<http::Response> admit(Passage&);
  [[nodiscard]] http::Response refusal(const Passage&, std::string_view slug) const;
  void take_up_trace(Passage&);
  void tell_trace(const Passage&, int status, runtime::Time ended) const;
  void write_down(const Passage&, const http::Request&, const http::Response&);

  runtime::Runtime& runtime_;
  security::TokenVerifier& tokens_;
  const HasEnded has_ended_;
  const http::Problems& problems_;
  telemetry::Spans* spans_;  // none: no trace is recorded
  RequestLog log_;
  http::ReportDefect report_;
  std::vector<std::unique_ptr<Entry>> entries_;  // longest prefix first; the last is nobody's
  std::atomic<std::shared_ptr<RateLimiter>> per_person_, per_address_;  // none: unlimited
  telemetry::Counter& limited_people_;
  telemetry::Counter& limited_addresses_;
  telemetry::Counter& expired_tokens_;
  telemetry::Counter& invalid_tokens_;
  telemetry::Counter& ended_tokens_;
};

}  // namespace madang::gateway
