#pragma once
// Numbers about the running shop, for Prometheus at /metrics. Counting is one atomic operation: who
// counts keeps the reference that the registry gave. Our own and not prometheus-cpp, whose histogram
// locks on each observation and whose families take any number of label values; here a family that
// outgrows its bound counts the rest under `other`, so no client can fill the memory with labels.
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chassis/telemetry/brief_lock.hpp"

namespace madang::telemetry {

// Sorted by the registry; names as Prometheus wants them ([a-zA-Z_][a-zA-Z0-9_]*), values any UTF-8.
using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t more = 1) noexcept { count_.fetch_add(more, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return count_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> count_ = 0;
};

class Gauge {
 public:
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(double more) noexcept { value_.fetch_add(more, std::memory_order_relaxed); }
  [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);  // upper bounds, rising; +Inf is added
  void observe(double value) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept;
  [[nodiscard]] double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }
  [[nodiscard]] const std::vector<double>& bounds() const { return bounds_; }
  [[nodiscard]] std::uint64_t count_in(std::size_t bucket) const noexcept;

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_ = 0;
};

// Seconds, from a tenth of a millisecond to ten seconds.
std::vector<double> latency_bounds();

// Any thread. What it gives out lives as long as it does. Asking again for the same name and labels
// gives the same one; a name used as two kinds of metric, or one that Prometheus would not take,
// throws std::invalid_argument.
class Registry {
 public:
  explicit Registry(std::size_t children_max = 256) : children_max_{children_max} {}

  Counter& counter(std::string_view name, std::string_view help, Labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, Labels = {},
                       std::vector<double> bounds = latency_bounds());

  // Asked at each exposition: for sizes and ages that somebody keeps anyway. `read` must stay
  // callable until the registry goes, or until the returned handle does.
  [[nodiscard]] std::shared_ptr<void> gauge_from(std::string_view name, std::string_view help,
                                                 Labels, std::function<double()> read);

  // Text format 0.0.4, families by name.
  [[nodiscard]] std::string exposition() const;

 private:
  enum class Kind { counter, gauge, histogram };
  struct Reading {
    std::function<double()> read;
  };
  struct Family {
    Kind kind;
    std::string help;
    std::map<Labels, std::unique_ptr<Counter>> counters;
    std::map<Labels, std::unique_ptr<Gauge>> gauges;
    std::map<Labels, std::unique_ptr<Histogram>> histograms;
    std::map<Labels, std::weak_ptr<Reading>> readings;
  };
  Family& family(std::string_view name, std::string_view help, Kind);
  template <class Metric, class... Arguments>
  Metric& child(std::map<Labels, std::unique_ptr<Metric>>& children, Labels,
                const Arguments&... arguments);

  std::size_t children_max_;
  mutable BriefLock lock_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace madang::telemetry
