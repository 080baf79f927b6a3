#include "chassis/subscriptions/tasks.hpp"

#include "chassis/journal/sqlite_store.hpp"
#include "chassis/storage/sqlite.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace madang::chassis {
namespace {

constexpr std::size_t fold_max = 2000;

std::vector<Delivery> deliveries_of(const std::vector<StoredEvent>& events) {
  std::vector<Delivery> deliveries;
  deliveries.reserve(events.size());
  for (const auto& event : events) deliveries.push_back(delivery_of(event));
  return deliveries;
}

struct Passed {
  std::vector<Delivery> deliveries;
  Position upto;
};

// The events of these types among the next ones, and how far that was.
Passed pass(EngineShared& shared, JournalReader& reader, Position from, std::size_t max,
            const std::set<std::string, std::less<>>& types) {
  return insist(shared.runtime, [&] {
    Passed passed{{}, from};
    passed.upto = reader.pass(
        from, max, [&](std::string_view type, int) { return types.contains(type); },
        [&](const StoredEvent& event) { passed.deliveries.push_back(delivery_of(event)); });
    return passed;
  });
}

// Waits for more; false when there was none for a while.
bool wait_for_more(EngineShared& shared, runtime::Signal& appended, Position at) {
  const auto seen = static_cast<std::uint64_t>(at);
  return appended.wait_beyond(seen, shared.soon()) > seen;
}

void do_errands(EngineShared& shared, runtime::Mailbox<Errand>& errands) {
  while (errands.size() > 0)
    if (const auto errand = errands.receive_until(shared.runtime.now())) (*errand)();
}

void retry_parked(EngineShared& shared, Effects& effects, JournalReader& reader,
                  const std::string& source) {
  auto& retries = *shared.retries[source];
  while (retries.size() > 0)
    if (const auto retry = retries.receive_until(shared.runtime.now()))
      insist(shared.runtime, [&] { effects.retry(reader, retry->consumer, retry->key); });
}

}  // namespace

EngineShared::EngineShared(const Context& of, runtime::Runtime& on, const Bus& by, PortsOf with,
                           EngineSettings set, Log& to)
    : context{of},
      runtime{on},
      bus{by},
      ports{std::move(with)},
      settings{std::move(set)},
      log{to},
      tracer{settings.spans, on, of.name()},
      marks{settings.marks ? settings.marks : storage::map_marks(settings.folder + "/marks")},
      journal_readers{std::make_shared<StoreReaders>(
          on, StoreReaders::any_number,
          [path = journal_path()] { return read_sqlite_journal(path); })},
      views_seen{on},
      views_wanted{on},
      effects_seen{on},
      published{on},
      views_errands{on, 64} {
  retries[""] = std::make_unique<runtime::Mailbox<Retry>>(on, 64);
  for (const auto& source : of.sources()) {
    inbox_seen[source] = std::make_unique<runtime::Signal>(on);
    retries[source] = std::make_unique<runtime::Mailbox<Retry>>(on, 64);
  }
  for (const auto& reaction : of.reactions)
    for (std::size_t task = 0; task < settings.reaction_tasks; ++task)
      retries[reaction_task(reaction.name, task, settings.reaction_tasks)] =
          std::make_unique<runtime::Mailbox<Retry>>(on, 64);
}

namespace {

// What is shown of an event: a span for each read model that knows it, as long as the transaction was.
void tell_trace_of_rows(const EngineShared& shared, const Delivery& delivery, runtime::Time began) {
  if (!shared.tracer.records(delivery.cause.traceparent)) return;
  const auto above = telemetry::TraceContext::of(delivery.cause.traceparent);
  for (const auto& projection : shared.context.projections) {
    if (!projection.types.contains(delivery.type)) continue;
    auto span =
        shared.tracer.begin(above, telemetry::SpanKind::internal, "read model " + projection.name);
    span.began = began;
    span.tags.emplace_back("event", delivery.type);
    shared.tracer.record(std::move(span));
  }
}
// An event that others are told: shown once, by its own context, and what hears it below that.
void tell_trace_of_message(const EngineShared& shared, const Delivery& delivery) {
  if (!shared.tracer.records(delivery.cause.traceparent)) return;
  if (!shared.context.published.contains(delivery.type)) return;
  auto span = shared.tracer.begin(telemetry::TraceContext::of(delivery.cause.traceparent),
                                  telemetry::SpanKind::producer, "publish " + delivery.type);
  span.context.span_id = telemetry::span_id_of(delivery.identity);
  span.began = delivery.at;
  shared.tracer.record(std::move(span));
}

}  // namespace

