#include "chassis/journal/sqlite_store.hpp"

#include "chassis/journal/sqlite_schema.hpp"
#include "chassis/storage/migrations.hpp"
#include "chassis/storage/sqlite.hpp"

#include <ranges>

namespace madang::chassis {
namespace {

using storage::as_blob, storage::Database;

Instant instant(std::int64_t milliseconds) {
  return Instant{std::chrono::milliseconds{milliseconds}};
}
std::int64_t count(Instant at) { return at.time_since_epoch().count(); }

class SqliteStore final : public JournalStore {
 public:
  SqliteStore(const std::string& path, runtime::Time now) : db_{path, storage::Synchronous::full} {
    storage::migrate(db_, journal_migrations(), now);
  }

  Head begin() override {
    db_.begin();
    return read_head(db_);
  }
  void commit(const Head& head) override {
    db_.prepare("UPDATE log_head SET incarnation = ?, position = ?, time = ?, epoch = ?")
        .run(head.incarnation, head.position, count(head.time), head.epoch);
    db_.commit();
  }
  void rollback() noexcept override { db_.rollback(); }
  void maintain() override { db_.checkpoint(storage::Checkpoint::passive); }
  void close() override { db_.checkpoint(storage::Checkpoint::truncate); }

  std::optional<StreamRow> find_stream(const std::string& name) override {
    return find_stream_in(db_, name);
  }
  StreamKey create_stream(const std::string& name, const std::string& type) override {
    db_.prepare("INSERT INTO streams(name, type, version, last) VALUES(?, ?, 0, 0)")
        .run(name, type);
    return db_.last_key();
  }
  void set_end(StreamKey key, const StreamEnd& end) override {
    db_.prepare("UPDATE streams SET version = ?, last = ? WHERE id = ?")
        .run(end.version, end.last, key);
  }

