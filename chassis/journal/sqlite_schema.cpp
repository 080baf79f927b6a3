#include "chassis/journal/sqlite_schema.hpp"

#include <array>

#include "chassis/storage/migrations.hpp"

namespace madang::chassis {
namespace {

// What a commit costs is the pages that it touches: each goes to the WAL whole. So events are clustered by
// position and outcomes by home, what is written together stands together; and an event names the one
// before it in its stream, which no index of (stream, version) must then be kept for (docs/adr/0007).
constexpr std::string_view journal_1 = R"(
CREATE TABLE log_head(
  one INTEGER PRIMARY KEY CHECK(one = 1), incarnation TEXT NOT NULL, position INTEGER NOT NULL,
  time INTEGER NOT NULL, epoch INTEGER NOT NULL);
CREATE TABLE streams(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL, version INTEGER NOT NULL,
  last INTEGER NOT NULL);
CREATE TABLE events(
  position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, version INTEGER NOT NULL,
  previous INTEGER NOT NULL, type TEXT NOT NULL, schema INTEGER NOT NULL, slice INTEGER NOT NULL, at INTEGER NOT NULL,
  command_id BLOB NOT NULL, ordinal INTEGER NOT NULL, causation TEXT NOT NULL, correlation TEXT NOT NULL,
  traceparent TEXT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE outcomes(
  home INTEGER NOT NULL, command_id BLOB NOT NULL, fingerprint BLOB NOT NULL, refusal TEXT NOT NULL,
  why TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(home, command_id)) WITHOUT ROWID;
CREATE TABLE claims(
  scope TEXT NOT NULL, key TEXT NOT NULL, owner INTEGER NOT NULL, PRIMARY KEY(scope, key)) WITHOUT ROWID;
CREATE INDEX claims_by_owner ON claims(owner);
CREATE TABLE timers(
  stream INTEGER PRIMARY KEY, generation INTEGER NOT NULL, due INTEGER NOT NULL);
CREATE INDEX timers_by_due ON timers(due);
CREATE TABLE snapshots(
  stream INTEGER PRIMARY KEY, version INTEGER NOT NULL, shape TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE checkpoints(
  consumer TEXT NOT NULL, source TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY(consumer, source)) WITHOUT ROWID;
CREATE TABLE inbox(
  source TEXT NOT NULL, incarnation TEXT NOT NULL, slice INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY(source, incarnation, slice)) WITHOUT ROWID;
CREATE TABLE parked(
  number INTEGER PRIMARY KEY AUTOINCREMENT, consumer TEXT NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL,
  position INTEGER NOT NULL, delivery TEXT NOT NULL, cause TEXT NOT NULL, attempts INTEGER NOT NULL);
INSERT INTO log_head VALUES(1, lower(hex(randomblob(16))), 0, 0, 0);
)";

// The story of what is parked, and what people did that is no event.
constexpr std::string_view journal_2 = R"(
ALTER TABLE parked ADD COLUMN parked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parked ADD COLUMN failed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parked ADD COLUMN first_cause TEXT NOT NULL DEFAULT '';
CREATE TABLE acts(
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
  about TEXT NOT NULL, why TEXT NOT NULL, details TEXT NOT NULL);
)";

constexpr std::array migrations{storage::Migration{1, "the journal", journal_1},
                                storage::Migration{2, "stories and acts", journal_2}};

}  // namespace

std::span<const storage::Migration> journal_migrations() { return migrations; }

}  // namespace madang::chassis
