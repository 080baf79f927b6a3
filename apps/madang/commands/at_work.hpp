#pragma once
#include <string>

#include "apps/madang/control/desk.hpp"

namespace madang::app {

// Has the running shop do it, or does it on the folder when no shop runs there; prints what was said, and
// gives the exit code. Throws Cannot when there is no such folder, or its shop is just starting or ending.
int have_done(const std::string& data, const Question&);

}  // namespace madang::app
