#pragma once
// A circuit breaker: when too many calls to a neighbour fail or are slow, nobody is sent there for a
// while and everybody is told so at once; then a few try it, and when it answers them all go again.
//
//   closed ── too many failed or slow ──> open ── its rest is over ──> half_open ── probes answered ──> closed
//                                          ^                              │
//                                          └──── a probe failed or was slow: a longer rest ────┘
//
//   auto pass = breaker.ask();
//   if (!pass) return come_back_in(pass.error());
//   const auto answer = neighbour.call();
//   pass->tell(answer ? Breaker::Outcome::answered : Breaker::Outcome::failed);
//
// Any thread. Time is the runtime's. Nothing runs in the background: a rest that is over is noticed by
// whoever asks next.
#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>

#include "chassis/runtime/runtime.hpp"

namespace madang::chassis {

struct BreakerLimits {
  runtime::Duration window = std::chrono::seconds{30};  // what is looked back at, in ten steps
  std::uint32_t calls_min = 10;                         // fewer in the window say nothing
  double failed_max = 0.5;                              // of the calls in the window
  double slow_max = 0.5;  // likewise; a failed call is not slow besides
  runtime::Duration slow_after = std::chrono::seconds{4};
  runtime::Duration rest =
      std::chrono::seconds{5};  // at least; up to three times as long, by chance, and
  runtime::Duration rest_max =
      std::chrono::seconds{60};  // longer each time that a probe fails, until this
  std::uint32_t probes = 3;      // at once, and as many must be answered before it closes
};

class Breaker {
 public:
  enum class State : std::uint8_t { closed, half_open, open };
  enum class Outcome : std::uint8_t { answered, failed };
  struct Counts {
    std::uint64_t opened = 0, turned_away = 0;
  };

  // Leave to call once. Destroyed untold, the call says nothing about the neighbour.
  class Pass {
   public:
    Pass(Pass&& other) noexcept
        : breaker_{std::exchange(other.breaker_, nullptr)},
          asked_{other.asked_},
          era_{other.era_} {}
    Pass& operator=(Pass&&) = delete;
    ~Pass();
    void tell(Outcome);

   private:
    friend class Breaker;
    Pass(Breaker& breaker, runtime::Time asked, std::uint64_t era)
        : breaker_{&breaker}, asked_{asked}, era_{era} {}
    Breaker* breaker_;
    runtime::Time asked_;
    std::uint64_t era_;
  };

  // `when_changed` is called after each change, in the task that brought it about and under no lock, so
  // that two changes may be told in either order; it must outlast no Pass.
  explicit Breaker(runtime::Runtime&, BreakerLimits = {},
                   std::function<void(State)> when_changed = {});

  // Leave to call, or after how long to ask again.
  [[nodiscard]] std::expected<Pass, runtime::Duration> ask();
  // From the next call on; a rest that has begun is not made shorter.
  void set(BreakerLimits);
  [[nodiscard]] State state();
  [[nodiscard]] Counts counts() const;

 private:
  struct Step {
    std::int64_t number = -1;  // of all steps of time; another one's content is over
    std::uint32_t calls = 0, failed = 0, slow = 0;
  };
  class Told;

  void told(runtime::Time asked, std::uint64_t era, Outcome);
  void abandoned(std::uint64_t era) noexcept;
  void count(runtime::Time now, bool failed, bool slow);
  [[nodiscard]] bool too_many(runtime::Time now) const;
  void become(State);
  void open(runtime::Time now);
  void notice_end_of_rest(runtime::Time now);
  [[nodiscard]] std::int64_t step_at(runtime::Time) const;

  runtime::Runtime& runtime_;
  BreakerLimits limits_;
  const std::function<void(State)> when_changed_;
  std::unique_ptr<runtime::Monitor> lock_;
  State state_ = State::closed;
  std::uint64_t era_ = 0;  // of this state: what was asked in another says nothing about now
  std::array<Step, 10> steps_{};
  runtime::Duration rest_{};  // the one before, while probes fail
  runtime::Time rests_until_{};
  std::uint32_t probing_ = 0, probes_answered_ = 0;
  Counts counts_;
};

}  // namespace madang::chassis
