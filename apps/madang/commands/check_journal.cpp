#include <map>

#include "apps/madang/commands/check.hpp"
#include "chassis/journal/turn.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/storage/sqlite.hpp"

namespace madang::app {
namespace {

using chassis::Position, chassis::StoredEvent, chassis::Version;

constexpr std::size_t read_max = 1000;
constexpr std::size_t problems_max = 20;  // of one kind: what is broken often is said often enough

// What a statement counts.
std::int64_t number(storage::Database& db, const std::string& sql) {
  auto row = db.prepare_once(sql);
  row.bind().step();
  return row.integer(0);
}

// Each row of the statement is a problem; its first column says where.
void problems(storage::Database& db, Findings& findings, const std::string& sql,
              const std::string& what) {
  auto rows = db.prepare_once(sql + " LIMIT " + std::to_string(problems_max));
  for (rows.bind(); rows.step();) findings.problem(what + " (" + std::string{rows.text(0)} + ")");
}

void check_log(storage::Database& db, Findings& findings) {
  const auto head = number(db, "SELECT position FROM log_head");
  const auto events = number(db, "SELECT count(*) FROM events");
  const auto last = number(db, "SELECT coalesce(max(position), 0) FROM events");
  findings.count("events", events);
  if (last != head)
    findings.problem("the head stands at " + std::to_string(head) + ", the last event at " +
                     std::to_string(last));
  problems(
      db, findings,
      "SELECT position FROM (SELECT position, lag(position, 1, 0) OVER (ORDER BY position) AS before"
      " FROM events) WHERE position <> before + 1",
      "positions are missing before an event");
  problems(
      db, findings,
      "SELECT position FROM (SELECT position, at, lag(at, 1, 0) OVER (ORDER BY position) AS before"
      " FROM events) WHERE at < before",
      "an event is older than the one before it");
  problems(db, findings, "SELECT position FROM events WHERE stream NOT IN (SELECT id FROM streams)",
           "an event is of no stream");
}

void check_streams(storage::Database& db, Findings& findings) {
  findings.count("streams", number(db, "SELECT count(*) FROM streams WHERE version > 0"));
  problems(
      db, findings,
      "SELECT s.name FROM streams s LEFT JOIN (SELECT stream, count(*) AS n, min(version) AS first,"
      " max(version) AS last FROM events GROUP BY stream) e ON e.stream = s.id"
      " WHERE s.version <> coalesce(e.n, 0) OR coalesce(e.first, 1) <> 1 OR coalesce(e.last, 0) <> s.version",
      "versions of a stream are not contiguous, or not what the stream says");
  problems(db, findings,
           "SELECT e.position FROM events e LEFT JOIN events b ON b.position = e.previous"
           " WHERE CASE e.version WHEN 1 THEN e.previous <> 0"
           " ELSE b.stream IS NOT e.stream OR b.version IS NOT e.version - 1 END",
           "an event does not name the one before it in its stream");
  problems(db, findings,
           "SELECT s.name FROM streams s LEFT JOIN events e ON e.position = s.last"
           " WHERE s.version > 0 AND (e.stream IS NOT s.id OR e.version IS NOT s.version)",
           "a stream does not name its last event");
}

void check_records(storage::Database& db, Findings& findings) {
  findings.count("outcomes", number(db, "SELECT count(*) FROM outcomes"));
  findings.count("claims", number(db, "SELECT count(*) FROM claims"));
  findings.count("timers", number(db, "SELECT count(*) FROM timers"));
  findings.count("parked", number(db, "SELECT count(*) FROM parked"));
  problems(db, findings,
           "SELECT DISTINCT home FROM outcomes WHERE home NOT IN (SELECT id FROM streams)",
           "an outcome has no home");
  problems(db, findings,
           "SELECT hex(command_id) FROM outcomes WHERE first < 0 OR last < first"
           " OR (first = 0) <> (last = 0) OR last > (SELECT position FROM log_head)",
           "an outcome names events that are not there");
  problems(db, findings, "SELECT scope FROM claims WHERE owner NOT IN (SELECT id FROM streams)",
           "a claim is owned by no stream");
  problems(db, findings, "SELECT stream FROM timers WHERE stream NOT IN (SELECT id FROM streams)",
           "a timer is of no stream");
  problems(
      db, findings,
      "SELECT consumer FROM checkpoints WHERE source = '' AND position > (SELECT position FROM log_head)",
      "a consumer stands beyond the head");
}

// Folds one stream, and looks at its snapshot on the way.
void fold_stream(const chassis::StreamType& type, const std::vector<StoredEvent>& events,
                 storage::Database& db, Findings& findings) {
  Version version = 0;
  std::string kept;
  auto row = db.prepare(
      "SELECT p.version, p.shape, p.state FROM snapshots p JOIN streams s ON s.id = p.stream WHERE s.name = ?");
  if (row.bind(events.front().stream).step() && row.text(1) == type.shape) {
    version = row.integer(0);
    kept = row.text(2);
  }
  const auto state = type.empty();
  for (const auto& event : events) {
    type.evolve(state.get(), event);
    if (event.version == version && type.encode(state.get()) != kept)
      findings.problem("the snapshot of " + event.stream + " is not what its events lead to");
  }
}

void check_folds(const Place& place, storage::Database& db, Findings& findings) {
  const auto journal = place.read_journal();
  std::size_t unreadable = 0;
  std::string after;
  for (auto names = journal->stream_names("", after, read_max); !names.empty();
       names = journal->stream_names("", after, read_max)) {
    for (const auto& name : names) {
      const auto type = place.context->stream_types.find(name.substr(0, name.find('/')));
      try {
        const auto events = journal->stream(name);
        if (events.empty()) continue;
        if (type == place.context->stream_types.end())
          throw chassis::Corrupt{"nobody knows its kind"};
        fold_stream(*type->second, events, db, findings);
      } catch (const std::exception& fault) {
        if (++unreadable <= problems_max)
          findings.problem(name + " cannot be folded: " + fault.what());
      }
    }
    after = names.back();
  }
}

}  // namespace

void check_journal(const Place& place, Findings& findings) {
  storage::Database db{place.journal_path(), storage::Synchronous::normal,
                       storage::Open::read_only};
  db.begin_reading();
  check_log(db, findings);
  check_streams(db, findings);
  check_records(db, findings);
  check_folds(place, db, findings);
  db.rollback();
}

void check_inboxes(const Place& place, const std::vector<Place>& all, Findings& findings) {
  for (const auto& source : all) {
    if (!place.context->sources().contains(source.name())) continue;
    const auto inboxes = place.read_journal()->inboxes(source.name());
    const auto head = source.read_journal()->head();
    for (const auto& inbox : inboxes) {
      if (inbox.incarnation != head.incarnation)
        findings.problem("what was heard of " + source.name() +
                         " is of another incarnation of its log");
      else if (inbox.position > head.position)
        findings.problem("more was heard of " + source.name() + " than its log has");
    }
  }
}

}  // namespace madang::app
