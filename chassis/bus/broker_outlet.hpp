#pragma once
// The end of the bus that hears a context of another program, from its topic. It drops what was sent again, whatever
// its age; it stops at a hole, and at a record of another incarnation, which whoever hears is told of. What is newest
// is fetched once for all who read here.
//
//   BrokerOutlet rental{runtime, broker, "rental"};
//   rental.start();                    from here on appended() counts, and readers need not ask the broker for news
#include "chassis/bus/broker.hpp"
#include "chassis/bus/bus.hpp"
#include "chassis/bus/record.hpp"
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace madang::chassis {

class BrokerOutlet final : public Outlet {
 public:
  BrokerOutlet(runtime::Runtime&, Broker&, const std::string& context);

  void start();
  std::unique_ptr<MessageReader> read(const std::set<std::string>& types) override;
  runtime::Signal& appended() override { return appended_; }

  // For its readers, who may ask for any place in the topic.
  struct Placed {
    Offset offset;
    std::shared_ptr<const Record> record;
  };
  // What stands there from this offset on, at most `max`; does not wait.
  [[nodiscard]] std::vector<Placed> from(Offset, std::size_t max);
  [[nodiscard]] Broker::Range range();
  // How far the log has come by what stands at the end of the topic.
  [[nodiscard]] Position furthest();

 private:
  [[noreturn]] void follow();
  void follow_from(Offset);
  std::vector<Placed> poll(Offset from, std::size_t max, runtime::Time until);

  runtime::Runtime& runtime_;
  Broker& broker_;
  const std::string topic_;
  runtime::Signal appended_;
  std::unique_ptr<runtime::Monitor> monitor_;  // of what follows
  std::deque<Placed> newest_;
  std::optional<Position> furthest_;  // of those; none: nothing was followed yet
};

}  // namespace madang::chassis
