#pragma once
#include <memory>

#include "chassis/assembly/context.hpp"

namespace madang::points {

std::unique_ptr<chassis::Context> points_context();

}  // namespace madang::points
