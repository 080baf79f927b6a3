#include "chassis/http/loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <mutex>

#include "chassis/http/connection.hpp"
#include "chassis/http/outgoing.hpp"

namespace madang::http {

namespace {

// How late a limit of time may be noticed. One timer and one pass for all connections of a loop: a
// timer for each request would cost more than the request.
constexpr auto tick_time = std::chrono::milliseconds{100};
constexpr std::size_t scratch_bytes = 64 * 1024;

telemetry::Counter& handshakes(telemetry::Registry& registry, std::string outcome) {
  return registry.counter("madang_tls_handshakes_total", "Beginnings of TLS, by what came of them.",
                          {{"outcome", std::move(outcome)}});
}

}  // namespace

ServerMetrics::ServerMetrics(telemetry::Registry& registry)
    : timed_out{registry.counter("madang_http_timed_out_total", "Requests that took too long.")},
      cut_short{registry.counter("madang_http_cut_short_total",
                                 "Connections that ended before their answer did.")},
      turned_away{registry.counter("madang_http_turned_away_total",
                                   "Connections beyond the limit of connections.")},
      shaken{handshakes(registry, "full")},
      resumed{handshakes(registry, "resumed")},
      hands_refused{handshakes(registry, "refused")},
      latency{registry.histogram("madang_http_request_seconds",
                                 "From the end of the head to the last byte of the answer.")} {
  for (const auto* status : {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"})
    answers_.push_back(&registry.counter("madang_http_answers_total", "Answers, by kind of status.",
                                         {{"status", status}}));
}

Common::Common(runtime::Runtime& its_runtime, ServerOptions its_options, Handler its_handler,
               Planner its_planner, const Problems& its_problems, telemetry::Registry& registry,
               ReportDefect its_report)
    : runtime{its_runtime},
      options{std::move(its_options)},
      handler{std::move(its_handler)},
      planner{std::move(its_planner)},
      problems{its_problems},
      report{std::move(its_report)},
      metrics{registry},
      ends{its_runtime.monitor()} {
  for (const PoolOptions& pool : options.pools) {
    pools.push_back(std::make_unique<Workers>(runtime, pool));
    const Workers& workers = *pools.back();
    readings.push_back(registry.gauge_from(
        "madang_http_pool_waiting", "Requests in the queue of a pool.", {{"pool", pool.name}},
        [&workers] { return static_cast<double>(workers.waiting()); }));
    readings.push_back(registry.gauge_from(
        "madang_http_pool_busy", "Requests that a pool is at.", {{"pool", pool.name}},
        [&workers] { return static_cast<double>(workers.busy()); }));
    readings.push_back(registry.gauge_from(
        "madang_http_pool_at_once", "Requests of a pool that are not answered yet.",
        {{"pool", pool.name}}, [&workers] { return static_cast<double>(workers.at_once()); }));
    shed.push_back(&registry.counter("madang_http_shed_total",
                                     "Requests answered 503 unread: their pool has too many.",
                                     {{"pool", pool.name}}));
  }
  readings.push_back(registry.gauge_from("madang_http_connections", "Open connections.", {},
                                         [this] { return static_cast<double>(open.load()); }));
}

Common::Entry Common::enter(const std::string& address) {
  const std::lock_guard section{addresses_lock_};
  if (open >= options.connections_max) return Entry::refused;
  std::size_t& from_there = addresses_[address];
  if (from_there >= options.connections_per_address_max) return Entry::refused;
  ++from_there;
  ++open;
  return draining ? Entry::while_draining : Entry::before_draining;
}

// Under the lock of those that come and go, so that each is on one side of this moment.
void Common::begin_draining() {
  const std::lock_guard section{addresses_lock_};
  open_before_draining = open.load();
  draining = true;
}

void Common::left(const std::string& address, bool came_before_draining) {
  {
    const std::lock_guard section{addresses_lock_};
    const auto known = addresses_.find(address);
    if (--known->second == 0) addresses_.erase(known);
    --open;
    if (!draining) return;
    if (came_before_draining) --open_before_draining;
  }
  ends->lock_quietly();
  ends->notify_all();
  ends->unlock();
}

Loop::Loop(Common& its_common) : common{its_common}, scratch(scratch_bytes, '\0') {}

Loop::~Loop() { cut_off_all(); }

void HomeOfLoop::post(std::move_only_function<void()> rest) {
  if (const auto loop = loop_.lock()) boost::asio::post(loop->context, std::move(rest));
}

std::shared_ptr<chassis::Home> Loop::home() {
  if (!home_) home_ = std::make_shared<HomeOfLoop>(weak_from_this());
  return home_;
}

void Loop::adopt(int socket, std::string address, bool came_before_draining) {
  look_at_clock();
  connections_.push_back(
      std::make_shared<Connection>(*this, socket, std::move(address), came_before_draining));
  connections_.back()->place = connections_.size() - 1;
  connections_.back()->start();
  if (!ticking_) tick();
}

void Loop::begin_draining() {
  look_at_clock();
  for (const auto& connection : connections_) connection->begin_draining();
}

void Loop::cut_off_all() {
  while (!connections_.empty()) std::shared_ptr {
      connections_.back()
    } -> cut_off();
}

void Loop::forget(Connection& connection) {
  const std::size_t place = connection.place;
  std::swap(connections_[place], connections_.back());
  connections_[place]->place = place;
  connections_.pop_back();
}

void Loop::tick() {
  look_at_clock();
  // From the back: one that ends is replaced by one that had its turn.
  for (std::size_t at = connections_.size(); at > 0; --at) std::shared_ptr {
      connections_[at - 1]
    } -> tick();
  ticking_ = !connections_.empty();
  if (!ticking_) return;
  timer_.expires_after(tick_time);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

std::string_view Loop::date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != date_of_) {
    date_of_ = second;
    date_ = http_date(second);
  }
  return date_;
}

// SplitMix64: ids of traces must be unlike each other, not unguessable.
std::uint64_t Loop::random() {
  std::uint64_t mixed = random_state_ += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

}  // namespace madang::http
