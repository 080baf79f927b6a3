#pragma once
// How many events of each type were written since the start. Any thread.
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "chassis/telemetry/brief_lock.hpp"

namespace madang::chassis {

class EventCounts {
 public:
  void add(const std::string& type) {
    const std::lock_guard section{counting_};
    ++counts_[type];
    ++all_;
  }
  [[nodiscard]] std::uint64_t all() const {
    const std::lock_guard section{counting_};
    return all_;
  }
  [[nodiscard]] std::uint64_t of(const std::string& type) const {
    const std::lock_guard section{counting_};
    const auto found = counts_.find(type);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  mutable telemetry::BriefLock counting_;
  std::unordered_map<std::string, std::uint64_t> counts_;
  std::uint64_t all_ = 0;
};

}  // namespace madang::chassis
