#pragma once
#include <memory>

namespace madang::chassis {
class Context;
}

namespace madang::rental {

std::unique_ptr<chassis::Context> rental_context();

}  // namespace madang::rental
