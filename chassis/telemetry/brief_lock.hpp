#pragma once
// A lock for sections of a few instructions that never call out and never wait. It may be taken by
// tasks and I/O threads alike, and since nobody is suspended inside, the simulator need not know it.
#include <atomic>

namespace madang::telemetry {

class BriefLock {
 public:
  void lock() noexcept {
    while (taken_.test_and_set(std::memory_order_acquire)) taken_.wait(true);
  }
  void unlock() noexcept {
    taken_.clear(std::memory_order_release);
    taken_.notify_one();
  }

 private:
  std::atomic_flag taken_;
};

}  // namespace madang::telemetry
