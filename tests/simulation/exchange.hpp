#pragma once
// A request on its way, shared by who asks and who answers: either may be gone before the other.
#include "tests/simulation/world.hpp"

namespace madang::simulation {

struct World::Exchange {
  Exchange(runtime::Runtime& asking, http::Request it) : request{std::move(it)}, over{asking} {}
  http::Request request;
  std::optional<http::Response> response;
  runtime::Signal over;
};

}  // namespace madang::simulation
