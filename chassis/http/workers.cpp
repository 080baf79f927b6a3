#include "chassis/http/workers.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <utility>

namespace madang::http {

struct Workers::Pool {
  runtime::Runtime& runtime;
  PoolOptions options;
  std::unique_ptr<runtime::Monitor> monitor = runtime.monitor();
  std::deque<std::move_only_function<void()>> queue;
  std::size_t workers = 0;
  std::size_t busy = 0;
  bool closing = false;
  std::atomic<std::size_t> at_once = 0;

  // None when the pool closes and nothing is left.
  std::move_only_function<void()> next() {
    const std::unique_lock section{*monitor};
    while (queue.empty() && !closing) monitor->wait_until(runtime::never);
    if (queue.empty()) return nullptr;
    auto work = std::move(queue.front());
    queue.pop_front();
    ++busy;
    return work;
  }

  // One less, also when Stopped passes.
  struct Ended {
    Pool& pool;
    std::size_t& count;
    ~Ended() {
      pool.monitor->lock_quietly();
      --count;
      if (pool.closing) pool.monitor->notify_all();
      pool.monitor->unlock();
    }
  };

  void work() {
    const Ended worker{*this, workers};
    while (auto one = next()) {
      const Ended running{*this, busy};
      one();
      one = nullptr;
    }
  }
};

Workers::Workers(runtime::Runtime& runtime, PoolOptions options)
    : pool_{std::make_shared<Pool>(runtime, std::move(options))} {}

Workers::~Workers() {
  try {
    std::unique_lock section{*pool_->monitor};
    pool_->closing = true;
    pool_->monitor->notify_all();
    while (pool_->workers > 0) pool_->monitor->wait_until(runtime::never);
  } catch (const runtime::Stopped&) {
    // The runtime ends the tasks; the pool lives as long as the last of them.
  }
}

bool Workers::try_run(std::move_only_function<void()> work) {
  bool one_more = false;
  {
    const std::unique_lock section{*pool_->monitor};
    if (pool_->closing || pool_->queue.size() >= pool_->options.waiting_max) return false;
    pool_->queue.push_back(std::move(work));
    const std::size_t idle = pool_->workers - pool_->busy;
    one_more = idle < pool_->queue.size() && pool_->workers < pool_->options.workers_max;
    if (one_more) ++pool_->workers;
    pool_->monitor->notify_one();
  }
  if (!one_more) return true;
  try {
    pool_->runtime.spawn("http " + pool_->options.name, [pool = pool_] { pool->work(); });
  } catch (const runtime::Stopped&) {
    const std::unique_lock section{*pool_->monitor};
    --pool_->workers;
  }
  return true;
}

Workers::Place Workers::take_place() {
  if (pool_->at_once.fetch_add(1) < pool_->options.at_once_max)
    return {pool_.get(), [pool = pool_](void*) { --pool->at_once; }};
  --pool_->at_once;
  return nullptr;
}

bool Workers::is_full() const {
  if (pool_->at_once >= pool_->options.at_once_max) return true;
  const std::unique_lock section{*pool_->monitor};
  return pool_->queue.size() >= pool_->options.waiting_max;
}

std::size_t Workers::waiting() const {
  const std::unique_lock section{*pool_->monitor};
  return pool_->queue.size();
}

std::size_t Workers::at_once() const { return pool_->at_once; }

std::size_t Workers::busy() const {
  const std::unique_lock section{*pool_->monitor};
  return pool_->busy;
}

const std::string& Workers::name() const { return pool_->options.name; }

}  // namespace madang::http
