#include <map>
#include <set>

#include "chassis/subscriptions/tasks.hpp"

namespace madang::chassis {
namespace {

// What is passed over without an effect is written down only now and then.
constexpr Position note_every = 4096;

// One task of one reaction. Nothing overtakes a parked delivery of the same stream.
class Reactor {
 public:
  Reactor(EngineShared& shared, Commands& commands, const OutsideReaction& reaction,
          std::string name)
      : shared_{shared},
        commands_{commands},
        reaction_{reaction},
        name_{std::move(name)},
        slot_{shared.marks.slot(Marks::Handling::waits)},
        reader_{shared.open_reader()},
        at_{insist(shared.runtime, [&] { return reader_->checkpoint(name_, ""); })},
        noted_{at_} {
    for (const auto& it : parked()) parked_[it.key].insert(decode_delivery(it.delivery).identity);
  }

  [[nodiscard]] Position position() const { return at_; }
  // Handles what is this task's among the next events; false when there are none.
  bool pass_some(std::size_t task, std::size_t of) {
    std::vector<StoredEvent> mine;
    const auto is_mine = [&](std::string_view type, int slice) {
      return static_cast<std::size_t>(slice) % of == task && reaction_.types.contains(type);
    };
    const auto reached = insist(shared_.runtime, [&] {
      mine.clear();
      return reader_->pass(at_, read_max, is_mine, [&](const auto& it) { mine.push_back(it); });
    });
    for (const auto& event : mine) {
      handle(delivery_of(event), event.stream);
      at_ = event.position;
      note();
    }
    if (reached == at_) return !mine.empty();
    at_ = reached;
    note();
    return true;
  }
  void note() {
    if (at_ == noted_ || (!reacted_ && at_ - noted_ < note_every)) return;
    if (!shared_.journal->write(
            [name = name_, at = at_](JournalStore& store) { store.put_checkpoint(name, "", at); }))
      return;
    noted_ = at_;
    reacted_ = false;
  }
  void retry_what_was_asked() {
    auto& asked = *shared_.retries.at(name_);
    while (asked.size() > 0)
      if (const auto it = asked.receive_until(shared_.runtime.now())) retry(it->key);
  }

 private:
  std::vector<Parked> parked() {
    auto all = insist(shared_.runtime, [&] { return reader_->parked(); });
    std::erase_if(all, [&](const Parked& it) { return it.consumer != reaction_.name; });
    return all;
  }
  void handle(const Delivery& delivery, const std::string& key) {
    reacted_ = true;
    if (const auto found = parked_.find(key); found != parked_.end()) {
      if (!found->second.contains(delivery.identity)) park(delivery, key, {});
    } else if (slot_.suspects(reaction_.name, delivery.identity)) {
      park(delivery, key, brought_the_process_down);
    } else if (const auto reason = react(delivery)) {
      park(delivery, key, *reason);
    }
  }
  // The reason when it cannot be handled.
  std::optional<std::string> react(Delivery delivery) {
    telemetry::Stretch stretch{shared_.tracer,
                               telemetry::TraceContext::of(delivery.cause.traceparent),
                               telemetry::SpanKind::consumer, reaction_.name};
    if (stretch.is_recorded()) delivery.cause.traceparent = stretch.trace().traceparent();
    try {
      const auto marked = slot_.mark(reaction_.name, delivery.identity);
      insist(shared_.runtime, [&] { reaction_.react(delivery, commands_, shared_.ports); });
      return std::nullopt;
    } catch (const std::exception& defect) {
      stretch.fail("parked");
      return defect.what();
    }
  }
  void park(const Delivery& delivery, const std::string& key, const std::string& cause) {
    parked_[key].insert(delivery.identity);
    const auto parked = parked_now(reaction_.name, key, "", delivery, cause, shared_.runtime);
    write([parked](JournalStore& store) { store.park(parked); });
    shared_.log.warn(cause.empty() ? "waits behind a parked delivery" : "parked a delivery",
                     {{"consumer", reaction_.name},
                      {"key", key},
                      {"type", delivery.type},
                      {"trace", telemetry::trace_id_in(delivery.cause.traceparent)},
                      {"why", cause}});
  }
  void retry(const std::string& key) {
    auto waiting = parked();
    std::erase_if(waiting, [&](const Parked& it) { return it.key != key; });
    auto& identities = parked_[key];
    identities.clear();
    for (const auto& it : waiting) identities.insert(decode_delivery(it.delivery).identity);
    for (const auto& it : waiting) {
      const auto delivery = decode_delivery(it.delivery);
      // Suspect or not: a person has judged that it can be handled.
      if (const auto reason = react(delivery)) {
        write([number = it.number, why = *reason, now = now_of(shared_.runtime)](
                  JournalStore& store) { store.note_attempt(number, why, now); });
        return;
      }
      write([number = it.number](JournalStore& store) { store.unpark(number); });
      identities.erase(delivery.identity);
    }
    parked_.erase(key);
  }
  void write(const std::function<void(JournalStore&)>& action) {
    insist(shared_.runtime, [&] {
      if (!shared_.journal->write(action)) throw Unavailable{"the journal"};
    });
  }

  EngineShared& shared_;
  Commands& commands_;
  const OutsideReaction& reaction_;
  std::string name_;
  Marks::Slot slot_;
  std::unique_ptr<JournalReader> reader_;
  Position at_, noted_;
  bool reacted_ = false;
  std::map<std::string, std::set<Digest128>> parked_;  // by key: identities of deliveries
};

}  // namespace

std::string reaction_task(const std::string& reaction, std::size_t task, std::size_t of) {
  return reaction + "/" + std::to_string(task) + "/" + std::to_string(of);
}

void react_outside(EngineShared& shared, Commands& commands, const OutsideReaction& reaction,
                   std::size_t task, std::size_t of, runtime::Signal& seen) {
  Reactor reactor{shared, commands, reaction, reaction_task(reaction.name, task, of)};
  while (true) {
    if (shared.switches.is_off(reaction.name)) {
      seen.raise_to(static_cast<std::uint64_t>(shared.head()));
      shared.runtime.sleep(shared.settings.look_every);
      continue;
    }
    seen.raise_to(static_cast<std::uint64_t>(reactor.position()));
    reactor.retry_what_was_asked();
    const auto before = reactor.position();
    if (reactor.pass_some(task, of)) {
      gather(shared, seen, before, reactor.position());
      continue;
    }
    reactor.note();
    shared.journal->appended().wait_beyond(static_cast<std::uint64_t>(reactor.position()),
                                           shared.soon());
  }
}

}  // namespace madang::chassis
