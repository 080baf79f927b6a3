#pragma once
#include <string>

#include "apps/madang/options.hpp"

namespace madang::app {

// What operators have changed in the shop of this folder, beside it or while it is stopped; nothing when there is none.
Changes changes_in(const std::string& data);

}  // namespace madang::app
