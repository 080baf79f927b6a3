#include "chassis/telemetry/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <mutex>
#include <string_view>

namespace madang::telemetry {

namespace {

constexpr int poll_ms = 100;
constexpr int polls_at_the_end = 10;
constexpr std::size_t piece_bytes = 4096;  // PIPE_BUF: what a writable pipe takes without blocking

}  // namespace

struct LogWriter::Queue {
  runtime::Runtime& runtime;
  int descriptor;
  Counter& dropped;
  std::size_t waiting_max;
  std::unique_ptr<runtime::Monitor> monitor = runtime.monitor();
  std::deque<std::string> waiting{};
  std::string current{};  // being written; the task's, and after its end the destructor's
  bool closing = false;
  bool ended = false;

  // Gathers what waits into `current`; false when there is nothing.
  bool gather() {
    for (auto& line : waiting) (current += line) += '\n';
    waiting.clear();
    return !current.empty();
  }

  // One piece of `current`, if the descriptor takes it within a moment.
  void write_piece() {
    pollfd one{descriptor, POLLOUT, 0};
    if (::poll(&one, 1, poll_ms) <= 0) return;
    const ssize_t count =
        ::write(descriptor, current.data(), std::min(current.size(), piece_bytes));
    if (count > 0) current.erase(0, static_cast<std::size_t>(count));
    else if (errno != EINTR && errno != EAGAIN) current.clear();  // nobody reads any more
  }

  void work() {
    struct Ended {
      Queue& queue;
      ~Ended() {
        queue.monitor->lock_quietly();
        queue.ended = true;
        queue.monitor->notify_all();
        queue.monitor->unlock();
      }
    };
    const Ended at_the_end{*this};
    while (true) {
      {
        const std::unique_lock section{*monitor};
        while (waiting.empty() && !closing) monitor->wait_until(runtime::never);
        if (closing) return;
        gather();
      }
      while (!current.empty()) {
        write_piece();
        const std::unique_lock section{*monitor};  // a look at whether the process stops
        if (closing) return;
      }
    }
  }
};

LogWriter::LogWriter(runtime::Runtime& runtime, int descriptor, Registry& registry,
                     std::size_t waiting_max)
    : queue_{std::make_shared<Queue>(
          runtime, descriptor,
          registry.counter("madang_log_dropped_total", "Lines of the log that found no room."),
          waiting_max)} {
  runtime.spawn("log", [queue = queue_] { queue->work(); });
}

LogWriter::~LogWriter() {
  try {
    const std::unique_lock section{*queue_->monitor};
    queue_->closing = true;
    queue_->monitor->notify_all();
    while (!queue_->ended) queue_->monitor->wait_until(runtime::never);
  } catch (const runtime::Stopped&) {
    // The task ends by itself, but perhaps not yet.
    queue_->monitor->lock_quietly();
    const bool ended = queue_->ended;
    queue_->monitor->unlock();
    if (!ended) return;
  }
  queue_->gather();
  for (int polls = 0; !queue_->current.empty() && polls < polls_at_the_end;) {
    const std::size_t before = queue_->current.size();
    queue_->write_piece();
    if (queue_->current.size() == before) ++polls;
  }
}

void LogWriter::write(std::string line) noexcept {
  queue_->monitor->lock_quietly();
  const bool has_room = queue_->waiting.size() < queue_->waiting_max;
  if (has_room) queue_->waiting.push_back(std::move(line));
  queue_->monitor->notify_all();
  queue_->monitor->unlock();
  if (!has_room) queue_->dropped.add();
}

}  // namespace madang::telemetry