  void load(const StreamRow& stream, Version after,
            const std::function<void(const StoredEvent&)>& take) override {
    load_chain(db_, stream, after, take);
  }
  std::vector<StoredEvent> events(Position first, Position last) override {
    std::vector<StoredEvent> found;
    auto rows = db_.prepare(
        "SELECT e.position, s.name, e.version, e.type, e.schema, e.slice, e.at, e.command_id, e.ordinal,"
        " e.causation, e.correlation, e.traceparent, e.payload"
        " FROM events e JOIN streams s ON s.id = e.stream WHERE e.position BETWEEN ? AND ?"
        " ORDER BY e.position");
    for (rows.bind(first, last); rows.step();) found.push_back(read_event(rows));
    return found;
  }
  void append(Position position, const NewEvent& event, Instant at, const CommandId& id) override {
    db_.prepare(
           "INSERT INTO events(position, stream, version, previous, type, schema, slice, at, command_id,"
           " ordinal, causation, correlation, traceparent, payload)"
           " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
        .run(position, event.stream, event.version, event.previous, event.type, event.schema,
             slice_of(event.stream_name), count(at), id.id, event.ordinal, id.cause.causation,
             id.cause.correlation, id.cause.traceparent, event.payload);
  }

  std::optional<Outcome> find_outcome(StreamKey home, const Digest128& id) override {
    auto row = db_.prepare(
        "SELECT fingerprint, refusal, why, first, last FROM outcomes WHERE home = ? AND command_id = ?");
    if (!row.bind(home, id).step()) return std::nullopt;
    return Outcome{std::string{row.blob_text(0)}, std::string{row.text(1)},
                   std::string{row.text(2)}, row.integer(3), row.integer(4)};
  }
  void put_outcome(StreamKey home, const Digest128& id, const Outcome& outcome) override {
    db_.prepare(
           "INSERT INTO outcomes(home, command_id, fingerprint, refusal, why, first, last)"
           " VALUES(?, ?, ?, ?, ?, ?, ?)")
        .run(home, id, as_blob(outcome.fingerprint), outcome.refusal, outcome.why, outcome.first,
             outcome.last);
  }

  std::optional<std::string> claim_owner(const std::string& scope,
                                         const std::string& key) override {
    return find_claim(db_, scope, key);
  }
  void put_claim(const std::string& scope, const std::string& key, StreamKey owner) override {
    db_.prepare("INSERT OR REPLACE INTO claims(scope, key, owner) VALUES(?, ?, ?)")
        .run(scope, key, owner);
  }
  void drop_claim(const std::string& scope, const std::string& key) override {
    db_.prepare("DELETE FROM claims WHERE scope = ? AND key = ?").run(scope, key);
  }
  void drop_claims_of(const std::string& owner) override {
    db_.prepare("DELETE FROM claims WHERE owner = (SELECT id FROM streams WHERE name = ?)")
        .run(owner);
  }

  std::optional<Arming> find_timer(StreamKey stream) override {
    auto row = db_.prepare("SELECT generation, due FROM timers WHERE stream = ?");
    if (!row.bind(stream).step()) return std::nullopt;
    return Arming{row.integer(0), instant(row.integer(1))};
  }
  void put_timer(StreamKey stream, const Arming& arming) override {
    db_.prepare("INSERT OR REPLACE INTO timers(stream, generation, due) VALUES(?, ?, ?)")
        .run(stream, arming.generation, count(arming.due));
  }
  void drop_timer(StreamKey stream) override {
    db_.prepare("DELETE FROM timers WHERE stream = ?").run(stream);
  }

  std::optional<Snapshot> find_snapshot(StreamKey key) override {
    auto row = db_.prepare("SELECT version, shape, state FROM snapshots WHERE stream = ?");
    if (!row.bind(key).step()) return std::nullopt;
    return Snapshot{row.integer(0), std::string{row.text(1)}, std::string{row.text(2)}};
  }
  void put_snapshot(StreamKey key, const Snapshot& snapshot) override {
    db_.prepare(
           "INSERT OR REPLACE INTO snapshots(stream, version, shape, state) VALUES(?, ?, ?, ?)")
        .run(key, snapshot.version, snapshot.shape, snapshot.state);
  }

  void put_checkpoint(const std::string& consumer, const std::string& source,
                      Position position) override {
    db_.prepare("INSERT OR REPLACE INTO checkpoints(consumer, source, position) VALUES(?, ?, ?)")
        .run(consumer, source, position);
  }
  void put_inbox(const std::string& source, const std::string& incarnation, int slice,
                 Position position) override {
    db_.prepare(
           "INSERT OR REPLACE INTO inbox(source, incarnation, slice, position) VALUES(?, ?, ?, ?)")
        .run(source, incarnation, slice, position);
  }
  std::int64_t park(const Parked& it) override {
    db_.prepare(
           "INSERT INTO parked(consumer, key, source, position, delivery, cause, attempts, parked_at,"
           " failed_at, first_cause) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(it.consumer, it.key, it.source, it.position, it.delivery, it.cause, it.attempts,
             count(it.parked_at), count(it.failed_at), it.first_cause);
    return db_.last_key();
  }
  void note_attempt(std::int64_t number, const std::string& cause, Instant at) override {
    db_.prepare(
           "UPDATE parked SET attempts = attempts + 1, cause = ?1, failed_at = ?2,"
           " first_cause = iif(first_cause = '', ?1, first_cause) WHERE number = ?3")
        .run(cause, count(at), number);
  }
  void unpark(std::int64_t number) override {
    db_.prepare("DELETE FROM parked WHERE number = ?").run(number);
  }
  void note_act(const Act& it) override {
    db_.prepare("INSERT INTO acts(at, who, what, about, why, details) VALUES(?, ?, ?, ?, ?, ?)")
        .run(count(it.at), it.who, it.what, it.about, it.why, it.details);
  }

  static Head read_head(Database& db) {
    auto row = db.prepare("SELECT incarnation, position, time, epoch FROM log_head");
    if (!row.bind().step()) throw Corrupt{"the journal has no head"};
    return {std::string{row.text(0)}, row.integer(1), instant(row.integer(2)), row.integer(3)};
  }
  static StoredEvent read_event(const storage::Statement& row) {
    StoredEvent event{
        row.integer(0),
        std::string{row.text(1)},
        row.integer(2),
        std::string{row.text(3)},
        static_cast<int>(row.integer(4)),
        static_cast<int>(row.integer(5)),
        instant(row.integer(6)),
        {},
        static_cast<int>(row.integer(8)),
        {std::string{row.text(9)}, std::string{row.text(10)}, std::string{row.text(11)}},
        std::string{row.text(12)}};
    const auto id = row.blob(7);
    if (id.size() != event.command.size())
      throw Corrupt{"an event's command id is not 16 bytes long"};
    for (std::size_t i = 0; i < id.size(); ++i) event.command[i] = static_cast<std::uint8_t>(id[i]);
    return event;
  }
  static std::optional<StreamRow> find_stream_in(Database& db, const std::string& name) {
    auto row = db.prepare("SELECT id, version, last FROM streams WHERE name = ?");
    if (!row.bind(name).step()) return std::nullopt;
    return StreamRow{row.integer(0), {row.integer(1), row.integer(2)}};
  }
  // Goes back along the chain for the positions alone, then reads the events in order.
  static void load_chain(Database& db, const StreamRow& stream, Version after,
                         const std::function<void(const StoredEvent&)>& take) {
    std::vector<Position> positions;
    auto at = stream.end.last;
    for (auto version = stream.end.version; version > after; --version) {
      auto link = db.prepare("SELECT stream, version, previous FROM events WHERE position = ?");
      if (!link.bind(at).step() || link.integer(0) != stream.key || link.integer(1) != version)
        throw Corrupt{"position " + std::to_string(at) + " is not version " +
                      std::to_string(version) + " of its stream"};
      positions.push_back(at);
      at = link.integer(2);
    }
    for (const auto position : positions | std::views::reverse) load_one(db, position, take);
  }
  static void load_one(Database& db, Position position,
                       const std::function<void(const StoredEvent&)>& take) {
    auto row = db.prepare(
        "SELECT e.position, s.name, e.version, e.type, e.schema, e.slice, e.at, e.command_id, e.ordinal,"
        " e.causation, e.correlation, e.traceparent, e.payload"
        " FROM events e JOIN streams s ON s.id = e.stream WHERE e.position = ?");
    if (!row.bind(position).step())
      throw Corrupt{"position " + std::to_string(position) + " is missing"};
    take(read_event(row));
  }
  static std::optional<std::string> find_claim(Database& db, const std::string& scope,
                                               const std::string& key) {
    auto row = db.prepare(
        "SELECT s.name FROM claims c JOIN streams s ON s.id = c.owner WHERE c.scope = ? AND c.key = ?");
    if (!row.bind(scope, key).step()) return std::nullopt;
    return std::string{row.text(0)};
  }

 private:
  Database db_;
};

class SqliteReader final : public JournalReader {
 public:
  explicit SqliteReader(const std::string& path)
      : db_{path, storage::Synchronous::normal, storage::Open::read_only} {}

