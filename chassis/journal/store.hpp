#pragma once
// The face of a database to the journal. Any store must pass tests/conformance.hpp.
//
// JournalStore is the writer's: begin() takes the head, on which all other writers of the log wait until
// commit() or rollback(); what it reads between them is what it will write on. JournalReader is anyone's:
// it sees committed events only and never delays the writer. Neither is shared between tasks.
//
// Errors: Unavailable (nothing was written; later perhaps), Corrupt, and storage::SyncFailed, after which
// the process must stop. After any of them the caller calls rollback().
#include "chassis/journal/event.hpp"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace madang::chassis {

using StreamKey = std::int64_t;

// Where a stream ends; its events are chained from there, each to the one before.
struct StreamEnd {
  Version version = 0;
  Position last = 0;  // of its last event; 0: it has none
};
struct StreamRow {
  StreamKey key;
  StreamEnd end;
};
struct NewEvent {
  StreamKey stream;
  Version version;
  Position previous;  // of the event before it in its stream; 0: none
  std::string_view stream_name, type;
  int schema;
  int ordinal;
  std::string_view payload;
};

// How far a source has been heard. The embedded bus hears a whole log as one: every_slice.
inline constexpr int every_slice = -1;
struct Inbox {
  std::string incarnation;
  int slice;
  Position position;
};

class JournalStore {
 public:
  virtual ~JournalStore() = default;

  virtual Head begin() = 0;
  virtual void commit(const Head&) = 0;
  virtual void rollback() noexcept = 0;
  // Between transactions; keeps the store small and quick (SQLite: moves the WAL into the database).
  virtual void maintain() = 0;
  // The last call: leaves the store as a backup would like to find it (SQLite: an empty WAL).
  virtual void close() = 0;

  virtual std::optional<StreamRow> find_stream(const std::string& name) = 0;
  virtual StreamKey create_stream(const std::string& name, const std::string& type) = 0;
  virtual void set_end(StreamKey, const StreamEnd&) = 0;

  // Up to that end, in order of version; throws Corrupt where the chain is broken.
  virtual void load(const StreamRow&, Version after,
                    const std::function<void(const StoredEvent&)>&) = 0;
  virtual std::vector<StoredEvent> events(Position first, Position last) = 0;
  virtual void append(Position, const NewEvent&, Instant at, const CommandId&) = 0;

  virtual std::optional<Outcome> find_outcome(StreamKey home, const Digest128&) = 0;
  virtual void put_outcome(StreamKey home, const Digest128&, const Outcome&) = 0;

  virtual std::optional<std::string> claim_owner(const std::string& scope,
                                                 const std::string& key) = 0;
  virtual void put_claim(const std::string& scope, const std::string& key, StreamKey owner) = 0;
  virtual void drop_claim(const std::string& scope, const std::string& key) = 0;
  virtual void drop_claims_of(const std::string& owner) = 0;

  virtual std::optional<Arming> find_timer(StreamKey) = 0;
  virtual void put_timer(StreamKey, const Arming&) = 0;
  virtual void drop_timer(StreamKey) = 0;

  virtual std::optional<Snapshot> find_snapshot(StreamKey) = 0;
  virtual void put_snapshot(StreamKey, const Snapshot&) = 0;

  // How far a consumer with an effect has come in a source ("" is this log).
  virtual void put_checkpoint(const std::string& consumer, const std::string& source, Position) = 0;
  virtual void put_inbox(const std::string& source, const std::string& incarnation, int slice,
                         Position) = 0;
  virtual std::int64_t park(const Parked&) = 0;  // its number
  virtual void note_attempt(std::int64_t number, const std::string& cause, Instant at) = 0;
  virtual void unpark(std::int64_t number) = 0;
  virtual void note_act(const Act&) = 0;
};

class JournalReader {
 public:
  virtual ~JournalReader() = default;

  virtual Head head() = 0;
  // The events after a position, at most `max`. Throws Corrupt when a position is missing, or when
  // `after` lies beyond the head.
  virtual std::vector<StoredEvent> after(Position, std::size_t max) = 0;
  // Looks through the events after a position, at most `max`, and gives those that are wanted, in order; for
  // readers of few types, since the others are not read whole. Says how far it has come. Throws as after() does.
  using Wanted = std::function<bool(std::string_view type, int slice)>;
  virtual Position pass(Position after, std::size_t max, const Wanted&,
                        const std::function<void(const StoredEvent&)>&) = 0;
  virtual std::vector<StoredEvent> stream(const std::string& name) = 0;
  virtual std::vector<std::string> stream_names(const std::string& prefix, const std::string& after,
                                                std::size_t max) = 0;
  virtual std::vector<Timer> due_timers(Instant now, std::size_t max) = 0;
  virtual std::optional<Instant> next_timer() = 0;
  virtual Position checkpoint(const std::string& consumer, const std::string& source) = 0;
  virtual std::vector<Inbox> inboxes(const std::string& source) = 0;
  virtual std::vector<Parked> parked() = 0;
  virtual std::vector<Act> acts() = 0;  // in the order in which they were done
  virtual std::optional<std::string> claim_owner(const std::string& scope,
                                                 const std::string& key) = 0;
};

}  // namespace madang::chassis
