#include "tests/simulation/logs.hpp"

#include "chassis/journal/sqlite_store.hpp"
#include "chassis/ports/failures.hpp"

#include <fmt/format.h>

namespace madang::simulation {

void Logs::read_new() {
  for (const auto* context : contexts) read(context, logs_[context]);
}

void Logs::read_again(bool power_was_lost) {
  for (const auto* context : contexts) {
    Log again;
    read(context, again);
    const auto& before = logs_[context].events;
    const auto both = std::min(before.size(), again.events.size());
    std::size_t same = 0;
    while (same < both && before[same].payload == again.events[same].payload &&
           before[same].stream == again.events[same].stream)
      ++same;
    if (same < before.size() && !power_was_lost)
      world_.violate(fmt::format("event {} of {} has changed or is gone", same + 1, context));
    logs_[context] = std::move(again);
  }
}

void Logs::read(const std::string& context, Log& log) {
  try {
    const auto reader = chassis::read_sqlite_journal("shop/" + context + "/journal.db");
    while (true) {
      const auto after = log.events.empty() ? 0 : log.events.back().position;
      const auto more = reader->after(after, 1000);
      if (more.empty()) return;
      for (const auto& event : more) check(context, log, event);
    }
  } catch (const chassis::Unavailable&) {
    ++world_.counts["logs that were busy when they were looked at"];  // somebody recovers it: later
  } catch (const std::exception& failure) {
    world_.violate(fmt::format("the log of {} cannot be read: {}", context, failure.what()));
  }
}

void Logs::check(const std::string& context, Log& log, const chassis::StoredEvent& event) {
  const auto fault = [&](const char* what) {
    world_.violate(fmt::format("{} at {} of {}", what, event.position, context));
  };
  if (event.position != static_cast<chassis::Position>(log.events.size()) + 1)
    fault("a position is missing");
  if (event.version != ++log.versions[event.stream]) fault("a version is missing");
  const auto at = event.at.time_since_epoch().count();
  if (!log.events.empty() && at < log.events.back().at) fault("log time runs backwards");
  log.events.push_back(
      {event.position, event.stream, event.version, event.type, at, event.payload});
}

std::size_t Logs::size() const {
  std::size_t all = 0;
  for (const auto& [context, log] : logs_) all += log.events.size();
  return all;
}

std::uint64_t Logs::hash() const {
  std::uint64_t hash = 14695981039346656037U;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  };
  for (const auto& [context, log] : logs_)
    for (const auto& event : log.events) {
      add(fmt::format("{} {} {} {} {} ", context, event.position, event.stream, event.type,
                      event.at));
      add(event.payload);
    }
  return hash;
}

}  // namespace madang::simulation
