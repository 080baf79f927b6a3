#pragma once
#include <functional>
#include <memory>
#include <string>

#include "apps/madang/control/desk.hpp"

namespace madang::app {

// Has the running shop do it, or does it on the folder when no shop runs there; prints what was said, and
// gives the exit code. Throws Cannot when there is no such folder, or its shop is just starting or ending.
// A desk on a stopped folder is first shown what it needs beyond that, which is kept as long as the desk is.
using Introduce = std::function<std::shared_ptr<void>(Desk&, runtime::Runtime&)>;
int have_done(const std::string& data, const Question&, const Introduce& = {});

}  // namespace madang::app
