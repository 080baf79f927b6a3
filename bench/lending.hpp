#pragma once
// Rental as the benchmarks drive it: editions with licences enough for everyone, and customers who hold,
// rent and return as fast as they are answered. The engine, its disk and its threads are the real ones.
#include "chassis/bus/bus.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "rental/domain/rental.hpp"
#include "rental/rental.hpp"
#include <chrono>
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
  explicit Lending(const std::string& folder, std::size_t batch_max = 256,
                   std::size_t editions = 500);
  ~Lending();
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;

  struct Figures {
    std::uint64_t commands = 0, refused = 0;
    double seconds = 0, batch = 0;  // commands in a batch, on average
    double syncs = 0;               // batches a second
  };
  // How long it goes on: until one of these is reached.
  struct Until {
    runtime::Duration time = std::chrono::hours{24};
    std::uint64_t commands = UINT64_MAX;    // answered
    chassis::Position head = INT64_MAX;     // of the log
    std::int64_t rentals_each = INT64_MAX;  // then a customer leaves, and a new one comes
  };
  // So many customers, each with one command on its way: hold, start, return, and again.
  Figures rent_and_return(std::size_t customers, const Until&);
  // Until what they have done stands in the read models too.
  void come_to_rest();
  [[nodiscard]] chassis::Position head();
  // Rentals that stand, of customers who have ten each.
  std::vector<Lent> lend(std::size_t count);

 private:
  void stock();

  std::size_t editions_;
  runtime::Threads runtime_;
  chassis::Bus bus_;
  chassis::Silent log_;
  std::unique_ptr<chassis::Context> context_;
  std::unique_ptr<chassis::Engine> engine_;
};

}  // namespace madang::bench
