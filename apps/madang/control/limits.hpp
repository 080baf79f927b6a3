#pragma once
// Limits that operators have changed while the shop runs. What is in force is what the acts of identity's journal say
// last of each, above flags and all else: so it outlasts the process and goes with a backup.
#include <functional>
#include <vector>

#include "apps/madang/options.hpp"
#include "apps/madang/settings.hpp"
#include "chassis/journal/event.hpp"

namespace madang::app {

inline constexpr std::string_view limit_set = "set a limit", limit_dropped = "dropped a limit";

// Of an act's `about`, NAME=VALUE or NAME alone; each change with who made it, and when.
Changes limits_changed(const std::vector<chassis::Act>&);

// What is in force with these changes. Throws NotUnderstood when that makes no sense.
using SettingsWith = std::function<Settings(const Changes&)>;
struct Limits {
  SettingsWith with;
  std::function<void(const Settings&)> put_in_force{};  // a shop that is stopped has none
};

}  // namespace madang::app
