#pragma once
// Waits for an answer that comes later: for tasks that have nothing else to do meanwhile.
#include <memory>
#include <mutex>
#include <optional>

#include "chassis/ports/later.hpp"
#include "chassis/runtime/runtime.hpp"

namespace madang::runtime {

// Throws what it failed with. Never on a task that others need to answer it.
template <class T>
[[nodiscard]] T wait_for(Runtime& runtime, chassis::Later<T> later) {
  struct Come {
    explicit Come(Runtime& on) : changing{on.monitor()} {}
    std::unique_ptr<Monitor> changing;
    std::optional<chassis::OrFailed<T>> outcome;
  };
  // Shared with who answers: the waiting task may be stopped before.
  const auto come = std::make_shared<Come>(runtime);
  // Quietly: a task that is being stopped drops its replies, and a destructor must not throw.
  std::move(later).start(chassis::Reply<T>{[come](chassis::OrFailed<T>&& outcome) {
    come->changing->lock_quietly();
    come->outcome = std::move(outcome);
    come->changing->notify_all();
    come->changing->unlock();
  }});
  const std::unique_lock section{*come->changing};
  while (!come->outcome) come->changing->wait_until(never);
  if (!*come->outcome) std::rethrow_exception(come->outcome->error());
  return *std::move(*come->outcome);
}

}  // namespace madang::runtime
