#pragma once
// Contexts as they run in production (journal, timers, consumers, read models), in one simulated process
// with a simulated disk and clock. One seed, one course of events.
//
//   Town town;
//   auto& rental = town.add(*context, ports);
//   town.start();
//   town.run([&] { rental.run(command, id); });        as a task of the process
//   town.settle();                                     until all consumers have come to rest
//   town.pass(11min);                                  time goes by, and what it brings is settled
//   town.lose_power(); town.start();                   everything in memory and unsynced is gone
#include "chassis/bus/broker_outlet.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/storage/sim_storage.hpp"
#include "chassis/subscriptions/engine.hpp"
#include <exception>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace madang::testing {

class CollectedLog final : public chassis::Log {
 public:
  void warn(std::string_view what, std::initializer_list<Field> fields) override {
    std::string line{what};
    for (const auto& [name, value] : fields)
      line += " " + std::string{name} + "=" + std::string{value};
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

class Town {
 public:
  explicit Town(std::uint64_t seed = 1) : simulator{seed}, storage{simulator} {}
  ~Town() { stop(); }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  // Before start(). The ports may be provided later, until the start.
  void add(const chassis::Context& context, chassis::PortsOf ports = {}) {
    houses_.push_back({&context, std::move(ports), nullptr, nullptr});
  }
  [[nodiscard]] chassis::Engine& engine(const std::string& context) {
    for (auto& house : houses_)
      if (house.context->name() == context) return *house.engine;
    throw std::logic_error{"no such context in town: " + context};
  }

  // Where other contexts hear this one.
  [[nodiscard]] chassis::Outlet& outlet(const std::string& context) { return *bus_.find(context); }

  // Ends the process as SIGKILL does: what was written but not synced is still there to be read.
  void stop() {
    simulator.kill(name, "stopped");
    simulator.run_for(std::chrono::milliseconds{1});
    for (auto& house : houses_) {
      house.engine.reset();
      house.outlet.reset();
    }
  }
  void lose_power() {
    storage.disk("town").power_loss();
    stop();
  }

  // Runs it as a task of the process and gives back what it returned. Throws what it throws.
  template <class Action>
  auto run(Action action) {
    using Value = std::invoke_result_t<Action&>;
    std::optional<std::conditional_t<std::is_void_v<Value>, bool, Value>> value;
    bool over = false;
    std::exception_ptr failure;
    process().spawn("test", [&] {
      try {
        if constexpr (std::is_void_v<Value>) {
          action();
          value = true;
        } else {
          value.emplace(action());
        }
      } catch (const std::exception&) {
        failure = std::current_exception();
      }
      over = true;
    });
    simulator.run([&] { return over; });
    if (failure) std::rethrow_exception(failure);
    if (!over) throw std::runtime_error{"the task never came to an end"};
    if constexpr (!std::is_void_v<Value>) return std::move(*value);
  }
  void start() {
    run([this] {
      for (auto& house : houses_) {
        const auto folder = "town/" + house.context->name();
        storage.files().create_folder(folder);
        house.engine =
            std::make_unique<chassis::Engine>(*house.context, process(), bus_, house.ports,
                                              chassis::EngineSettings{folder,
                                                                      {},
                                                                      2,
                                                                      2,
                                                                      std::chrono::minutes{1},
                                                                      storage::marks_in_memory(),
                                                                      spans,
                                                                      broker},
                                              log);
        if (broker)
          house.outlet =
              std::make_unique<chassis::BrokerOutlet>(process(), *broker, house.context->name());
        bus_.add(house.context->name(),
                 house.outlet ? outlet_of(*house.outlet) : outlet_of(*house.engine));
      }
      for (auto& house : houses_) house.engine->start();
      for (auto& house : houses_)
        if (house.outlet) house.outlet->start();
    });
  }
  // As many tasks at once as there are actions.
  void run_all(const std::vector<std::function<void()>>& actions) {
    std::size_t over = 0;
    for (const auto& action : actions)
      process().spawn("test", [&over, &action] {
        action();
        ++over;
      });
    simulator.run([&] { return over == actions.size(); });
  }

  void settle() {
    for (int round = 0; round < 3; ++round)  // what one context tells may wake another
      for (auto& house : houses_)
        run([&] { EXPECT_TRUE(house.engine->settle(process().now() + std::chrono::minutes{5})); });
  }
  void pass(runtime::Duration time) {
    simulator.run_for(time);
    settle();
  }
  [[nodiscard]] kernel::Instant now() {
    return std::chrono::floor<std::chrono::milliseconds>(process().now());
  }
  [[nodiscard]] runtime::Runtime& process() { return simulator.process(name); }

  // How many events of a type are in a context's log.
  [[nodiscard]] std::size_t count(const std::string& context, const std::string& type) {
    return run([&] {
      std::size_t found = 0;
      const auto reader = engine(context).read_journal();
      for (chassis::Position at = 0;;) {
        const auto events = reader->after(at, 1000);
        if (events.empty()) return found;
        for (const auto& event : events) found += event.type == type;
        at = events.back().position;
      }
    });
  }
  // The messages of a type that a context has published.
  [[nodiscard]] std::vector<chassis::Message> messages(const std::string& context,
                                                       const std::string& type) {
    return run([&] {
      std::vector<chassis::Message> found;
      const auto reader = engine(context).read({type});
      for (chassis::Position at = 0;;) {
        const auto batch = reader->after(at, 1000);
        found.insert(found.end(), batch.messages.begin(), batch.messages.end());
        if (batch.upto == at) return found;
        at = batch.upto;
      }
    });
  }
  [[nodiscard]] std::size_t told(const std::string& context, const std::string& type) {
    return messages(context, type).size();
  }

  const std::string name = "shop";
  runtime::Simulator simulator;
  storage::SimStorage storage;
  CollectedLog log;
  telemetry::Spans* spans = nullptr;  // of the engines that are started from now on
  // Between the contexts, likewise. None: they read each other's logs.
  chassis::Broker* broker = nullptr;

 private:
  struct House {
    const chassis::Context* context;
    chassis::PortsOf ports;
    std::unique_ptr<chassis::Engine> engine;
    std::unique_ptr<chassis::BrokerOutlet> outlet;
  };
  static chassis::Outlet& outlet_of(chassis::Outlet& it) { return it; }

  chassis::Bus bus_;
  std::vector<House> houses_;
};

}  // namespace madang::testing
