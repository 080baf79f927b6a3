#pragma once
#include <memory>

namespace madang::chassis {
class Context;
}

namespace madang::payment {

std::unique_ptr<chassis::Context> payment_context();

}  // namespace madang::payment
