#include "chassis/runtime/threads.hpp"

#include <pthread.h>
#include <sys/random.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace madang::runtime {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

// The wall clock as it stood when the program began, carried on by the monotonic clock.
struct Clock {
  system_clock::time_point wall = system_clock::now();
  steady_clock::time_point start = steady_clock::now();
};

const Clock& clock() {
  static const Clock one;
  return one;
}

void fill_from_kernel(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CHECK(got > 0, "the kernel gives randomness");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::uint64_t seed_from_kernel() {
  std::uint64_t seed = 0;
  fill_from_kernel(std::as_writable_bytes(std::span{&seed, 1}));
  return seed;
}

// Whose task the calling thread is; null for threads that came from elsewhere.
thread_local const Threads* task_of = nullptr;

// A wait this long begins again, so that no far deadline overflows the kernel's nanoseconds.
constexpr Duration wait_max = std::chrono::hours{1};

}  // namespace

// What a monitor waits on. Shared with stop(), which must reach it without holding the runtime's lock:
// a monitor may be made or destroyed within another one's section.
struct Threads::Gate {
  std::mutex mutex;
  std::condition_variable changed;
};

struct Threads::Task {
  std::thread thread;
  std::atomic<bool> finished = false;
};

class Threads::ThreadMonitor final : public Monitor {
 public:
  explicit ThreadMonitor(Threads& runtime) : runtime_{runtime} {
    const std::lock_guard guard{runtime_.lock_};
    runtime_.gates_.insert(gate_);
  }
  ~ThreadMonitor() override {
    const std::lock_guard guard{runtime_.lock_};
    runtime_.gates_.erase(gate_);
  }
  ThreadMonitor(const ThreadMonitor&) = delete;
  ThreadMonitor& operator=(const ThreadMonitor&) = delete;

  void lock() override {
    runtime_.throw_if_stopped_task();
    gate_->mutex.lock();
  }
  void lock_quietly() noexcept override { gate_->mutex.lock(); }
  void unlock() noexcept override { gate_->mutex.unlock(); }

  bool wait_until(Time deadline) override {
    if (runtime_.stopped_) throw Stopped{};
    const auto now = runtime_.now();
    if (deadline <= now) return false;
    std::unique_lock held{gate_->mutex, std::adopt_lock};
    if (deadline == never) gate_->changed.wait(held);
    else  // relative, on the monotonic clock: a wall clock that is set moves no deadline
      gate_->changed.wait_for(held, std::min(deadline - now, wait_max));
    held.release();
    if (runtime_.stopped_) throw Stopped{};
    return deadline == never || runtime_.now() < deadline;
  }
  void notify_one() noexcept override { gate_->changed.notify_one(); }
  void notify_all() noexcept override { gate_->changed.notify_all(); }

 private:
  Threads& runtime_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

Threads::Threads() : Threads{seed_from_kernel()} {}

Threads::Threads(std::uint64_t seed) : chance_{seed}, sleepers_{monitor()} { clock(); }

Threads::~Threads() {
  stop();
  join();
}

Time Threads::now() {
  const auto& began = clock();
  return std::chrono::time_point_cast<Duration>(began.wall + (steady_clock::now() - began.start));
}

Duration Threads::wall_clock_departure() {
  return std::chrono::time_point_cast<Duration>(system_clock::now()) - now();
}

void Threads::sleep_until(Time due) {
  const std::unique_lock section{*sleepers_};
  while (now() < due) sleepers_->wait_until(due);
}

std::uint64_t Threads::random() {
  const std::lock_guard guard{lock_};
  return chance_();
}

void Threads::fill_random(std::span<std::byte> bytes) { fill_from_kernel(bytes); }

void Threads::spawn(std::string name, std::function<void()> task) {
  reap_finished();
  const std::lock_guard guard{lock_};
  if (stopped_) throw Stopped{};
  std::list<Task> one(1);
  one.front().thread = std::thread{[this, &finished = one.front().finished, name = std::move(name),
                                    task = std::move(task)]() mutable {
    name.resize(std::min<std::size_t>(name.size(), 15));  // pthread_setname_np(3)
    ::pthread_setname_np(::pthread_self(), name.c_str());
    task_of = this;
    try {
      task();
    } catch (const Stopped&) {
    }
    task = nullptr;  // what the task owned dies in its own thread
    finished = true;
  }};
  tasks_.splice(tasks_.end(), one);
}

std::unique_ptr<Monitor> Threads::monitor() { return std::make_unique<ThreadMonitor>(*this); }

void Threads::stop_process(std::string_view why) {
  if (on_stop_process) {
    on_stop_process(why);
    stop();
    throw Stopped{};
  }
  std::fprintf(stderr, "process stops: %.*s\n", static_cast<int>(why.size()), why.data());
  std::_Exit(70);
}

void Threads::stop() {
  stopped_ = true;
  std::set<std::shared_ptr<Gate>> gates;
  {
    const std::lock_guard guard{lock_};
    gates = gates_;
  }
  for (const auto& gate : gates) {
    // Under its lock no waiter is between its look at stopped_ and its wait.
    const std::lock_guard guard{gate->mutex};
    gate->changed.notify_all();
  }
}

void Threads::join() {
  while (true) {
    std::list<Task> tasks;
    {
      const std::lock_guard guard{lock_};
      tasks.swap(tasks_);
    }
    if (tasks.empty()) return;
    for (auto& task : tasks) task.thread.join();
  }
}

void Threads::reap_finished() {
  std::list<Task> finished;
  {
    const std::lock_guard guard{lock_};
    for (auto task = tasks_.begin(); task != tasks_.end();) {
      const auto next = std::next(task);
      if (task->finished) finished.splice(finished.end(), tasks_, task);
      task = next;
    }
  }
  for (auto& task : finished) task.thread.join();
}

void Threads::throw_if_stopped_task() const {
  if (stopped_ && task_of == this) throw Stopped{};
}

}  // namespace madang::runtime
