#include "chassis/http/server.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <mutex>
#include <thread>

#include "chassis/http/connection.hpp"
#include "chassis/http/listener.hpp"
#include "chassis/http/loop.hpp"

namespace madang::http {

namespace {

constexpr auto wait_for_sockets = std::chrono::milliseconds{100};
constexpr int accepted_in_a_row_max = 64;
constexpr int all_that_wait = 1 << 16;
constexpr Duration cut_off_time = std::chrono::seconds{5};

// Too many: told in one piece, as far as the socket takes it without waiting. Under TLS it would take a handshake.
void turn_away(int socket, bool speaks_tls) {
  constexpr std::string_view answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
      "Content-Length: 0\r\n\r\n";
  if (!speaks_tls) ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::close(socket);
}

// Signals are for the program's main thread; a client that went away must not end it by SIGPIPE.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

struct Server::Inside {
  using WorkGuard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  Inside(runtime::Runtime&, ServerOptions, Handler, Planner, const Problems&, telemetry::Registry&,
         ReportDefect);

  void accept_more();
  void accept_waiting(int at_most);
  void stop_accepting(Backlog);
  bool wait_for_ends(runtime::Time deadline);
  void wait_for_ends_of_those_before(runtime::Time deadline);
  void join();

  Common common;
  std::unique_ptr<Listener> listener;
  std::vector<std::shared_ptr<Loop>> loops;
  std::vector<WorkGuard> guards;
  std::unique_ptr<boost::asio::posix::stream_descriptor> acceptor;  // on the first loop
  std::unique_ptr<boost::asio::steady_timer> pause;
  std::vector<std::thread> threads;
  std::size_t next_loop = 0;
  bool accepting = true;  // under Common::ends
};

Server::Inside::Inside(runtime::Runtime& runtime, ServerOptions options, Handler handler,
                       Planner planner, const Problems& problems, telemetry::Registry& registry,
                       ReportDefect report)
    : common{runtime,  std::move(options), std::move(handler), std::move(planner),
             problems, registry,           std::move(report)} {
  const auto& socket = common.options.inherited_socket;
  listener = socket ? std::make_unique<Listener>(*socket)
                    : std::make_unique<Listener>(common.options.listen);
  const std::size_t count = common.options.io_threads != 0
                                ? common.options.io_threads
                                : std::max(1u, std::thread::hardware_concurrency());
  for (std::size_t at = 0; at < count; ++at) {
    loops.push_back(std::make_shared<Loop>(common));
    guards.emplace_back(loops.back()->context.get_executor());
  }
  // A descriptor of its own, so that whoever is given the listening socket can keep it.
  acceptor = std::make_unique<boost::asio::posix::stream_descriptor>(
      loops[0]->context, ::fcntl(listener->socket(), F_DUPFD_CLOEXEC, 0));
  pause = std::make_unique<boost::asio::steady_timer>(loops[0]->context);
}

void Server::Inside::accept_more() {
  acceptor->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                         if (!error) accept_waiting(accepted_in_a_row_max);
                       });
}

void Server::Inside::accept_waiting(int at_most) {
  while (at_most-- > 0) {
    const auto one = listener->accept();
    if (!one) break;
    if (one->socket < 0) {
      if (!acceptor->is_open()) return;
      pause->expires_after(wait_for_sockets);
      return pause->async_wait([this](const boost::system::error_code& error) {
        if (!error && acceptor->is_open()) accept_more();
      });
    }
    const auto entry = common.enter(one->address);
    if (entry == Common::Entry::refused) {
      common.metrics.turned_away.add();
      turn_away(one->socket, common.options.certificate != nullptr);
      continue;
    }
    const auto& loop = loops[next_loop++ % loops.size()];
    boost::asio::post(loop->context, [&loop = *loop, one = *one, entry]() mutable {
      loop.adopt(one.socket, std::move(one.address), entry == Common::Entry::before_draining);
    });
  }
  if (acceptor->is_open()) accept_more();
}

void Server::Inside::stop_accepting(Backlog backlog) {
  boost::system::error_code ignored;
  static_cast<void>(acceptor->close(ignored));
  pause->cancel();
  if (backlog == Backlog::serve) accept_waiting(all_that_wait);
  listener->stop();
  const std::unique_lock section{*common.ends};
  accepting = false;
  common.ends->notify_all();
}

// True when nothing is open any more.
bool Server::Inside::wait_for_ends(runtime::Time deadline) {
  try {
    const std::unique_lock section{*common.ends};
    while (accepting || common.open > 0)
      if (!common.ends->wait_until(deadline)) return !accepting && common.open == 0;
    return true;
  } catch (const runtime::Stopped&) {
    return false;
  }
}

void Server::Inside::wait_for_ends_of_those_before(runtime::Time deadline) {
  const auto now = common.runtime.now();
  deadline = std::min(deadline, now + 2 * common.options.drain_idle_time);
  try {
    const std::unique_lock section{*common.ends};
    while (common.open_before_draining > 0)
      if (!common.ends->wait_until(deadline)) return;
  } catch (const runtime::Stopped&) {
    return;  // nobody waits any more
  }
}

void Server::Inside::join() {
  for (const auto& loop : loops) loop->context.stop();
  for (auto& thread : threads) thread.join();
  threads.clear();
}

Server::Server(runtime::Runtime& runtime, ServerOptions options, Handler handler, Planner planner,
               const Problems& problems, telemetry::Registry& registry, ReportDefect report)
    : inside_{std::make_unique<Inside>(runtime, std::move(options), std::move(handler),
                                       std::move(planner), problems, registry, std::move(report))} {
}

Server::~Server() {
  drain(inside_->common.runtime.now());
  // Work still holds the loops; their connections must not outlive what they refer to.
  inside_->common.pools.clear();
}

void Server::start() {
  const NoSignals inherited_by_the_threads;
  for (const auto& loop : inside_->loops)
    inside_->threads.emplace_back([loop] { loop->context.run(); });
  boost::asio::post(inside_->loops[0]->context,
                    [inside = inside_.get()] { inside->accept_more(); });
}

bool Server::drain(runtime::Time deadline, Backlog backlog) {
  Inside& inside = *inside_;
  if (inside.threads.empty()) return true;
  inside.common.begin_draining();
  for (const auto& loop : inside.loops)
    boost::asio::post(loop->context, [loop = loop.get()] { loop->begin_draining(); });
  // Connections that rest between requests take a while to end: served meanwhile, nobody waits for that.
  if (backlog == Backlog::leave) inside.wait_for_ends_of_those_before(deadline);
  boost::asio::post(inside.loops[0]->context,
                    [&inside, backlog] { inside.stop_accepting(backlog); });
  const bool all_ended = inside.wait_for_ends(deadline);
  if (!all_ended) {
    for (const auto& loop : inside.loops)
      boost::asio::post(loop->context, [loop = loop.get()] { loop->cut_off_all(); });
    inside.wait_for_ends(inside.common.runtime.now() + cut_off_time);
  }
  inside.join();
  return all_ended;
}

std::uint16_t Server::port() const { return inside_->listener->port(); }

const std::string& Server::address() const { return inside_->listener->address(); }

int Server::listening_socket() const { return inside_->listener->socket(); }

std::size_t Server::connections() const { return inside_->common.open; }

}  // namespace madang::http
