#pragma once
// A simulated machine or more for one test, and tasks run to their end from outside.
#include <gtest/gtest.h>

#include "chassis/storage/sim_storage.hpp"

namespace madang::storage {

struct Simulation {
  explicit Simulation(std::uint64_t seed) : simulator{seed} {}

  // Runs the task, and whatever else there is to do, until nothing is left.
  void run(const std::string& process, std::function<void()> task) {
    simulator.process(process).spawn("test", std::move(task));
    EXPECT_EQ(simulator.run(), runtime::Simulator::Ran::nothing_left);
  }

  runtime::Simulator simulator;
  SimStorage storage{simulator};
};

}  // namespace madang::storage
