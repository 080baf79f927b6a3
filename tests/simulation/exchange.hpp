#pragma once
// What is asked of another machine, shared by who asks and who answers: either may be gone before the other.
#include "chassis/http/message.hpp"
#include "chassis/runtime/runtime.hpp"
#include <memory>
#include <optional>

namespace madang::simulation {

template <class Answer>
struct Exchange {
  explicit Exchange(runtime::Runtime& asking) : over{asking} {}
  std::optional<Answer> answer;
  runtime::Signal over;  // though there may be no answer
};
using Asked = Exchange<http::Response>;

template <class Answer>
std::shared_ptr<runtime::Signal> end_of(const std::shared_ptr<Exchange<Answer>>& exchange) {
  return {exchange, &exchange->over};
}

}  // namespace madang::simulation
