#pragma once
// A journal on the simulator's disk, whose power can be lost.
#include "chassis/journal/sqlite_store.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/storage/tests/simulation.hpp"

namespace madang::chassis {

class SimWorld {
 public:
  explicit SimWorld(std::uint64_t seed = 1) : simulation{seed} {}

  runtime::Runtime& runtime() { return simulation.simulator.process("shop"); }
  std::unique_ptr<JournalStore> store() {
    simulation.storage.files().create_folder("shop/log");
    return open_sqlite_journal(path, runtime().now());
  }
  std::unique_ptr<JournalReader> reader() { return read_sqlite_journal(path); }
  // To its end, or to that of its process.
  void run(std::function<void()> body) {
    bool over = false;
    runtime().spawn("test", [&] {
      body();
      over = true;
    });
    simulation.simulator.run([&] { return over || !simulation.simulator.alive("shop"); });
  }
  void stop() {
    simulation.simulator.kill("shop", "over");
    simulation.simulator.run_for(std::chrono::milliseconds{1});
  }
  storage::SimDisk& disk() { return simulation.storage.disk("shop"); }

  storage::Simulation simulation;
  const std::string path = "shop/log/journal.db";
};

}  // namespace madang::chassis
