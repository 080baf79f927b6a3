#pragma once
// Waits for an answer that comes later: for tasks that have nothing else to do meanwhile.
#include <memory>
#include <optional>

#include "chassis/ports/later.hpp"
#include "chassis/runtime/runtime.hpp"

namespace madang::runtime {

// Throws what it failed with. Never on a task that others need to answer it.
template <class T>
[[nodiscard]] T wait_for(Runtime& runtime, chassis::Later<T> later) {
  struct Come {
    explicit Come(Runtime& on) : there{on} {}
    Signal there;
    std::optional<chassis::OrFailed<T>> outcome;
  };
  // Shared with who answers: the waiting task may be stopped before.
  const auto come = std::make_shared<Come>(runtime);
  std::move(later).start(chassis::Reply<T>{[come](chassis::OrFailed<T>&& outcome) {
    come->outcome = std::move(outcome);
    come->there.raise();
  }});
  come->there.wait_beyond(0, never);
  if (!*come->outcome) std::rethrow_exception(come->outcome->error());
  return *std::move(*come->outcome);
}

}  // namespace madang::runtime
