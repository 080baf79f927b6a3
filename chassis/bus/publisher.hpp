#pragma once
// Sends what a context publishes to its topic, in the order of its log, and after each batch that ends with what
// is told to nobody, how far the log has come. It goes beyond nothing that could not be sent: before a record in
// the topic stands all that the log had published before it.
#include "chassis/bus/broker.hpp"
#include "chassis/bus/bus.hpp"
#include <memory>
#include <string>

namespace madang::chassis {

// For one task.
class Publisher {
 public:
  // `sent`: up to where the log is known to stand in the topic. Too little does no harm.
  Publisher(const Context&, Broker&, std::unique_ptr<JournalReader> log, Position sent);

  // Looks through the next events, at most `max`. What they tell is durable in the topic when it returns. It throws
  // what reading, mapping and sending throw, and begins with the first that could not be sent when it is asked again.
  void send_next(std::size_t max);
  [[nodiscard]] Position sent() const { return sent_; }

 private:
  const Context& context_;
  Broker& broker_;
  std::unique_ptr<JournalReader> log_;
  const std::string incarnation_;
  Position sent_;
};

}  // namespace madang::chassis
