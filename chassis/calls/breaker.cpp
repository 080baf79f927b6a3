#include "chassis/calls/breaker.hpp"

#include <mutex>

#include "chassis/runtime/pauses.hpp"

namespace madang::chassis {

using runtime::Duration, runtime::Time;

// A section under the breaker's lock, which tells of the change that it made when it is over.
class Breaker::Told {
 public:
  explicit Told(Breaker& breaker)
      : breaker_{breaker}, section_{*breaker.lock_}, before_{breaker.state_} {}
  void tell() {
    const auto now = breaker_.state_;
    section_.unlock();
    if (now != before_ && breaker_.when_changed_) breaker_.when_changed_(now);
  }

 private:
  Breaker& breaker_;
  std::unique_lock<runtime::Monitor> section_;
  State before_;
};

Breaker::Pass::~Pass() {
  if (breaker_) breaker_->abandoned(era_);
}
void Breaker::Pass::tell(Outcome outcome) {
  if (auto* breaker = std::exchange(breaker_, nullptr)) breaker->told(asked_, era_, outcome);
}

Breaker::Breaker(runtime::Runtime& runtime, BreakerLimits limits,
                 std::function<void(State)> when_changed)
    : runtime_{runtime},
      limits_{limits},
      when_changed_{std::move(when_changed)},
      lock_{runtime.monitor()} {
  CHECK(limits.calls_min > 0 && limits.probes > 0, "a breaker judges by calls");
  CHECK(limits.window >= Duration{10}, "a breaker looks back");
}

std::expected<Breaker::Pass, Duration> Breaker::ask() {
  const auto now = runtime_.now();
  Told section{*this};
  notice_end_of_rest(now);
  const bool all_probing = state_ == State::half_open && probing_ >= limits_.probes;
  const bool turned_away = state_ == State::open || all_probing;
  const auto wait = state_ == State::open ? rests_until_ - now : limits_.rest;
  const auto era = era_;
  if (turned_away) ++counts_.turned_away;
  else if (state_ == State::half_open) ++probing_;
  section.tell();
  if (turned_away) return std::unexpected{wait};
  return Pass{*this, now, era};
}

void Breaker::set(BreakerLimits limits) {
  const std::unique_lock section{*lock_};
  limits_ = limits;
}

Breaker::State Breaker::state() {
  const auto now = runtime_.now();
  Told section{*this};
  notice_end_of_rest(now);
  const auto state = state_;
  section.tell();
  return state;
}

Breaker::Counts Breaker::counts() const {
  const std::unique_lock section{*lock_};
  return counts_;
}

void Breaker::told(Time asked, std::uint64_t era, Outcome outcome) {
  const auto now = runtime_.now();
  const bool failed = outcome == Outcome::failed;
  const bool slow = !failed && now - asked >= limits_.slow_after;
  Told section{*this};
  if (era == era_ && state_ == State::closed) {
    count(now, failed, slow);
    if (too_many(now)) open(now);
  } else if (era == era_ && state_ == State::half_open) {
    --probing_;
    if (failed || slow) {
      open(now);
    } else if (++probes_answered_ >= limits_.probes) {
      rest_ = {};
      steps_ = {};
      become(State::closed);
    }
  }
  section.tell();
}

void Breaker::abandoned(std::uint64_t era) noexcept {
  lock_->lock_quietly();
  if (era == era_ && state_ == State::half_open) --probing_;
  lock_->unlock();
}

std::int64_t Breaker::step_at(Time time) const {
  const auto step = limits_.window / static_cast<std::int64_t>(std::tuple_size_v<decltype(steps_)>);
  return time.time_since_epoch() / step;
}

void Breaker::count(Time now, bool failed, bool slow) {
  const auto number = step_at(now);
  auto& step = steps_[static_cast<std::size_t>(number) % steps_.size()];
  if (step.number != number) step = {.number = number};
  ++step.calls;
  step.failed += failed;
  step.slow += slow;
}

bool Breaker::too_many(Time now) const {
  const auto oldest = step_at(now) - static_cast<std::int64_t>(steps_.size()) + 1;
  std::uint32_t calls = 0, failed = 0, slow = 0;
  for (const auto& step : steps_)
    if (step.number >= oldest) {
      calls += step.calls;
      failed += step.failed;
      slow += step.slow;
    }
  return calls >= limits_.calls_min &&
         (failed >= limits_.failed_max * calls || slow >= limits_.slow_max * calls);
}

void Breaker::become(State state) {
  state_ = state;
  ++era_;
  probing_ = probes_answered_ = 0;
}

void Breaker::open(Time now) {
  become(State::open);
  rest_ = runtime::Pauses{limits_.rest, limits_.rest_max}.after(rest_, runtime_);
  rests_until_ = now + rest_;
  ++counts_.opened;
}

void Breaker::notice_end_of_rest(Time now) {
  if (state_ == State::open && now >= rests_until_) become(State::half_open);
}

}  // namespace madang::chassis
