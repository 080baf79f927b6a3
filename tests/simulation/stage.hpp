#pragma once
// A shop made ready for people: an operator, a manager, and one edition with so many licences.
#include "tests/simulation/person.hpp"
#include <functional>

namespace madang::simulation {

class Stage {
 public:
  Stage(World&, History&, int licences);

  void prepare();  // in a task of the people's process
  // Until it was done; another key, when the shop said no for something that passes.
  Answer done(Person&, const Asking&);
  Answer done(Person&,
              const std::function<Asking()>&);  // made anew each time: what is shown may be behind

  Person the_operator, the_manager;
  std::string edition;
  static constexpr const char* price = R"({"amount":1500,"currency":"KRW"})";

 private:
  World& world_;
  int licences_;
};

Asking post(std::string target, std::string body = {});
Asking put(std::string target, std::string body = {});

}  // namespace madang::simulation
