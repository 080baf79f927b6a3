#pragma once
// Says of each account that somebody waits for when it is settled: looks now and then whether a payment of
// that person is still unknown or owed back.
#include "chassis/ports/commands.hpp"
#include "chassis/runtime/runtime.hpp"
#include "payment/application/accounts.hpp"

namespace madang::payment {

class AccountSettler {
 public:
  AccountSettler(runtime::Runtime&, chassis::Commands& payment,
                 runtime::Duration look_every = std::chrono::seconds{5});

  [[noreturn]] void run() const;  // the life of one task; ends only with its process
  void look_once() const;

 private:
  runtime::Runtime& runtime_;
  chassis::Commands& payment_;
  runtime::Duration look_every_;
};

}  // namespace madang::payment
