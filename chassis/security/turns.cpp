#include "chassis/security/turns.hpp"

#include <mutex>

#include "chassis/ports/failures.hpp"

namespace madang::security {

Turns::Turns(runtime::Runtime& runtime, TurnLimits limits, std::string what)
    : runtime_{runtime}, limits_{limits}, what_{std::move(what)}, monitor_{runtime.monitor()} {}

void Turns::take() {
  const std::lock_guard section{*monitor_};
  if (taken_ >= limits_.at_once) wait();
  ++taken_;
}

void Turns::wait() {
  struct Waiting {
    unsigned& count;
    ~Waiting() { --count; }
  };
  if (waiting_ >= limits_.waiting) throw chassis::Unavailable{"too many wait for " + what_};
  ++waiting_;
  const Waiting counted{waiting_};
  const auto deadline = runtime_.now() + limits_.wait;
  while (taken_ >= limits_.at_once) {
    if (!monitor_->wait_until(deadline) && taken_ >= limits_.at_once) {
      throw chassis::Unavailable{what_ + " takes too long just now"};
    }
  }
}

void Turns::give_back() noexcept {
  monitor_->lock_quietly();
  --taken_;
  monitor_->notify_one();
  monitor_->unlock();
}

}  // namespace madang::security
