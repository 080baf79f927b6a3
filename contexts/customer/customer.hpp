#pragma once
#include <memory>

#include "chassis/assembly/context.hpp"

namespace madang::customer {

std::unique_ptr<chassis::Context> customer_context();

}  // namespace madang::customer
