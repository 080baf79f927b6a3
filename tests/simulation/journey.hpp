#pragma once
// The journey that everything else is measured by: somebody registers, rents, opens the book and gives it back;
// who waited in line is offered it, rents it and cancels; and an operator gives the first payment back. Whoever gets
// no answer asks again under the same key.
#include "tests/simulation/simulation.hpp"
#include "tests/simulation/stage.hpp"

namespace madang::simulation {

class Journey {
 public:
  Journey(World&, History&);  // prepares the shop: staff, and an edition with one licence

  [[nodiscard]] bool is_prepared() const { return prepared_; }
  void begin();
  [[nodiscard]] bool is_over() const { return over_; }

 private:
  void travel();
  std::string rent(Person&);

  World& world_;
  History& history_;
  runtime::Signal begins_;
  bool prepared_ = false, over_ = false;
  Stage stage_;
  Person first_, second_;
  std::string payment_;
};

// The scenario: the journey under the seed's faults, which end when it has taken too long.
[[nodiscard]] Outcome journey(std::uint64_t seed, const Options&);

}  // namespace madang::simulation
