#pragma once
// A bounded number of tasks for a bounded queue of work, and a bound for what is not done yet though it
// holds no task: the bulkhead that keeps an overloaded part of the shop from taking the others with it.
// Tasks are started when first needed and then kept.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "chassis/runtime/runtime.hpp"

namespace madang::http {

struct PoolOptions {
  std::string name = "default";
  std::size_t workers_max = 32;
  std::size_t waiting_max = 256;
  std::size_t at_once_max = 4096;  // that wait, hold a task, or have one elsewhere to answer them
};

class Workers {
 public:
  Workers(runtime::Runtime&, PoolOptions);
  // Waits until what was begun or queued has ended. After the runtime was stopped it waits for
  // nothing: join the runtime before what the work uses goes away.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // From any thread, never waiting. False: queue full, or the runtime is stopping; not taken.
  [[nodiscard]] bool try_run(std::move_only_function<void()> work);

  // One piece of work's place among those at once; given back as it goes away, from any thread.
  using Place = std::shared_ptr<void>;
  [[nodiscard]] Place take_place();  // null: there are as many as may be

  [[nodiscard]] bool is_full() const;
  [[nodiscard]] std::size_t at_once() const;
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t busy() const;
  [[nodiscard]] const std::string& name() const;

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;  // the tasks own it too
};

}  // namespace madang::http
