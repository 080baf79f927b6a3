#pragma once
#include "tests/simulation/logs.hpp"
#include "tests/simulation/person.hpp"
#include <vector>

namespace madang::simulation {

// Who comes to the shop.
struct Everybody {
  Person *the_operator = nullptr, *manager = nullptr;
  std::vector<Person*> customers;
};

// At rest, once every machine has read its clock anew: what the shop tells them by its public API is what stands in its
// logs. From outside of the simulation.
void check_what_is_told(World&, const Logs&, const Everybody&);

}  // namespace madang::simulation
