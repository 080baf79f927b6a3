#pragma once
// While it lives, what OpenSSL calls random (the nonces of signatures) is the simulator's chance, so that one seed
// gives the same bytes again. One at a time in a process, and nothing that is secret beside it.
#include "chassis/runtime/simulator.hpp"

namespace madang::runtime {

class SimulatedOpenssl {
 public:
  explicit SimulatedOpenssl(Simulator&);
  ~SimulatedOpenssl();
  SimulatedOpenssl(const SimulatedOpenssl&) = delete;
  SimulatedOpenssl& operator=(const SimulatedOpenssl&) = delete;
};

}  // namespace madang::runtime
