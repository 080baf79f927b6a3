#pragma once
#include "apps/madang/control/limits.hpp"
#include "apps/madang/settings.hpp"

namespace madang::app {

enum class Place {
  free,
  of_another,  // of the program that runs the shop on this folder, if there is one (handover.hpp)
};

// Serves the shop until SIGINT, SIGTERM or a successor, then drains: what was accepted is answered. Gives the
// exit code: 0 after a drain, 3 when the shop cannot start (its folder is in use, its address is taken).
int serve(const Settings&, const SettingsWith&, Place);

}  // namespace madang::app
