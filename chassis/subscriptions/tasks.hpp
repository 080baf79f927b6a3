#pragma once
// The tasks of an engine, each a loop that leaves by runtime::Stopped. What they share is here.
#include "chassis/bus/bus.hpp"
#include "chassis/runtime/pauses.hpp"
#include "chassis/subscriptions/effects.hpp"
#include "chassis/subscriptions/engine.hpp"
#include "chassis/subscriptions/switches.hpp"
#include "chassis/subscriptions/views.hpp"
#include "chassis/telemetry/tracer.hpp"
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace madang::chassis {

// A question to the views' task, answered on it.
using Errand = std::function<void()>;
// What a consumer's task is asked to try again.
struct Retry {
  std::string consumer, key;
};

struct EngineShared {
  EngineShared(const Context&, runtime::Runtime&, const Bus&, PortsOf, EngineSettings, Log&);

  [[nodiscard]] std::string journal_path() const { return settings.folder + "/journal.db"; }
  [[nodiscard]] std::string views_path() const { return settings.folder + "/views.db"; }
  [[nodiscard]] Position head() { return static_cast<Position>(journal->appended().count()); }
  // For whoever follows the log.
  [[nodiscard]] std::unique_ptr<JournalReader> open_reader() const {
    return journal->follow(journal_readers);
  }
  // When to look again though nobody has called: calls are hints, and none has been missed yet.
  [[nodiscard]] runtime::Time soon() const { return runtime.now() + settings.look_every; }

  const Context& context;
  runtime::Runtime& runtime;
  const Bus& bus;
  PortsOf ports;
  EngineSettings settings;
  Log& log;

  telemetry::Tracer tracer;
  Switches switches;
  Marks marks;
  std::unique_ptr<Journal> journal;
  std::shared_ptr<StoreReaders> journal_readers;
  runtime::Signal views_seen;    // by readers of live rows
  runtime::Signal views_wanted;  // by whoever waits for these
  runtime::Signal effects_seen;  // of the own log
  runtime::Signal published;     // to the broker, if there is one
  std::map<std::string, std::unique_ptr<runtime::Signal>> inbox_seen;  // by source
  std::vector<std::unique_ptr<runtime::Signal>> reactions_seen;
  runtime::Mailbox<Errand> views_errands;
  std::map<std::string, std::unique_ptr<runtime::Mailbox<Retry>>>
      retries;  // by source, or task of a reaction
};

inline constexpr runtime::Pauses of_retries{std::chrono::milliseconds{20}, std::chrono::seconds{2}};

// Retries `action` while it throws Unavailable, for as long as it takes: nothing may be passed over.
template <class Action>
auto insist(runtime::Runtime& runtime, Action&& action) {
  for (runtime::Duration pause{};;) {
    try {
      return action();
    } catch (const Unavailable&) {
      pause = of_retries.after(pause, runtime);
      runtime.sleep(pause);
    }
  }
}

inline constexpr std::size_t read_max = 512;  // events in one step
// After a step: how far it came is seen at once; then lets more come along, unless more was there.
inline void gather(EngineShared& shared, runtime::Signal& seen, Position from, Position upto) {
  seen.raise_to(static_cast<std::uint64_t>(upto));
  if (upto - from < static_cast<Position>(read_max)) shared.runtime.sleep(shared.settings.gather);
}

[[noreturn]] void keep_views(EngineShared&, Views&, JournalReader&);
[[noreturn]] void handle_own_events(EngineShared&);
[[noreturn]] void hear_source(EngineShared&, const std::string& source);
[[noreturn]] void fire_timers(EngineShared&);
// To the broker of its settings.
[[noreturn]] void publish(EngineShared&);
// One of `of` tasks of a reaction; it takes the slices that fall to it.
// The name under which it keeps its place.
std::string reaction_task(const std::string& reaction, std::size_t task, std::size_t of);
[[noreturn]] void react_outside(EngineShared&, Commands&, const OutsideReaction&, std::size_t task,
                                std::size_t of, runtime::Signal& seen);

}  // namespace madang::chassis
