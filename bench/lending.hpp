#pragma once
// Rental as the benchmarks drive it: editions with licences enough for everyone, and customers who hold,
// rent and return as fast as they are answered. The engine, its disk and its threads are the real ones.
#include "chassis/bus/bus.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "rental/domain/rental.hpp"
#include "rental/rental.hpp"
#include <cstdint>
#include <memory>
#include <string>

namespace madang::bench {

struct Lent {
  rental::RentalId rental;
  rental::PersonId customer;
};

class Lending {
 public:
  // Opens or makes the folder of a rental context. `batch_max` 1: a transaction for each command.
  Lending(const std::string& folder, std::size_t batch_max);
  ~Lending();
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;

  struct Figures {
    std::uint64_t commands = 0, refused = 0;
    double seconds = 0, batch = 0;  // commands in a batch, on average
    double syncs = 0;               // batches a second
  };
  // So many customers, each with one command on its way: hold, start, return, and again, until the time
  // is over or so many commands were answered.
  Figures rent_and_return(std::size_t customers, std::chrono::milliseconds how_long,
                          std::uint64_t commands_max = UINT64_MAX);
  // Rentals that stand, of customers who have ten each.
  std::vector<Lent> lend(std::size_t count);

 private:
  void stock();

  runtime::Threads runtime_;
  chassis::Bus bus_;
  chassis::Silent log_;
  std::unique_ptr<chassis::Context> context_;
  std::unique_ptr<chassis::Engine> engine_;
};

}  // namespace madang::bench