void keep_views(EngineShared& shared, Views& views, JournalReader& reader) {
  const auto at_least = static_cast<Position>(shared.settings.fold_at_least);
  const auto at_once = std::max(fold_max, shared.settings.fold_at_least);
  std::size_t folded = 0;
  runtime::Duration pause{};  // since the disk does not take them
  for (bool is_idle = false;;) {
    do_errands(shared, shared.views_errands);
    views.heed(shared.switches);
    const bool has_none = !views.has_any();  // then all is read already
    const auto from = has_none ? shared.head() : views.position();
    const auto front = has_none ? from : views.furthest();
    const auto newest = front == from
                            ? std::vector<StoredEvent>{}
                            : insist(shared.runtime, [&] { return reader.after(front, at_once); });
    const auto events = insist(shared.runtime, [&] { return reader.after(from, at_once); });
    const auto head = std::max(shared.head(), events.empty() ? from : events.back().position);
    const auto apply = [&](const std::vector<StoredEvent>& some, Position upto) {
      const auto deliveries = deliveries_of(some);
      const auto began = shared.runtime.now();
      const auto shown = views.live_position();  // what is only folded anew is no news
      views.apply(deliveries, upto);
      for (const auto& delivery : deliveries)
        if (delivery.position > shown) tell_trace_of_rows(shared, delivery, began);
    };
    try {
      // What people read does not wait for what is built beside it.
      if (!newest.empty()) apply(newest, INT64_MAX);
      apply(events, head);
      folded += events.size();
      // Two syncs each time: not for a handful of events while more are coming.
      if (folded > fold_max || (is_idle && folded > 0)) {
        views.maintain();
        folded = 0;
      }
    } catch (const Unavailable& failure) {
      shared.log.warn("read models stand still",
                      {{"context", shared.context.name()}, {"why", failure.what()}});
      pause = of_retries.after(pause, shared.runtime);
      shared.runtime.sleep(pause);
      continue;
    } catch (const storage::SyncFailed& failure) {
      shared.runtime.stop_process(failure.what());
    }
    pause = {};
    const bool all_are_off = has_none && !shared.context.projections.empty();
    shared.views_seen.raise_to(
        static_cast<std::uint64_t>(all_are_off ? head : views.live_position()));
    const auto upto = events.empty() ? from : events.back().position;
    const auto gathered = shared.runtime.now() + shared.settings.gather;
    is_idle = std::ssize(events) < at_least &&
              !wait_for_more(shared, shared.journal->appended(), upto + at_least - 1) &&
              events.empty();
    if (events.size() < at_once)
      shared.views_wanted.wait_beyond(static_cast<std::uint64_t>(upto), gathered);
  }
}

