#include "chassis/bus/sim_broker.hpp"

#include "chassis/ports/failures.hpp"

#include <algorithm>

namespace madang::chassis {
namespace {

using runtime::Duration, runtime::Time;

constexpr auto call_lasts = std::chrono::seconds{3};
constexpr std::size_t repeated_max = 20;

}  // namespace

class SimBroker::Client final : public Broker {
 public:
  Client(SimBroker& broker, std::string process)
      : broker_{broker},
        process_{std::move(process)},
        runtime_{broker.simulator_.process(process_)} {}

  void send(const std::string& topic, const std::vector<std::string>& records) override {
    const auto give_up_at = runtime_.now() + call_lasts;
    travel();
    if (is_cut(Way::there)) give_up(give_up_at);
    if (is_lost()) {
      if (broker_.simulator_.one_in(2)) broker_.append_later(topic, records);
      give_up(give_up_at);
    }
    broker_.append(topic, records);
    if (broker_.simulator_.one_in(broker_.faults.doubled_one_in)) {
      ++broker_.counts.doubled;
      broker_.append_later(topic, records);
    }
    come_back(give_up_at);
  }

  std::vector<BrokerRecord> poll(const std::string& topic, Offset from, std::size_t max,
                                 Time until) override {
    const auto give_up_at = std::max<Time>(until, runtime_.now()) + call_lasts;
    travel();
    if (is_cut(Way::there) || is_cut(Way::hearing) || is_lost()) give_up(give_up_at);
    wait_for_more(topic, from, until);
    auto first = static_cast<std::size_t>(std::max<Offset>(from, 0));
    const auto& records = broker_.topics_[topic].records;
    const auto last = std::min(records.size(), first + max);
    if (broker_.simulator_.one_in(broker_.faults.repeated_one_in)) {
      ++broker_.counts.repeated;
      first -= std::min<std::size_t>(first, broker_.simulator_.random() % repeated_max);
    }
    std::vector<BrokerRecord> found;
    for (auto i = first; i < last; ++i) found.push_back({static_cast<Offset>(i), records[i]});
    come_back(give_up_at);
    return found;
  }

  Range range(const std::string& topic) override {
    const auto give_up_at = runtime_.now() + call_lasts;
    travel();
    if (is_cut(Way::there) || is_cut(Way::hearing) || is_lost()) give_up(give_up_at);
    const Range range{0, std::ssize(broker_.topics_[topic].records)};
    come_back(give_up_at);
    return range;
  }

 private:
  void travel() { runtime_.sleep(broker_.up_to(broker_.faults.travels_max)); }
  bool is_lost() {
    if (!broker_.simulator_.one_in(broker_.faults.lost_one_in)) return false;
    ++broker_.counts.lost;
    return true;
  }
  bool is_cut(Way way) {
    if (!broker_.cuts_.contains({process_, way})) return false;
    ++broker_.counts.cut;
    return true;
  }
  void come_back(Time give_up_at) {
    travel();
    if (is_cut(Way::back)) give_up(give_up_at);
    if (!broker_.simulator_.one_in(broker_.faults.reset_one_in)) return;
    ++broker_.counts.reset;
    throw Unavailable{"the broker broke the connection off"};
  }
  [[noreturn]] void give_up(Time at) {
    runtime_.sleep_until(at);
    throw Unavailable{"the broker gives no answer"};
  }
  void wait_for_more(const std::string& name, Offset from, Time until) {
    while (runtime_.now() < until) {
      auto& topic = broker_.topics_[name];
      if (std::ssize(topic.records) > from) return;
      const auto appended = std::make_shared<runtime::Signal>(runtime_);
      std::erase_if(topic.waiting, [](const auto& it) { return it.expired(); });
      topic.waiting.push_back(appended);
      appended->wait_beyond(0, until);
    }
  }

  SimBroker& broker_;
  const std::string process_;
  runtime::Runtime& runtime_;
};

SimBroker::SimBroker(runtime::Simulator& simulator) : simulator_{simulator} {}
SimBroker::~SimBroker() = default;

Broker& SimBroker::reached_from(const std::string& process) {
  auto& client = clients_[process];
  if (!client) client = std::make_unique<Client>(*this, process);
  return *client;
}

void SimBroker::cut(const std::string& process, Way way) { cuts_.emplace(process, way); }
void SimBroker::join(const std::string& process) {
  for (const auto way : {Way::there, Way::back, Way::hearing}) cuts_.erase({process, way});
}

void SimBroker::append(const std::string& topic, const std::vector<std::string>& records) {
  auto& to = topics_[topic];
  to.records.insert(to.records.end(), records.begin(), records.end());
  counts.records += records.size();
  for (const auto& it : std::exchange(to.waiting, {}))
    if (const auto waiting = it.lock()) waiting->raise();
}

void SimBroker::append_later(const std::string& topic, const std::vector<std::string>& records) {
  auto& network = simulator_.process("network");
  network.spawn("comes late", [this, &network, topic, records, late = up_to(faults.late_max)] {
    network.sleep(late);
    append(topic, records);
  });
}

Duration SimBroker::up_to(Duration max) {
  return Duration{
      static_cast<std::int64_t>(simulator_.random() % static_cast<std::uint64_t>(max.count() + 1))};
}

}  // namespace madang::chassis