  Head head() override { return SqliteStore::read_head(db_); }
  std::vector<StoredEvent> after(Position position, std::size_t max) override {
    std::vector<StoredEvent> found;
    if (pass(position, 1, [](std::string_view, int) { return false; }, {}) == position)
      return found;
    auto rows = db_.prepare(
        "SELECT e.position, s.name, e.version, e.type, e.schema, e.slice, e.at, e.command_id, e.ordinal,"
        " e.causation, e.correlation, e.traceparent, e.payload"
        " FROM events e JOIN streams s ON s.id = e.stream WHERE e.position > ? ORDER BY e.position LIMIT ?");
    for (rows.bind(position, max); rows.step();) {
      found.push_back(SqliteStore::read_event(rows));
      if (found.back().position != ++position)
        throw Corrupt{"position " + std::to_string(position) + " is missing"};
    }
    return found;
  }
  // Begins with the event at the position itself: it is there, or the position lies beyond the head.
  Position pass(Position position, std::size_t max, const Wanted& wanted,
                const std::function<void(const StoredEvent&)>& take) override {
    std::vector<Position> found;
    {
      auto rows = db_.prepare(
          "SELECT position, type, slice FROM events WHERE position >= ? ORDER BY position LIMIT ?");
      rows.bind(std::max<Position>(position, 1), position == 0 ? max : max + 1);
      if (position != 0 && (!rows.step() || rows.integer(0) != position))
        throw Corrupt{"a checkpoint lies beyond the head of the journal"};
      while (rows.step()) {
        if (rows.integer(0) != ++position)
          throw Corrupt{"position " + std::to_string(position) + " is missing"};
        if (wanted(rows.text(1), static_cast<int>(rows.integer(2)))) found.push_back(position);
      }
    }
    for (const auto at : found) SqliteStore::load_one(db_, at, take);
    return position;
  }
  std::vector<StoredEvent> stream(const std::string& name) override {
    std::vector<StoredEvent> found;
    if (const auto stream = SqliteStore::find_stream_in(db_, name))
      SqliteStore::load_chain(db_, *stream, 0, [&](const auto& it) { found.push_back(it); });
    return found;
  }
  std::vector<std::string> stream_names(const std::string& prefix, const std::string& after,
                                        std::size_t max) override {
    std::vector<std::string> names;
    auto rows = db_.prepare(
        "SELECT name FROM streams WHERE name > ? AND substr(name, 1, length(?)) = ? ORDER BY name LIMIT ?");
    for (rows.bind(std::max(prefix, after), prefix, prefix, max); rows.step();)
      names.emplace_back(rows.text(0));
    return names;
  }
  std::vector<Timer> due_timers(Instant now, std::size_t max) override {
    std::vector<Timer> due;
    auto rows = db_.prepare(
        "SELECT s.name, s.type, t.generation, t.due FROM timers t JOIN streams s ON s.id = t.stream"
        " WHERE t.due <= ? ORDER BY t.due LIMIT ?");
    for (rows.bind(count(now), max); rows.step();)
      due.push_back({std::string{rows.text(0)}, std::string{rows.text(1)}, rows.integer(2),
                     instant(rows.integer(3))});
    return due;
  }
  std::optional<Instant> next_timer() override {
    auto row = db_.prepare("SELECT min(due) FROM timers");
    if (!row.bind().step() || row.is_null(0)) return std::nullopt;
    return instant(row.integer(0));
  }
  Position checkpoint(const std::string& consumer, const std::string& source) override {
    auto row = db_.prepare("SELECT position FROM checkpoints WHERE consumer = ? AND source = ?");
    return row.bind(consumer, source).step() ? row.integer(0) : 0;
  }
  std::vector<Inbox> inboxes(const std::string& source) override {
    std::vector<Inbox> all;
    auto rows = db_.prepare("SELECT incarnation, slice, position FROM inbox WHERE source = ?");
    for (rows.bind(source); rows.step();)
      all.push_back(
          {std::string{rows.text(0)}, static_cast<int>(rows.integer(1)), rows.integer(2)});
    return all;
  }
  std::vector<Parked> parked() override {
    std::vector<Parked> all;
    auto rows = db_.prepare(
        "SELECT number, consumer, key, source, position, delivery, cause, attempts, parked_at,"
        " failed_at, first_cause FROM parked ORDER BY number");
    for (rows.bind(); rows.step();)
      all.push_back({rows.integer(0), std::string{rows.text(1)}, std::string{rows.text(2)},
                     std::string{rows.text(3)}, rows.integer(4), std::string{rows.text(5)},
                     std::string{rows.text(6)}, static_cast<int>(rows.integer(7)),
                     instant(rows.integer(8)), instant(rows.integer(9)),
                     std::string{rows.text(10)}});
    return all;
  }
  std::vector<Act> acts() override {
    std::vector<Act> all;
    auto rows = db_.prepare("SELECT at, who, what, about, why, details FROM acts ORDER BY number");
    for (rows.bind(); rows.step();)
      all.push_back({instant(rows.integer(0)), std::string{rows.text(1)}, std::string{rows.text(2)},
                     std::string{rows.text(3)}, std::string{rows.text(4)},
                     std::string{rows.text(5)}});
    return all;
  }
  std::optional<std::string> claim_owner(const std::string& scope,
                                         const std::string& key) override {
    return SqliteStore::find_claim(db_, scope, key);
  }

 private:
  Database db_;
};

}  // namespace

std::unique_ptr<JournalStore> open_sqlite_journal(const std::string& path, runtime::Time now) {
  return std::make_unique<SqliteStore>(path, now);
}
std::unique_ptr<JournalReader> read_sqlite_journal(const std::string& path) {
  return std::make_unique<SqliteReader>(path);
}

}  // namespace madang::chassis
