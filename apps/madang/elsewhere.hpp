#pragma once
// The shop's other processes, as one that holds only some of the shop's parts reaches them: by the contexts that they
// hold. Adapters fill it: HTTP and gRPC where processes are on machines, a simulated network in the simulator.
#include <functional>
#include <string>
#include <string_view>

#include "chassis/calls/call.hpp"
#include "chassis/http/message.hpp"

namespace madang::app {

struct Elsewhere {
  // A person's request, from the gateway, with the headers of its principal and its trace: to Shop::serve there. Its
  // deadline goes along. Content that is part of a file there comes as bytes, for as long as its `keep_going` says.
  // Throws Unavailable, or answers so, when nothing comes.
  std::function<http::Later<http::Response>(const std::string& context, const http::Request&)>
      serve{};
  // A call: to Shop::answer_call there. Throws what chassis::Calls throws; also when answering threw, whatever it was.
  std::function<std::string(const std::string& context, std::string_view method,
                            const std::string& message, const chassis::Call&)>
      call{};
};

}  // namespace madang::app
