#pragma once
#include <memory>

#include "chassis/assembly/context.hpp"

namespace madang::identity {

std::unique_ptr<chassis::Context> identity_context();

}  // namespace madang::identity
