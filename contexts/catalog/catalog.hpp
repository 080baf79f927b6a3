#pragma once
#include <memory>

namespace madang::chassis {
class Context;
}

namespace madang::catalog {

std::unique_ptr<chassis::Context> catalog_context();

}  // namespace madang::catalog
