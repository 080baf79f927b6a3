#pragma once
// The keys of a shop and its clock, the same in each run.
#include "chassis/runtime/simulator.hpp"
#include "chassis/security/secrets.hpp"
#include "kernel/instant.hpp"

namespace madang::fuzz {

struct Machine {
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
  security::SecretsInMemory secrets;

  kernel::Instant now() { return std::chrono::floor<std::chrono::milliseconds>(runtime.now()); }
};

}  // namespace madang::fuzz
