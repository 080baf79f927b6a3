#include "chassis/journal/writer.hpp"

#include "chassis/journal/recorded.hpp"
#include "chassis/storage/sqlite.hpp"
#include "kernel/check.hpp"

#include <algorithm>

namespace madang::chassis {

namespace {

// As marks know it.
constexpr std::string_view who_marks = "writer";

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

class Journal::Writer::TurnOfOne final : public Turn {
 public:
  TurnOfOne(Writer& writer, const CommandId& id) : writer_{writer}, id_{id} {}

  Instant now() const override { return writer_.now_; }
  const CommandId& id() const override { return id_; }
  void not_before(Instant due) override { writer_.now_ = std::max(writer_.now_, due); }

  OpenStream& open(const StreamType& type, const std::string& name) override {
    auto& stream = writer_.open(type, name);
    if (std::ranges::find(opened_, &stream) == opened_.end()) opened_.push_back(&stream);
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
    return writer_.store_->claim_owner(scope, key);
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
    auto& store = *writer_.store_;
    auto& head = writer_.head_;
    Outcome outcome{id_.fingerprint, verdict.refusal, verdict.why, 0, 0};
    for (std::size_t i = 0; i < events_.size(); ++i) {
      auto& event = events_[i];
      make_sure_it_is_there(*event.stream);
      ++head.position;
      store.append(head.position,
                   {event.stream->key, event.version, event.stream->last, event.stream->name,
                    event.type, event.schema, static_cast<int>(i), event.payload},
                   writer_.now_, id_);
      event.stream->last = head.position;
      writer_.appended_.push_back({head.position, event.stream->name, event.version, event.type,
                                   event.schema, slice_of(event.stream->name), writer_.now_, id_.id,
                                   static_cast<int>(i), id_.cause, std::move(event.payload)});
      writer_.grew_[event.stream->key] = {event.version, head.position};
      if (i < own_from_) continue;
      if (outcome.first == 0) outcome.first = head.position;
      outcome.last = head.position;
    }
    for (auto* stream : opened_)
      if (stream->version - stream->snapshot_version >= writer_.limits_.snapshot_every)
        writer_.due_for_snapshot_.push_back(stream->name);
    for (const auto& owner : freed_) store.drop_claims_of(owner);
    for (const auto& claim : claims_)
      if (claim.taken) store.put_claim(claim.scope, claim.key, writer_.home_key(claim.owner));
      else store.drop_claim(claim.scope, claim.key);
    for (auto* stream : armed_) {
      make_sure_it_is_there(*stream);
      if (stream->timer) stream->timer->generation = stream->version;
      writer_.armed_[stream->key] = stream->timer;
    }
    for (const auto& event : events_) writer_.by_type.add(event.type);
    return outcome;
  }
  // The rule threw: what it touched is read again when it is next needed.
  void abandon() {
    for (const auto* stream : opened_) writer_.streams_.erase(std::string{stream->name});
  }

 private:
  void make_sure_it_is_there(OpenStream& stream) {
    if (stream.key == 0) stream.key = writer_.home_key(stream.name);
  }

  Writer& writer_;
  const CommandId& id_;
  std::vector<OpenStream*> opened_;  // each once, however often the rule asks for it
  std::vector<OpenStream*> armed_;
  std::vector<StagedEvent> events_;
  std::vector<StagedClaim> claims_;
  std::vector<std::string> freed_;  // streams whose claims go
  std::size_t own_from_ = 0;
};

void Journal::Writer::begin(Instant clock) {
  appended_.clear();
  head_ = store_->begin();
  if (head_ != known_) forget();
  ++batch_;
  clock_ = clock;
  now_ = std::max(clock, head_.time);
}

Head Journal::Writer::commit() {
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

void Journal::Writer::rollback() noexcept {
  store_->rollback();
  forget();
  known_.reset();
}

void Journal::Writer::forget() {
  streams_.clear();
  homes_.clear();
  grew_.clear();
  armed_.clear();
  due_for_snapshot_.clear();
}

OpenStream& Journal::Writer::open(const StreamType& type, const std::string& name) {
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

void Journal::Writer::load(OpenStream& stream) {
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

std::optional<StreamKey> Journal::Writer::find_home(const std::string& name) {
  if (const auto found = homes_.find(name); found != homes_.end()) return found->second;
  const auto row = store_->find_stream(name);
  if (!row) return std::nullopt;
  return homes_[name] = row->key;
}

// Streams are named "<type>/<id>"; one may be there as a home before it has an event.
StreamKey Journal::Writer::home_key(const std::string& name) {
  if (const auto key = find_home(name)) return *key;
  const auto type = name.substr(0, name.find('/'));
  return homes_[name] = store_->create_stream(name, type);
}

// What no request has given, but a webhook, say, goes on with the story of the stream that keeps its
// outcome: with what led to its last event. Streams of requests have none.
void Journal::Writer::find_cause(CommandId& id) {
  if (!id.cause.correlation.empty() || id.home.starts_with("requests/")) return;
  const auto row = store_->find_stream(id.home);
  if (!row || row->end.version == 0) return;
  store_->load(*row, row->end.version - 1,
               [&](const StoredEvent& event) { id.cause = event.cause; });
}

Result Journal::Writer::handle(Work& work) {
  ++counts.commands;
  if (auto first =
          recorded(*store_, find_home(work.id.home), work.id, *work.rule, head_.position)) {
    ++counts.repeats;
    return *std::move(first);
  }
  if (work.id.decide_by <= clock_) {
    ++counts.overdue;
    return {Result::Kind::unavailable, {}, false, 0, "its time was over before its turn came"};
  }
  if (slot_.suspects(who_marks, work.id.id)) {
    ++counts.defects;
    return {Result::Kind::defect, {}, false, 0, "it has brought the process down"};
  }
  find_cause(work.id);
  TurnOfOne turn{*this, work.id};
  Verdict verdict;
  try {
    const auto marked = slot_.mark(who_marks, work.id.id);
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

void Journal::Writer::take_snapshots() {
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
void Journal::Writer::trim() {
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

}  // namespace madang::chassis
