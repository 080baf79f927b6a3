#pragma once
#include <memory>

namespace madang::chassis {
class Context;
}

namespace madang::insight {

std::unique_ptr<chassis::Context> insight_context();

}  // namespace madang::insight
