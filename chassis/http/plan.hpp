#pragma once
// How the server runs a request; decided by its method and path alone, before its body is read.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "chassis/http/message.hpp"

namespace madang::http {

struct Plan {
  enum class Run {
    in_pool,
    quick,  // on the I/O thread itself: only what neither waits nor takes more than microseconds
  };
  enum class Body { whole, streamed };  // a streamed one is always run in a pool

  Run run = Run::in_pool;
  Body body = Body::whole;
  std::size_t pool = 0;                           // in the order of ServerOptions::pools
  std::optional<std::uint64_t> body_bytes_max{};  // none: the server's own
  std::optional<std::chrono::microseconds> time_max{};
};

// HEAD comes as get. Called on I/O threads, several at once; must not throw.
using Planner = std::function<Plan(Method, std::string_view path)>;

}  // namespace madang::http