void handle_own_events(EngineShared& shared) {
  const auto reader = shared.open_reader();
  Effects effects{shared.context, "",         *shared.journal,
                  shared.runtime, shared.log, shared.marks.slot(Marks::Handling::brief),
                  shared.tracer};
  insist(shared.runtime, [&] { effects.recover(*reader); });
  auto at = effects.has_consumers() ? effects.position() : shared.head();
  const auto heard = effects.types();
  std::set<std::string, std::less<>> types{heard.begin(), heard.end()};
  if (shared.settings.spans != nullptr)  // what is told to others is shown as told
    for (const auto& [type, message] : shared.context.published) types.insert(type);
  for (auto told = at;;) {
    if (effects.heed(shared.switches)) at = effects.position();
    shared.effects_seen.raise_to(static_cast<std::uint64_t>(at));
    retry_parked(shared, effects, *reader, "");
    const auto passed =
        types.empty() ? Passed{{}, shared.head()} : pass(shared, *reader, at, read_max, types);
    if (passed.upto == at) {
      if (!wait_for_more(shared, shared.journal->appended(), at)) effects.note_checkpoint();
      continue;
    }
    for (const auto& delivery : passed.deliveries)
      if (delivery.position > told) tell_trace_of_message(shared, delivery);
    told = std::max(told, passed.upto);
    effects.handle(passed.deliveries, passed.upto);
    gather(shared, shared.effects_seen, std::exchange(at, passed.upto), passed.upto);
  }
}

namespace {

// A log that was restored from a backup is another log: what was heard of the one before may never have
// happened in it. Nobody but a person can settle that, so nothing more is heard until they have.
void demand_known_incarnation(EngineShared& shared, JournalReader& own, const std::string& source,
                              const std::string& incarnation) {
  for (bool told = false;; told = true) {
    const auto inboxes = insist(shared.runtime, [&] { return own.inboxes(source); });
    if (std::ranges::all_of(inboxes,
                            [&](const Inbox& it) { return it.incarnation == incarnation; }))
      return;
    if (!told)
      shared.log.warn("a source was restored from a backup; reconcile before it is heard again",
                      {{"context", shared.context.name()}, {"source", source}});
    shared.runtime.sleep(std::chrono::seconds{5});
  }
}

// Nothing may be passed over, so a hole is looked at again and again, until somebody has filled it.
template <class Action>
auto insist_on_all(EngineShared& shared, const std::string& source, Action&& action) {
  for (bool told = false;; told = true) {
    try {
      return insist(shared.runtime, action);
    } catch (const MessageMissing& missing) {
      if (!told)
        shared.log.warn(
            "a message is missing; nothing more is heard of its source",
            {{"context", shared.context.name()}, {"source", source}, {"why", missing.what()}});
      shared.runtime.sleep(std::chrono::seconds{30});
    }
  }
}

}  // namespace

void hear_source(EngineShared& shared, const std::string& source) {
  Outlet* outlet = nullptr;
  runtime::Duration pause{};
  for (; !(outlet = shared.bus.find(source)); shared.runtime.sleep(pause))
    pause = of_retries.after(pause, shared.runtime);
  pause = {};
  const auto own = shared.open_reader();
  Effects effects{shared.context, source,     *shared.journal,
                  shared.runtime, shared.log, shared.marks.slot(Marks::Handling::brief),
                  shared.tracer};
  const auto reader = insist(shared.runtime, [&] { return outlet->read(effects.types()); });
  insist(shared.runtime, [&] { effects.recover(*own); });
  auto at = effects.position();
  std::string incarnation;
  bool is_noted = false, is_told_of_more = false;
  const auto note = [&] {
    if (is_noted || incarnation.empty()) return;
    is_noted = shared.journal->write([source, incarnation, at](JournalStore& store) {
      store.put_inbox(source, incarnation, every_slice, at);
    });
  };
  const auto demand_known = [&](const std::string& now) {
    if (now.empty() || now == incarnation) return;
    while (!incarnation.empty() && !is_noted) note();
    demand_known_incarnation(shared, *own, source, now);
    incarnation = now;
  };
  demand_known(insist_on_all(shared, source, [&] { return reader->incarnation(); }));
  auto& seen = *shared.inbox_seen[source];
  while (true) {
    if (effects.heed(shared.switches)) at = effects.position();
    seen.raise_to(static_cast<std::uint64_t>(at));
    retry_parked(shared, effects, *own, source);
    const auto batch = insist_on_all(shared, source, [&] { return reader->after(at, read_max); });
    demand_known(batch.incarnation);
    if (batch.upto == at) {
      note();
      if (is_told_of_more) {  // which does not come: nothing is heard of the broker, say
        pause = of_retries.after(pause, shared.runtime);
        shared.runtime.sleep(pause);
      }
      is_told_of_more = wait_for_more(shared, outlet->appended(), at);
      if (!is_told_of_more) effects.note_checkpoint();
      continue;
    }
    is_told_of_more = false;
    pause = {};
    std::vector<Delivery> deliveries;
    deliveries.reserve(batch.messages.size());
    for (const auto& message : batch.messages) deliveries.push_back(delivery_of(message));
    effects.handle(deliveries, batch.upto);
    gather(shared, seen, std::exchange(at, batch.upto), batch.upto);
  }
}

