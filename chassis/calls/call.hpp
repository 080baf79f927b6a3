#pragma once
// A call to another process of the shop, as gRPC has it: one message there, one back, both in protobuf's wire form,
// by the full name of a method ("madang.payment.api.v1.PaymentDesk/Pay"). Who calls and who is called see only the
// interface that is generated from the service; in one process nothing of this lies between them.
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/instant.hpp"

namespace madang::chassis {

// What goes with a call beside its message: how long the caller waits, by the clock of who reads it (two machines tell
// each other how long is left), and which trace it is of.
struct Call {
  Call(kernel::Instant until, std::string in_trace = {})
      : deadline{until}, traceparent{std::move(in_trace)} {}

  kernel::Instant deadline;
  std::string traceparent;  // W3C trace context; empty: none
};

// From a task, which waits for the answer, until the deadline at the latest. Throws Unavailable when none comes, for
// whatever reason: then it may have been carried out, may still be, or never was.
using Calls =
    std::function<std::string(std::string_view method, const std::string& message, const Call&)>;

}  // namespace madang::chassis
