#include "chassis/journal/journal.hpp"

#include "chassis/storage/sqlite.hpp"
#include "kernel/check.hpp"

#include <algorithm>
#include <atomic>

namespace madang::chassis {

namespace {

constexpr std::string_view writer = "writer";

std::string_view outcome_of(const Result& result) {
  switch (result.kind) {
    case Result::Kind::decided: return result.refused ? "refused" : "accepted";
    case Result::Kind::unavailable: return "unavailable";
    case Result::Kind::key_reused: return "key reused";
    case Result::Kind::defect: return "defect";
  }
  return {};
}

struct StagedEvent {
  OpenStream* stream;
  Version version;
  std::string type;
  int schema;
  std::string payload;
};
struct StagedClaim {
  std::string scope, key, owner;
  bool taken;
};

}  // namespace

// The writer's own side: only its task comes here.
class Journal::Inside {
 public:
  Inside(std::unique_ptr<JournalStore> store, const JournalLimits& limits, Marks::Slot slot)
      : store_{std::move(store)}, limits_{limits}, slot_{slot} {}

  void begin(Instant clock) {
    appended_.clear();
    head_ = store_->begin();
    if (head_ != known_) forget();
    ++batch_;
    now_ = std::max(clock, head_.time);
  }
  Result handle(Work&);
  void write(const std::function<void(JournalStore&)>& action) { action(*store_); }
  Head commit() {
    for (const auto& [key, end] : grew_) store_->set_end(key, end);
    earliest_armed_ = Instant::max();
    for (const auto& [key, arming] : armed_) {
      if (arming) store_->put_timer(key, *arming);
      else store_->drop_timer(key);
      if (arming) earliest_armed_ = std::min(earliest_armed_, arming->due);
    }
    grew_.clear();
    armed_.clear();
    take_snapshots();
    head_.time = now_;
    store_->commit(head_);
    known_ = head_;
    trim();
    return head_;
  }
  void rollback() noexcept {
    store_->rollback();
    forget();
    known_.reset();
  }
  // Of the batch that was committed last.
  std::vector<StoredEvent> take_appended() { return std::exchange(appended_, {}); }
  [[nodiscard]] Instant earliest_armed() const { return earliest_armed_; }
  void maintain() { store_->maintain(); }
  void close() { store_->close(); }

  struct {
    std::atomic<std::uint64_t> batches, commands, repeats, refusals, defects, failed_batches;
  } counts{};
  EventCounts by_type;

 private:
  class TurnOfOne;
  friend class TurnOfOne;
  using Streams = std::unordered_map<std::string, std::unique_ptr<OpenStream>>;

  void forget() {
    streams_.clear();
    homes_.clear();
    grew_.clear();
    armed_.clear();
    due_for_snapshot_.clear();
  }
  OpenStream& open(const StreamType&, const std::string& name);
  void load(OpenStream&);
  void find_cause(CommandId&);
  StreamKey home_key(const std::string& name);
  std::optional<StreamKey> find_home(const std::string& name);
  void take_snapshots();
  void trim();

  std::unique_ptr<JournalStore> store_;
  const JournalLimits& limits_;
  Marks::Slot slot_;
  std::optional<Head> known_;  // as this writer left it
  Head head_;
  Instant now_{};
  std::uint64_t batch_ = 0;
  Streams streams_;
  std::unordered_map<std::string, StreamKey> homes_;
  // Of this batch, to be written once at its end.
  std::unordered_map<StreamKey, StreamEnd> grew_;
  std::unordered_map<StreamKey, std::optional<Arming>> armed_;
  std::vector<std::string> due_for_snapshot_;
  std::vector<StoredEvent> appended_;
  Instant earliest_armed_{};
};

class Journal::Inside::TurnOfOne final : public Turn {
 public:
  TurnOfOne(Inside& inside, const CommandId& id) : inside_{inside}, id_{id} {}

  Instant now() const override { return inside_.now_; }
  const CommandId& id() const override { return id_; }
  void not_before(Instant due) override { inside_.now_ = std::max(inside_.now_, due); }

  OpenStream& open(const StreamType& type, const std::string& name) override {
    auto& stream = inside_.open(type, name);
    opened_.push_back(&stream);
    return stream;
  }
  int append(OpenStream& stream, std::string_view type, int schema, std::string payload) override {
    events_.push_back({&stream, ++stream.version, std::string{type}, schema, std::move(payload)});
    return static_cast<int>(events_.size()) - 1;
  }
  void begin_own_events() override { own_from_ = events_.size(); }

