#pragma once
// The contexts that this program is made of, each as its assembly page says, none of them running.
#include <memory>
#include <vector>

#include "chassis/assembly/context.hpp"

namespace madang::app {

std::vector<std::unique_ptr<chassis::Context>> all_contexts();

}  // namespace madang::app
