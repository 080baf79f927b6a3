#pragma once
// A request on its way, shared by who asks and who answers: either may be gone before the other.
#include "chassis/http/message.hpp"
#include "chassis/runtime/runtime.hpp"
#include <optional>

namespace madang::simulation {

struct Exchange {
  Exchange(runtime::Runtime& asking, http::Request it) : request{std::move(it)}, over{asking} {}
  http::Request request;
  std::optional<http::Response> response;
  runtime::Signal over;
};

}  // namespace madang::simulation
