#pragma once
// The production runtime: a task is a named thread, chance and secrets are the kernel's. One Threads
// object is one "process", of which a test may have several: stop() lets every call of its tasks throw
// Stopped, and the destructor joins them.
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "chassis/runtime/runtime.hpp"

namespace madang::runtime {

class Threads final : public Runtime {
 public:
  Threads();  // random() starts from the kernel's randomness
  explicit Threads(std::uint64_t seed);
  ~Threads() override;

  Time now() override;
  Duration wall_clock_departure() override;
  void sleep_until(Time due) override;
  std::uint64_t random() override;
  void fill_random(std::span<std::byte> bytes) override;
  void spawn(std::string name, std::function<void()> task) override;  // throws Stopped
  std::unique_ptr<Monitor> monitor() override;
  // Writes why to stderr and ends the program with exit code 70, running no destructor: what is in
  // memory is no longer to be believed.
  [[noreturn]] void stop_process(std::string_view why) override;

  void stop();  // from any thread; returns at once
  void join();  // until the last task has ended; never from a task
  [[nodiscard]] bool stopped() const { return stopped_; }

  // For tests: stop_process calls this instead, stops this object only and throws Stopped.
  // Set it before the first spawn.
  std::function<void(std::string_view why)> on_stop_process;

 private:
  class ThreadMonitor;
  struct Gate;
  struct Task;

  void reap_finished();
  void throw_if_stopped_task() const;

  std::mutex lock_;  // guards chance_, gates_, tasks_
  std::mt19937_64 chance_;
  std::set<std::shared_ptr<Gate>> gates_;
  std::list<Task> tasks_;
  std::atomic<bool> stopped_ = false;
  std::unique_ptr<Monitor> sleepers_;
};

}  // namespace madang::runtime
