#include "chassis/telemetry/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <stdexcept>

namespace madang::telemetry {

namespace {

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void append_number(std::string& text, double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  text.append(digits, end);
}

void append_escaped(std::string& text, std::string_view plain) {
  for (const char c : plain) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '\\' || c == '"') text += '\\';
      text += c;
    }
  }
}

void append_labels(std::string& text, const Labels& labels, std::string_view bound = {}) {
  if (labels.empty() && bound.empty()) return;
  char separator = '{';
  const auto append = [&](std::string_view name, std::string_view value) {
    text += separator;
    text += name;
    text += "=\"";
    append_escaped(text, value);
    text += '"';
    separator = ',';
  };
  for (const auto& [name, value] : labels) append(name, value);
  if (!bound.empty()) append("le", bound);
  text += '}';
}

void append_sample(std::string& text, std::string_view name, const Labels& labels, double value) {
  text += name;
  append_labels(text, labels);
  text += ' ';
  append_number(text, value);
  text += '\n';
}

void append_histogram(std::string& text, std::string_view name, const Labels& labels,
                      const Histogram& histogram) {
  std::uint64_t below = 0;
  for (std::size_t at = 0; at <= histogram.bounds().size(); ++at) {
    below += histogram.count_in(at);
    std::string bound = "+Inf";
    if (at < histogram.bounds().size()) {
      bound.clear();
      append_number(bound, histogram.bounds()[at]);
    }
    text += name;
    text += "_bucket";
    append_labels(text, labels, bound);
    text += ' ' + std::to_string(below) + '\n';
  }
  append_sample(text, std::string{name} + "_sum", labels, histogram.sum());
  text += name;
  text += "_count";
  append_labels(text, labels);
  // Not count(): readers expect it to equal the last bucket, and others observe meanwhile.
  text += ' ' + std::to_string(below) + '\n';
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_{std::move(bounds)}, counts_(bounds_.size() + 1) {
  if (!std::ranges::is_sorted(bounds_, std::ranges::less_equal{}))
    throw std::invalid_argument{"the bounds of a histogram must rise"};
}

void Histogram::observe(double value) noexcept {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const noexcept {
  std::uint64_t total = 0;
  for (const auto& count : counts_) total += count.load(std::memory_order_relaxed);
  return total;
}

std::uint64_t Histogram::count_in(std::size_t bucket) const noexcept {
  return counts_[bucket].load(std::memory_order_relaxed);
}

std::vector<double> latency_bounds() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
}

Registry::Family& Registry::family(std::string_view name, std::string_view help, Kind kind) {
  if (!is_name(name)) throw std::invalid_argument{"no name for a metric: " + std::string{name}};
  const auto found = families_.find(name);
  if (found == families_.end())
    return families_.emplace(std::string{name}, Family{kind, std::string{help}, {}, {}, {}, {}})
        .first->second;
  if (found->second.kind != kind)
    throw std::invalid_argument{"two kinds of metric under one name: " + std::string{name}};
  return found->second;
}

template <class Metric, class... Arguments>
Metric& Registry::child(std::map<Labels, std::unique_ptr<Metric>>& children, Labels labels,
                        const Arguments&... arguments) {
  std::ranges::sort(labels);
  for (const auto& [name, value] : labels)
    if (!is_name(name)) throw std::invalid_argument{"no name for a label: " + name};
  if (children.size() >= children_max_ && !children.contains(labels))
    for (auto& [name, value] : labels) value = "other";
  auto& metric = children[std::move(labels)];
  if (!metric) metric = std::make_unique<Metric>(arguments...);
  return *metric;
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  const std::lock_guard section{lock_};
  return child(family(name, help, Kind::counter).counters, std::move(labels));
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
  const std::lock_guard section{lock_};
  return child(family(name, help, Kind::gauge).gauges, std::move(labels));
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, Labels labels,
                               std::vector<double> bounds) {
  const std::lock_guard section{lock_};
  return child(family(name, help, Kind::histogram).histograms, std::move(labels), bounds);
}

std::shared_ptr<void> Registry::gauge_from(std::string_view name, std::string_view help,
                                           Labels labels, std::function<double()> read) {
  std::ranges::sort(labels);
  auto reading = std::make_shared<Reading>(std::move(read));
  const std::lock_guard section{lock_};
  family(name, help, Kind::gauge).readings[std::move(labels)] = reading;
  return reading;
}

std::string Registry::exposition() const {
  struct Pending {
    std::size_t at;
    std::string name;
    Labels labels;
    std::shared_ptr<Reading> reading;
  };
  std::vector<Pending> pending;
  std::string text;
  {
    const std::lock_guard section{lock_};
    for (const auto& [name, family] : families_) {
      constexpr std::string_view kinds[] = {"counter", "gauge", "histogram"};
      text += "# HELP " + name + ' ';
      append_escaped(text, family.help);
      text += "\n# TYPE " + name + ' ';
      text += kinds[static_cast<std::size_t>(family.kind)];
      text += '\n';
      for (const auto& [labels, counter] : family.counters) {
        text += name;
        append_labels(text, labels);
        text += ' ' + std::to_string(counter->value()) + '\n';
      }
      for (const auto& [labels, gauge] : family.gauges)
        append_sample(text, name, labels, gauge->value());
      for (const auto& [labels, histogram] : family.histograms)
        append_histogram(text, name, labels, *histogram);
      for (const auto& [labels, reading] : family.readings)
        if (auto held = reading.lock()) pending.push_back({text.size(), name, labels, held});
    }
  }
  // Readings call out, so they are asked without the lock and put in their places afterwards.
  std::string whole;
  std::size_t from = 0;
  for (const Pending& one : pending) {
    whole.append(text, from, one.at - from);
    append_sample(whole, one.name, one.labels, one.reading->read());
    from = one.at;
  }
  return whole.append(text, from);
}

}  // namespace madang::telemetry
