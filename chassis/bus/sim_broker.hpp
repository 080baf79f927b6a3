#pragma once
// A broker on a simulated machine that never dies and forgets nothing: it keeps what broker.hpp promises, and no
// more. What goes wrong strikes between it and its clients:
//
//   lost       a call does not arrive; it may come days later, when it is one that sends
//   reset      the broker has taken it, and the client is not told
//   doubled    what was sent and answered is sent once more, days later
//   repeated   who polls is handed again what stands before it
//   cut        nothing passes from a client, or nothing to it, or it hears nothing though what it sends is taken and
//              answered, as these are two connections; until it is joined again
#include "chassis/bus/broker.hpp"
#include "chassis/runtime/simulator.hpp"
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace madang::chassis {

struct BrokerFaults {
  std::uint64_t lost_one_in = 0;  // 0: never
  std::uint64_t reset_one_in = 0;
  std::uint64_t doubled_one_in = 0;
  std::uint64_t repeated_one_in = 0;
  runtime::Duration travels_max = std::chrono::milliseconds{1};  // each way
  runtime::Duration late_max = std::chrono::hours{24 * 3};  // of what is lost and comes after all
};

struct BrokerCounts {
  std::uint64_t records = 0, lost = 0, reset = 0, doubled = 0, repeated = 0, cut = 0;
};

class SimBroker {
 public:
  explicit SimBroker(runtime::Simulator& simulator);
  ~SimBroker();
  SimBroker(const SimBroker&) = delete;
  SimBroker& operator=(const SimBroker&) = delete;

  // As this process reaches it; for all its lives.
  Broker& reached_from(const std::string& process);

  enum class Way { there, back, hearing };
  void cut(const std::string& process, Way);
  void join(const std::string& process);  // every way

  BrokerFaults faults;
  BrokerCounts counts;
  // To see whether a bug would be noticed.
  std::vector<std::string>& topic(const std::string& name) { return topics_[name].records; }

 private:
  class Client;
  struct Topic {
    std::vector<std::string> records;
    std::vector<std::weak_ptr<runtime::Signal>> waiting;
  };

  void append(const std::string& topic, const std::vector<std::string>& records);
  void append_later(const std::string& topic, const std::vector<std::string>& records);
  [[nodiscard]] runtime::Duration up_to(runtime::Duration max);

  runtime::Simulator& simulator_;
  std::map<std::string, Topic> topics_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::set<std::pair<std::string, Way>> cuts_;
};

}  // namespace madang::chassis
