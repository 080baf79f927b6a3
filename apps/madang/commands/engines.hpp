#pragma once
// Contexts at work for as long as a command needs them, in a folder that it has locked. Nothing of the
// outside is there: what a context would ask others than its fellows waits until the shop is open again.
#include <memory>
#include <vector>

#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/log_to_stderr.hpp"
#include "chassis/bus/bus.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/subscriptions/engine.hpp"

namespace madang::app {

class Engines {
 public:
  explicit Engines(const std::vector<Place>&);
  ~Engines();
  Engines(const Engines&) = delete;
  Engines& operator=(const Engines&) = delete;

  [[nodiscard]] runtime::Threads& runtime() { return runtime_; }
  [[nodiscard]] chassis::Engine& of(const std::string& context);

 private:
  runtime::Threads runtime_;
  LogToStderr log_;
  chassis::Bus bus_;
  std::vector<std::unique_ptr<chassis::Engine>> engines_;
};

}  // namespace madang::app
