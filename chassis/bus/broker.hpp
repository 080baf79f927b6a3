#pragma once
// What the bus asks of a broker between programs: topics, each a sequence of records that only grows, in one
// order for all. It is little, so that any broker can do it; Kafka's consumer groups, keys and transactions
// are not among it, since who hears keeps its own place, and everything is heard at least once anyway.
#include "chassis/runtime/runtime.hpp"
#include <cstdint>
#include <string>
#include <vector>

namespace madang::chassis {

using Offset = std::int64_t;

struct BrokerRecord {
  Offset offset;
  std::string bytes;
};

// Any task. All calls throw Unavailable.
class Broker {
 public:
  virtual ~Broker() = default;

  // Appends them in this order; when it returns they are durable. When it throws, none of them, the first few or
  // all may stand there, or come to stand there days later, even twice.
  virtual void send(const std::string& topic, const std::vector<std::string>& records) = 0;
  // The records from this offset on, at most `max`, in order; perhaps after some that lie before it. Waits for
  // the first, until then at the latest.
  virtual std::vector<BrokerRecord> poll(const std::string& topic, Offset from, std::size_t max,
                                         runtime::Time until) = 0;
  struct Range {
    Offset first, end;
  };
  // Which records it has; of a topic that nobody has sent to, none.
  virtual Range range(const std::string& topic) = 0;
};

// To which a context publishes.
inline std::string topic_of(const std::string& context) { return "madang." + context + ".v1"; }

}  // namespace madang::chassis
