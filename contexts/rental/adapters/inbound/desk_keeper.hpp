#pragma once
// Looks every second how the breaker before payment stands, and does to holds and lines what that means.
// It looks at what is so instead of waiting to be told of a change, so that nothing is missed when the
// program is killed in between.
#include "chassis/calls/breaker.hpp"
#include "chassis/ports/kept_answer.hpp"
#include "rental/application/keep_desk.hpp"

namespace madang::rental {

class DeskKeeper {
 public:
  DeskKeeper(runtime::Runtime& runtime, chassis::Commands& rental, chassis::Breaker& breaker)
      : runtime_{runtime}, rental_{rental}, breaker_{breaker}, waiting_{rental} {}

  // Until its runtime stops.
  [[noreturn]] void run();
  // Closed: holds stand still. Open, or a few may try it: holds go on, and who waits is offered what is
  // free, for it may be that nobody else comes to try. Throws Unavailable.
  void look_once();

 private:
  [[nodiscard]] chassis::RequestKey anew(const std::string& stream) const;

  runtime::Runtime& runtime_;
  chassis::Commands& rental_;
  chassis::Breaker& breaker_;
  chassis::KeptAnswer<WhatWaits> waiting_;
};

}  // namespace madang::rental