  std::optional<std::string> claim_owner(const std::string& scope,
                                         const std::string& key) override {
    for (auto claim = claims_.rbegin(); claim != claims_.rend(); ++claim)
      if (claim->scope == scope && claim->key == key)
        return claim->taken ? std::optional{claim->owner} : std::nullopt;
    return inside_.store_->claim_owner(scope, key);
  }
  void take_claim(const std::string& scope, const std::string& key,
                  const std::string& stream) override {
    claims_.push_back({scope, key, stream, true});
  }
  void drop_claim(const std::string& scope, const std::string& key) override {
    claims_.push_back({scope, key, {}, false});
  }
  void drop_claims_of(const OpenStream& stream) override { freed_.push_back(stream.name); }
  void arm(OpenStream& stream, std::optional<Instant> due) override {
    if (stream.timer ? stream.timer->due == due : !due) return;
    stream.timer = due ? std::optional{Arming{0, *due}} : std::nullopt;
    armed_.push_back(&stream);
  }

  // All of it, after the rule has spoken.
  Outcome flush(const Verdict& verdict) {
    auto& store = *inside_.store_;
    auto& head = inside_.head_;
    Outcome outcome{id_.fingerprint, verdict.refusal, verdict.why, 0, 0};
    for (std::size_t i = 0; i < events_.size(); ++i) {
      auto& event = events_[i];
      make_sure_it_is_there(*event.stream);
      ++head.position;
      store.append(head.position,
                   {event.stream->key, event.version, event.stream->last, event.stream->name,
                    event.type, event.schema, static_cast<int>(i), event.payload},
                   inside_.now_, id_);
      event.stream->last = head.position;
      inside_.appended_.push_back({head.position, event.stream->name, event.version, event.type,
                                   event.schema, slice_of(event.stream->name), inside_.now_, id_.id,
                                   static_cast<int>(i), id_.cause, std::move(event.payload)});
      inside_.grew_[event.stream->key] = {event.version, head.position};
      if (i < own_from_) continue;
      if (outcome.first == 0) outcome.first = head.position;
      outcome.last = head.position;
    }
    for (auto* stream : opened_)
      if (stream->version - stream->snapshot_version >= inside_.limits_.snapshot_every)
        inside_.due_for_snapshot_.push_back(stream->name);
    for (const auto& owner : freed_) store.drop_claims_of(owner);
    for (const auto& claim : claims_)
      if (claim.taken) store.put_claim(claim.scope, claim.key, inside_.home_key(claim.owner));
      else store.drop_claim(claim.scope, claim.key);
    for (auto* stream : armed_) {
      make_sure_it_is_there(*stream);
      if (stream->timer) stream->timer->generation = stream->version;
      inside_.armed_[stream->key] = stream->timer;
    }
    for (const auto& event : events_) inside_.by_type.add(event.type);
    return outcome;
  }
  // The rule threw: what it touched is read again when it is next needed.
  void abandon() {
    for (const auto* stream : opened_) inside_.streams_.erase(std::string{stream->name});
  }

 private:
  void make_sure_it_is_there(OpenStream& stream) {
    if (stream.key == 0) stream.key = inside_.home_key(stream.name);
  }

