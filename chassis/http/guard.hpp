#pragma once
// Stands around every handler: whatever leaves it as an exception becomes the problem document that
// a person can do something with, so no failure within can break the connection of anyone else.
#include <functional>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/http/problem.hpp"

namespace madang::http {

// Told of each defect (not of failures that were foreseen), with what the exception says.
using ReportDefect = std::function<void(const Request&, std::string_view what)>;

// Unavailable: 503, Conflict: 409, BodyFailed: its own problem, anything else: 500 and a report.
// runtime::Stopped passes, since nobody is there any more to answer. What is passed by reference must
// stand until the answer has come.
Later<Response> guarded(const Handler&, const Request&, const Problems&, const ReportDefect&);

}  // namespace madang::http
