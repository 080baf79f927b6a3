#pragma once
// The only source of time, chance and concurrency. Everything above it is plain synchronous C++ and
// runs unchanged on threads (production) and on the simulator (tests, from one seed).
//
// Mailbox, Mutex and Signal are written once, on Monitor; an implementation of the runtime brings
// only the virtual functions of Runtime and Monitor.
//
// Stopping: once a process is stopped or killed, every call that one of its tasks makes here throws
// Stopped, except those marked noexcept. Threads that are no tasks of a runtime (the I/O threads of
// http) may talk to its mailboxes at any time, and meet Stopped only where they would wait.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/check.hpp"

namespace madang::runtime {

using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;
inline constexpr Time never = Time::max();

// Leaves every call of a stopped task, and ends the task. Deliberately no std::exception: only the
// runtime catches it. Destructors run as it passes, so a destructor must not block, and in a killed
// simulated process it no longer reaches disk or network.
struct Stopped {};

// A lock with a condition. Sections are short and never block, except in wait_until.
class Monitor {
 public:
  virtual ~Monitor() = default;
  virtual void lock() = 0;                   // scheduling point
  virtual void lock_quietly() noexcept = 0;  // for destructors: neither yields nor throws
  virtual void unlock() noexcept = 0;
  // Gives the lock up, waits, and has it again when it returns or throws. May wake for nothing, so
  // look again. False: the deadline, a reading of the clock of this monitor's process, has passed.
  virtual bool wait_until(Time deadline) = 0;
  virtual void notify_one() noexcept = 0;
  virtual void notify_all() noexcept = 0;
};

class Runtime {
 public:
  virtual ~Runtime() = default;

  // Wall-clock time that never steps while the process runs.
  virtual Time now() = 0;
  // How far the machine's wall clock has moved away from now() since the process began. A minute
  // or more means that somebody set the clock: the process is to become unready and raise an alarm.
  virtual Duration wall_clock_departure() = 0;
  virtual void sleep_until(Time due) = 0;

  // For jitter and sampling; guessable. Secrets, nonces and ids come from fill_random.
  virtual std::uint64_t random() = 0;
  virtual void fill_random(std::span<std::byte> bytes) = 0;

  // An exception other than Stopped out of a task is a defect and ends the program.
  virtual void spawn(std::string name, std::function<void()> task) = 0;
  virtual std::unique_ptr<Monitor> monitor() = 0;
  // Ends the process at once, as after a failed fsync. Whoever supervises it starts it again.
  [[noreturn]] virtual void stop_process(std::string_view why) = 0;

  void sleep(Duration time) { sleep_until(now() + time); }
  std::uint64_t random_below(std::uint64_t limit) { return random() % limit; }
};

// Items from many tasks to one or more; bounded, so that a slow receiver is felt by its senders.
template <class Item>
class Mailbox {
 public:
  Mailbox(Runtime& runtime, std::size_t capacity)
      : monitor_{runtime.monitor()}, capacity_{capacity} {
    CHECK(capacity > 0, "a mailbox holds at least one item");
  }

  // False when it is full: the item is untouched, and the sender says so to whoever asked.
  [[nodiscard]] bool try_push(Item&& item) {
    const std::unique_lock section{*monitor_};
    if (items_.size() >= capacity_) return false;
    put(std::move(item));
    return true;
  }
  // Waits while it is full.
  void push(Item item) {
    const std::unique_lock section{*monitor_};
    while (items_.size() >= capacity_) {
      ++waiting_senders_;
      const Leaving leaving{waiting_senders_};
      monitor_->wait_until(never);
    }
    put(std::move(item));
  }

  std::optional<Item> receive_until(Time deadline) {
    const std::unique_lock section{*monitor_};
    if (!await_item(deadline)) return std::nullopt;
    return take();
  }
  Item receive() {
    const std::unique_lock section{*monitor_};
    await_item(never);
    return take();
  }
  // Waits for the first item, then takes what is there, at most `max`, in order of arrival.
  // Empty only when the deadline has passed.
  std::vector<Item> drain_until(std::size_t max, Time deadline) {
    const std::unique_lock section{*monitor_};
    std::vector<Item> taken;
    if (!await_item(deadline)) return taken;
    const auto count = std::min(max, items_.size());
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(count);
    taken.assign(std::make_move_iterator(items_.begin()), std::make_move_iterator(end));
    items_.erase(items_.begin(), end);
    monitor_->notify_all();
    return taken;
  }
  std::vector<Item> drain(std::size_t max) { return drain_until(max, never); }

  [[nodiscard]] std::size_t size() const {
    const std::unique_lock section{*monitor_};
    return items_.size();
  }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  struct Leaving {
    std::size_t& count;
    ~Leaving() { --count; }
  };

  bool await_item(Time deadline) {
    while (items_.empty()) {
      ++waiting_receivers_;
      const Leaving leaving{waiting_receivers_};
      if (!monitor_->wait_until(deadline) && items_.empty()) return false;
    }
    return true;
  }
  void put(Item&& item) {
    items_.push_back(std::move(item));
    wake_one(waiting_senders_);
  }
  Item take() {
    Item item = std::move(items_.front());
    items_.pop_front();
    wake_one(waiting_receivers_);
    return item;
  }
  // Senders and receivers wait on one condition, so waking one is enough only while nobody of the
  // own kind waits who could swallow the notice.
  void wake_one(std::size_t own_kind_waiting) {
    if (own_kind_waiting == 0) monitor_->notify_one();
    else monitor_->notify_all();
  }

  std::unique_ptr<Monitor> monitor_;
  std::size_t capacity_;
  std::size_t waiting_senders_ = 0;
  std::size_t waiting_receivers_ = 0;
  std::deque<Item> items_;
};

// A lock that may be held across blocking calls.
class Mutex {
 public:
  explicit Mutex(Runtime& runtime) : monitor_{runtime.monitor()} {}
  void lock() {
    const std::unique_lock section{*monitor_};
    while (held_) monitor_->wait_until(never);
    held_ = true;
  }
  void unlock() noexcept {
    monitor_->lock_quietly();
    held_ = false;
    monitor_->notify_one();
    monitor_->unlock();
  }

 private:
  std::unique_ptr<Monitor> monitor_;
  bool held_ = false;
};

// A count that only rises, such as the position of a log; a waiter names the count it has seen, so
// no wake-up is ever lost.
class Signal {
 public:
  explicit Signal(Runtime& runtime) : monitor_{runtime.monitor()} {}
  void raise() { raise_to(0, 1); }
  void raise_to(std::uint64_t count) { raise_to(count, 0); }
  // Returns the count at once when it is beyond `seen`, else when it is, or at the deadline.
  std::uint64_t wait_beyond(std::uint64_t seen, Time deadline) {
    const std::unique_lock section{*monitor_};
    while (count_ <= seen)
      if (!monitor_->wait_until(deadline)) break;
    return count_;
  }
  [[nodiscard]] std::uint64_t count() const {
    const std::unique_lock section{*monitor_};
    return count_;
  }

 private:
  void raise_to(std::uint64_t least, std::uint64_t more) {
    const std::unique_lock section{*monitor_};
    const auto risen = std::max(least, count_ + more);
    if (risen == count_) return;
    count_ = risen;
    monitor_->notify_all();
  }

  std::unique_ptr<Monitor> monitor_;
  std::uint64_t count_ = 0;
};

}  // namespace madang::runtime
