#pragma once
// The read models of a context, in views.db: rows and the checkpoint of their projection change in one
// transaction, so that they can never disagree. All of it can be made again from the log.
//
//   projections(name, generation, shape, position, live)     one live generation each
//   rows_<name>_<generation>(key, row, c_<column>...)
//   parked(projection, key, position, delivery, cause)       a row whose event could not be folded, and
//                                                            the later events of that row
//
// A rebuild fills a new generation beside the live one, which people go on reading; the two are swapped
// when the new one has reached the head. A shape that is not the code's is rebuilt at start.
//
// Should the lock of the folder be lost, two processes write here: whoever finds that the other has come further goes
// on from there, and no event is folded twice.
#include "chassis/assembly/context.hpp"
#include "chassis/subscriptions/log.hpp"
#include "chassis/subscriptions/switches.hpp"
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace madang::storage {
class Database;
struct Migration;
}  // namespace madang::storage

namespace madang::chassis {

std::span<const storage::Migration> views_migrations();

struct Comparison {
  std::size_t rows = 0, differing = 0;
  std::vector<std::string> examples;  // keys, at most 10
};

// A row that stands still since one of its events could not be folded. Folding the read model again is what
// mends it, once the program can.
struct ParkedRow {
  std::string projection, key;
  Position position;
  std::string cause;  // empty of what waits behind another event of the row
};

std::vector<ParkedRow> parked_rows(storage::Database&);

class Views {
 public:
  // Runs the migrations that are pending (throws storage::MigrationRefused when the file is newer than
  // this program), and begins a rebuild of what has another shape.
  Views(const Context&, const std::string& path, runtime::Time now, Log&, Marks::Slot = {});
  ~Views();

  // Projections that are switched off stay as they are; below, nothing but this counts them among all.
  void heed(const Switches&);
  [[nodiscard]] bool has_any() const;  // that is not off
  // The least position of all generations: where to read the log from.
  [[nodiscard]] Position position() const;
  // The greatest: what people read goes on from here while a new generation is far behind it.
  [[nodiscard]] Position furthest() const;
  // The least position that is safe to tell readers: of live generations whose shape is the code's.
  [[nodiscard]] Position live_position() const;
  [[nodiscard]] bool is_ready() const;  // each projection has a live generation of the code's shape

  // Folds events that follow position(), or furthest(), in one transaction, into the generations that have
  // come so far; swaps what has caught up with `head`. Unavailable also when another process has folded some meanwhile.
  void apply(const std::vector<Delivery>&, Position head);
  // Keeps the file small; between transactions.
  void maintain();
  // The last call: leaves an empty WAL.
  void close();

  // Begins a new generation, which apply() fills from the beginning.
  void begin_rebuild(const std::string& projection);
  [[nodiscard]] bool is_rebuilding(const std::string& projection) const;
  // What the rebuild found when it was compared with the live rows at the same position, if there has
  // been one since the start.
  [[nodiscard]] std::optional<Comparison> last_comparison(const std::string& projection) const;

  [[nodiscard]] std::vector<ParkedRow> parked();

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

// For queries, on a connection of its own; one task at a time.
class ViewsReader {
 public:
  explicit ViewsReader(const std::string& path);
  ~ViewsReader();

  // Calls with a reader per projection, all of one moment. Throws Unavailable while one is being built.
  void read(const std::vector<std::string>& projections,
            const std::function<void(const QueryType::Readers&)>&);
  [[nodiscard]] std::vector<ParkedRow> parked();

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace madang::chassis
