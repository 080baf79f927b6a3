#pragma once
// Lets a few at a time do what is dear, and a few more wait for it, not for ever: whoever comes on top
// of that, or waits too long, is told Unavailable at once rather than served when nobody listens.
#include <memory>
#include <string>

#include "chassis/runtime/runtime.hpp"

namespace madang::security {

struct TurnLimits {
  unsigned at_once = 2;
  unsigned waiting = 32;
  runtime::Duration wait = std::chrono::seconds{2};
};

// Any thread.
class Turns {
 public:
  // `what`, for the message: "signing in".
  Turns(runtime::Runtime&, TurnLimits, std::string what);

  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_{turns} { turns_.take(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { turns_.give_back(); }

   private:
    Turns& turns_;
  };

 private:
  void take();
  void wait();
  void give_back() noexcept;

  runtime::Runtime& runtime_;
  TurnLimits limits_;
  std::string what_;
  std::unique_ptr<runtime::Monitor> monitor_;
  unsigned taken_ = 0;
  unsigned waiting_ = 0;
};

}  // namespace madang::security
