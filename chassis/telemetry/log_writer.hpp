#pragma once
// Carries lines to a descriptor on a task of its own, so that nobody who logs ever waits for whoever
// reads the log. A bounded number of lines may wait; what comes beyond is dropped and counted.
#include <cstddef>
#include <memory>
#include <string>

#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/metrics.hpp"

namespace madang::telemetry {

class LogWriter {
 public:
  // The descriptor stays the caller's.
  LogWriter(runtime::Runtime&, int descriptor, Registry&, std::size_t waiting_max = 10'000);
  // Writes what still waits, for a second at most.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void write(std::string line) noexcept;  // any thread

 private:
  struct Queue;
  std::shared_ptr<Queue> queue_;  // the task owns it too
};

}  // namespace madang::telemetry
