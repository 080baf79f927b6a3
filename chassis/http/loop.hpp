#pragma once
// What the connections of a server share: the server's parts (Common), and for each I/O thread its
// event loop. Private to the server.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chassis/http/server.hpp"
#include "chassis/telemetry/brief_lock.hpp"

namespace madang::http {

class Connection;
struct Loop;

struct ServerMetrics {
  explicit ServerMetrics(telemetry::Registry&);
  void answered(int status) { answers_[static_cast<std::size_t>(status / 100)]->add(); }

  telemetry::Counter& timed_out;
  telemetry::Counter& cut_short;
  telemetry::Counter& turned_away;
  telemetry::Counter& shaken;
  telemetry::Counter& resumed;
  telemetry::Counter& hands_refused;
  telemetry::Histogram& latency;

 private:
  std::vector<telemetry::Counter*> answers_;  // by the first digit of the status
};

// Outlives the loops.
struct Common {
  Common(runtime::Runtime&, ServerOptions, Handler, Planner, const Problems&, telemetry::Registry&,
         ReportDefect);

  enum class Entry { refused, before_draining, while_draining };
  // Whether one more connection may come from there; if so it is counted until left() is called.
  Entry enter(const std::string& address);
  void begin_draining();
  void left(const std::string& address, bool came_before_draining);

  runtime::Runtime& runtime;
  const ServerOptions options;
  const Handler handler;
  const Planner planner;
  const Problems& problems;
  const ReportDefect report;
  ServerMetrics metrics;
  std::vector<std::unique_ptr<Workers>> pools;
  std::vector<telemetry::Counter*> shed;  // of each pool
  std::vector<std::shared_ptr<void>> readings;

  std::atomic<bool> draining = false;
  std::atomic<std::uint64_t> bodies_bytes = 0;
  std::atomic<std::size_t> open = 0;
  std::atomic<std::size_t> open_before_draining = 0;  // of these, once it drains
  std::unique_ptr<runtime::Monitor> ends;             // notified as connections end while draining

 private:
  telemetry::BriefLock addresses_lock_;
  std::unordered_map<std::string, std::size_t> addresses_;
};

// Where an answer is brought that came from another thread. The loop may have gone by then.
class HomeOfLoop final : public chassis::Home {
 public:
  explicit HomeOfLoop(std::weak_ptr<Loop> loop) : loop_{std::move(loop)} {}
  void post(std::move_only_function<void()> rest) override;

 private:
  std::weak_ptr<Loop> loop_;
};

// Only its own thread touches it, save for posting to `context`.
struct Loop : std::enable_shared_from_this<Loop> {
  explicit Loop(Common&);
  ~Loop();

  void adopt(int socket, std::string address, bool came_before_draining);
  void begin_draining();
  void cut_off_all();
  void forget(Connection&);

  void look_at_clock() { now = common.runtime.now(); }
  std::string_view date();
  std::uint64_t random();
  [[nodiscard]] std::shared_ptr<chassis::Home> home();

  Common& common;
  boost::asio::io_context context{1};
  runtime::Time now = common.runtime.now();
  std::string scratch;  // what was read last; nobody keeps a view of it beyond the event

 private:
  void tick();

  std::vector<std::shared_ptr<Connection>> connections_;
  boost::asio::steady_timer timer_{context};
  bool ticking_ = false;
  std::uint64_t random_state_ = common.runtime.random();
  std::shared_ptr<chassis::Home> home_;
  std::chrono::sys_seconds date_of_{};
  std::string date_;
};

}  // namespace madang::http
