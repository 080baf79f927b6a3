#pragma once
// A runtime for tests of what never waits: one thread, a clock that stands until the test moves it,
// and chance from a seed. Waiting, sleeping and spawning are defects of the test and throw.
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>

#include "chassis/runtime/runtime.hpp"

namespace madang::security::testing {

class StillRuntime final : public runtime::Runtime {
 public:
  explicit StillRuntime(std::uint64_t seed = 1) : chance_{seed} {}

  void move_to(runtime::Time time) { now_ = time; }
  void move_on(runtime::Duration time) { now_ += time; }

  runtime::Time now() override { return now_; }
  runtime::Duration wall_clock_departure() override { return {}; }
  void sleep_until(runtime::Time) override { throw std::logic_error{"this runtime stands still"}; }
  std::uint64_t random() override { return chance_(); }
  void fill_random(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::byte>(chance_() & 255U);
  }
  void spawn(std::string, std::function<void()>) override {
    throw std::logic_error{"this runtime stands still"};
  }
  std::unique_ptr<runtime::Monitor> monitor() override { return std::make_unique<Unshared>(); }
  [[noreturn]] void stop_process(std::string_view why) override {
    throw std::runtime_error{std::string{why}};
  }

 private:
  class Unshared final : public runtime::Monitor {
   public:
    void lock() override {
      if (locked_) throw std::logic_error{"locked twice by the only thread there is"};
      locked_ = true;
    }
    void lock_quietly() noexcept override { locked_ = true; }
    void unlock() noexcept override { locked_ = false; }
    bool wait_until(runtime::Time) override { throw std::logic_error{"this runtime stands still"}; }
    void notify_one() noexcept override {}
    void notify_all() noexcept override {}

   private:
    bool locked_ = false;
  };

  std::mt19937_64 chance_;
  runtime::Time now_{std::chrono::sys_days{std::chrono::July / 15 / 2026}};
};

}  // namespace madang::security::testing
