#pragma once
#include "apps/madang/settings.hpp"

namespace madang::app {

// Serves the shop until SIGINT or SIGTERM, then drains: what was accepted is answered. Gives the exit code:
// 0 after a drain, 3 when the shop cannot start (its folder is in use, its address is taken).
int serve(const Settings&);

}  // namespace madang::app