namespace {

class TimerRule final : public Rule {
 public:
  explicit TimerRule(const Context& context) : context_{context} {}
  Verdict decide(const void* given, Turn& turn) const override {
    const auto& fired = *static_cast<const Timer*>(given);
    const auto& type = context_.stream_type(fired.type);
    const auto& stream = turn.open(type, fired.name);
    if (!stream.timer || stream.timer->generation != fired.generation ||
        stream.timer->due != fired.due)
      return {};
    turn.not_before(fired.due);
    type.on_time(turn, fired.name);
    if (stream.timer && stream.timer->due <= fired.due && stream.version == fired.generation)
      throw std::logic_error{"a timer of " + fired.name + " came and changed nothing"};
    return {};
  }
  std::shared_ptr<void> recall(const Outcome&, const std::vector<StoredEvent>&) const override {
    return nullptr;
  }
  std::string name() const override { return "timer"; }

 private:
  const Context& context_;
};

}  // namespace

namespace {

// What time brings about is no request's: a pool's hold lapses among the holds of many.
Cause cause_of_its_own(EngineShared& shared) {
  auto trace = telemetry::new_trace([&] { return shared.runtime.random(); });
  trace.sampled = shared.settings.spans != nullptr && shared.settings.spans->chooses(trace);
  return {
      .causation = {}, .correlation = trace.trace_id_text(), .traceparent = trace.traceparent()};
}

}  // namespace

void fire_timers(EngineShared& shared) {
  const TimerRule rule{shared.context};
  const auto reader = shared.open_reader();
  std::map<std::string, runtime::Time> failing;  // not again before
  while (true) {
    const auto seen = shared.journal->armed().count();
    shared.journal->wake_for_timers_before(Instant::max());
    if (shared.switches.is_off(Switches::timers)) {
      shared.runtime.sleep(shared.settings.look_every);
      continue;
    }
    const auto early = shared.settings.timers_early;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(shared.runtime.now() + early);
    auto due = insist(shared.runtime, [&] { return reader->due_timers(now, read_max); });
    std::erase_if(due, [&](const Timer& timer) {
      const auto found = failing.find(timer.name);
      return found != failing.end() && found->second > shared.runtime.now();
    });
    for (const auto& timer : due) {
      CommandId id{digest128({"timer", shared.context.name(), timer.name, timer.generation,
                              timer.due.time_since_epoch().count()}),
                   timer.name,
                   {},
                   cause_of_its_own(shared)};
      const std::string trace = id.cause.correlation;
      const auto result =
          shared.journal->execute(std::move(id), rule, std::make_shared<Timer>(timer));
      if (result.kind == Result::Kind::decided) {
        failing.erase(timer.name);
        continue;
      }
      failing[timer.name] = shared.runtime.now() + std::chrono::seconds{30};
      shared.log.warn("a timer fails",
                      {{"stream", timer.name}, {"trace", trace}, {"why", result.why}});
    }
    if (!due.empty()) continue;
    const auto next = insist(shared.runtime, [&] { return reader->next_timer(); });
    auto wake = shared.soon();
    if (next && *next > now) wake = std::min<runtime::Time>(wake, *next - early);
    shared.journal->wake_for_timers_before(
        std::chrono::ceil<std::chrono::milliseconds>(wake + early));
    shared.journal->armed().wait_beyond(seen, wake);
  }
}

}  // namespace madang::chassis
