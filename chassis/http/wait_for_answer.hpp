#pragma once
// Asks a handler from a task that waits for the answer. The request stays where it is until it is answered, as
// handlers may expect, though the task that asked is stopped before.
#include "chassis/http/message.hpp"
#include "chassis/runtime/wait_for.hpp"
#include <memory>
#include <utility>

namespace madang::http {

inline Response wait_for_answer(runtime::Runtime& runtime, const Handler& handler,
                                Request request) {
  const auto kept = std::make_shared<const Request>(std::move(request));
  return runtime::wait_for(
      runtime, handler(*kept).then([kept](Response&& response) { return std::move(response); }));
}

}  // namespace madang::http
