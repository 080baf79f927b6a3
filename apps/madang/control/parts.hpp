#pragma once
// What can be switched off in a context, and what must not be.
#include <string>
#include <vector>

#include "chassis/assembly/context.hpp"

namespace madang::app {

struct ShopPart {
  std::string
      kind;  // "policy", "reaction", "record", "read model", "process", "timers", "operation"
  std::string name;
  std::string stays_on;  // why it may not be off; empty: it may
};

// As `madang inspect` names them, its timers, and the operations that it is asked by over HTTP.
std::vector<ShopPart> parts_of(const chassis::Context&);

}  // namespace madang::app