  Inside& inside_;
  const CommandId& id_;
  std::vector<OpenStream*> opened_, armed_;
  std::vector<StagedEvent> events_;
  std::vector<StagedClaim> claims_;
  std::vector<std::string> freed_;  // streams whose claims go
  std::size_t own_from_ = 0;
};

OpenStream& Journal::Inside::open(const StreamType& type, const std::string& name) {
  auto& stream = streams_[name];
  if (!stream) {
    auto fresh = std::make_unique<OpenStream>();
    fresh->type = &type;
    fresh->name = name;
    try {
      load(*fresh);
    } catch (...) {
      streams_.erase(name);
      throw;
    }
    stream = std::move(fresh);
  }
  CHECK(stream->type->name == type.name, "a stream has one type");
  stream->used = batch_;
  return *stream;
}

void Journal::Inside::load(OpenStream& stream) {
  auto row = store_->find_stream(stream.name);
  if (!row) {
    stream.state = stream.type->empty();
    return;
  }
  if (const auto grew = grew_.find(row->key); grew != grew_.end()) row->end = grew->second;
  stream.key = row->key;
  stream.last = row->end.last;
  if (const auto snapshot = store_->find_snapshot(row->key);
      snapshot && snapshot->shape == stream.type->shape) {
    stream.state = stream.type->decode(snapshot->state);
    stream.version = stream.snapshot_version = snapshot->version;
  } else {
    stream.state = stream.type->empty();
  }
  store_->load(*row, stream.version, [&](const StoredEvent& event) {
    if (event.version != ++stream.version) throw Corrupt{"a version is missing in " + stream.name};
    stream.type->evolve(stream.state.get(), event);
  });
  if (stream.version != row->end.version)
    throw Corrupt{"the events of " + stream.name + " do not reach its version"};
  const auto armed = armed_.find(row->key);
  stream.timer = armed == armed_.end() ? store_->find_timer(row->key) : armed->second;
}

std::optional<StreamKey> Journal::Inside::find_home(const std::string& name) {
  if (const auto found = homes_.find(name); found != homes_.end()) return found->second;
  const auto row = store_->find_stream(name);
  if (!row) return std::nullopt;
  return homes_[name] = row->key;
}

// Streams are named "<type>/<id>"; one may be there as a home before it has an event.
StreamKey Journal::Inside::home_key(const std::string& name) {
  if (const auto key = find_home(name)) return *key;
  const auto type = name.substr(0, name.find('/'));
  return homes_[name] = store_->create_stream(name, type);
}

// What no request has given, but a webhook, say, goes on with the story of the stream that keeps its
// outcome: with what led to its last event. Streams of requests have none.
void Journal::Inside::find_cause(CommandId& id) {
  if (!id.cause.correlation.empty() || id.home.starts_with("requests/")) return;
  const auto row = store_->find_stream(id.home);
  if (!row || row->end.version == 0) return;
  store_->load(*row, row->end.version - 1,
               [&](const StoredEvent& event) { id.cause = event.cause; });
}

Result Journal::Inside::handle(Work& work) {
  ++counts.commands;
  if (const auto home = find_home(work.id.home))
    if (const auto first = store_->find_outcome(*home, work.id.id)) {
      ++counts.repeats;
      if (first->fingerprint != work.id.fingerprint)
        return {Result::Kind::key_reused, {}, false, head_.position, {}};
      const auto events =
          first->last == 0 ? std::vector<StoredEvent>{} : store_->events(first->first, first->last);
      return {Result::Kind::decided,
              work.rule->recall(*first, events),
              !first->refusal.empty(),
              first->last == 0 ? head_.position : first->last,
              {}};
    }
  if (slot_.suspects(writer, work.id.id)) {
    ++counts.defects;
    return {Result::Kind::defect, {}, false, 0, "it has brought the process down"};
  }
  find_cause(work.id);
  TurnOfOne turn{*this, work.id};
  Verdict verdict;
  try {
    const auto marked = slot_.mark(writer, work.id.id);
    verdict = work.rule->decide(work.command.get(), turn);
  } catch (const Unavailable&) {
    throw;  // the store's, not the rule's: it concerns the whole batch
  } catch (const storage::SyncFailed&) {
    throw;
  } catch (const std::exception& defect) {
    turn.abandon();
    ++counts.defects;
    return {Result::Kind::defect, {}, false, 0, defect.what()};
  }
  const auto outcome = turn.flush(verdict);
  store_->put_outcome(home_key(work.id.home), work.id.id, outcome);
  const bool refused = !verdict.refusal.empty();
  counts.refusals += refused;
  return {Result::Kind::decided, std::move(verdict.decision), refused, head_.position, {}};
}

void Journal::Inside::take_snapshots() {
  for (const auto& name : due_for_snapshot_)
    if (const auto found = streams_.find(name); found != streams_.end()) {
      auto& stream = *found->second;
      if (stream.key == 0 || stream.version == stream.snapshot_version) continue;
      store_->put_snapshot(stream.key, {stream.version, stream.type->shape,
                                        stream.type->encode(stream.state.get())});
      stream.snapshot_version = stream.version;
    }
  due_for_snapshot_.clear();
}

// When there are too many cached states, the half goes that was not used for longest.
void Journal::Inside::trim() {
  if (streams_.size() > limits_.cached_streams_max) {
    std::vector<std::uint64_t> used;
    used.reserve(streams_.size());
    for (const auto& [name, stream] : streams_) used.push_back(stream->used);
    const auto middle = used.begin() + std::ssize(used) / 2;
    std::ranges::nth_element(used, middle);
    std::erase_if(streams_, [&](const auto& it) { return it.second->used <= *middle; });
  }
  if (homes_.size() > 4 * limits_.cached_streams_max) homes_.clear();
}

Journal::Journal(runtime::Runtime& runtime, std::unique_ptr<JournalStore> store,
                 JournalLimits limits, Marks::Slot slot, telemetry::Tracer tracer)
    : runtime_{runtime},
      limits_{limits},
      tracer_{std::move(tracer)},
      waiting_{runtime, limits.waiting_max},
      appended_{runtime},
      armed_{runtime},
      tail_{std::make_shared<Tail>(runtime, limits.tail_events_max)},
      inside_{std::make_unique<Inside>(std::move(store), limits_, slot)} {}
Journal::~Journal() = default;

void Journal::submit(Work work) {
  if (tracer_.records(work.id.cause.traceparent)) work.given = runtime_.now();
  Waiting waiting{std::move(work), {}, {}};
  if (!waiting_.try_push(std::move(waiting)))
    waiting.work.done(  // NOLINT: as try_push says, it is untouched
        {Result::Kind::unavailable, {}, false, 0, "too many commands wait"});
}

Result Journal::execute(CommandId id, const Rule& rule, std::shared_ptr<const void> command) {
  // Shared with the writer: the waiting task may be stopped before its answer comes.
  struct Answer {
    explicit Answer(runtime::Runtime& runtime) : ready{runtime} {}
    runtime::Signal ready;
    Result result{};
  };
  const auto answer = std::make_shared<Answer>(runtime_);
  submit({std::move(id), &rule, std::move(command), [answer](Result result) {
            answer->result = std::move(result);
            answer->ready.raise();
          }});
  answer->ready.wait_beyond(0, runtime::never);
  return std::move(answer->result);
}

bool Journal::write(std::function<void(JournalStore&)> action) {
  struct Answer {
    explicit Answer(runtime::Runtime& runtime) : ready{runtime} {}
    runtime::Signal ready;
    bool written = false;
  };
  const auto answer = std::make_shared<Answer>(runtime_);
  Waiting waiting{{}, std::move(action), [answer](bool written) {
                    answer->written = written;
                    answer->ready.raise();
                  }};
  if (!waiting_.try_push(std::move(waiting))) return false;
  answer->ready.wait_beyond(0, runtime::never);
  return answer->written;
}

void Journal::write_batches() {
  constexpr auto idle = std::chrono::seconds{1};
  constexpr std::size_t maintain_every = 64;
  for (std::size_t since_maintained = 0;;) {
    auto batch = waiting_.drain_until(
        limits_.batch_max, since_maintained > 0 ? runtime_.now() + idle : runtime::never);
    const bool nothing_waits = batch.empty();
    if (!nothing_waits) {
      run(std::move(batch));
      ++since_maintained;
    }
    if (since_maintained >= maintain_every || (nothing_waits && since_maintained > 0)) try {
        since_maintained = 0;
        inside_->maintain();
      } catch (const storage::SyncFailed& failure) {
        runtime_.stop_process(failure.what());
      } catch (const Unavailable&) {
        // Full, say: the log only stays longer than it need be.
      }
  }
}

void Journal::close() { inside_->close(); }

void Journal::drop_waiting() {
  while (waiting_.size() != 0) static_cast<void>(waiting_.receive());
}

void Journal::run(std::vector<Waiting> batch) {
  std::vector<Result> results(batch.size());
  Head head;
  try {
    inside_->begin(std::chrono::floor<std::chrono::milliseconds>(runtime_.now()));
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (batch[i].write) inside_->write(batch[i].write);
      else results[i] = inside_->handle(batch[i].work);  // which may find its cause
    head = inside_->commit();
  } catch (const storage::SyncFailed& failure) {
    // Never a second fsync: it would report success for pages that are lost.
    runtime_.stop_process(failure.what());
  } catch (const std::exception& failure) {
    inside_->rollback();
    ++inside_->counts.failed_batches;
    answer_unavailable(batch, failure.what());
    return;
  } catch (...) {  // runtime::Stopped
    inside_->rollback();
    throw;
  }
  ++inside_->counts.batches;
  tail_->add(inside_->take_appended());
  appended_.raise_to(static_cast<std::uint64_t>(head.position));
  if (inside_->earliest_armed() < timers_before_.load()) armed_.raise();
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (batch[i].write) batch[i].written(true);
    else {
      tell_trace(batch[i].work, results[i]);
      batch[i].work.done(std::move(results[i]));
    }
}

void Journal::answer_unavailable(std::vector<Waiting>& batch, const std::string& why) {
  for (auto& waiting : batch)
    if (waiting.write) waiting.written(false);
    else {
      const Result result{Result::Kind::unavailable, {}, false, 0, why};
      tell_trace(waiting.work, result);
      waiting.work.done(result);
    }
}

// From when it was given to when it was durable. Its id follows from the command's, so that the events
// need not keep it for what they cause to be shown below it.
void Journal::tell_trace(const Work& work, const Result& result) const {
  if (!tracer_.records(work.id.cause.traceparent)) return;
  const auto above = telemetry::TraceContext::of(work.id.cause.traceparent);
  if (!above.is_set()) return;
  auto span = tracer_.begin(above, telemetry::SpanKind::internal, work.rule->name());
  span.context.span_id = telemetry::span_id_of(work.id.id);
  if (work.given != runtime::Time{}) span.began = work.given;
  span.failed = result.kind != Result::Kind::decided;
  span.tags.emplace_back("outcome", outcome_of(result));
  tracer_.record(std::move(span));
}

Journal::Counts Journal::counts() const {
  const auto& now = inside_->counts;
  return {now.batches, now.commands,           now.repeats,       now.refusals,
          now.defects, inside_->by_type.all(), now.failed_batches};
}

std::uint64_t Journal::count_of(const std::string& type) const { return inside_->by_type.of(type); }

}  // namespace madang::chassis
