#include "chassis/subscriptions/views.hpp"

#include "chassis/storage/migrations.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/subscriptions/effects.hpp"
#include "chassis/subscriptions/row_values.hpp"
#include "kernel/check.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

namespace madang::chassis {
namespace {

using storage::Database;

constexpr std::string_view views_1 = R"(
CREATE TABLE projections(
  name TEXT NOT NULL, generation INTEGER NOT NULL, shape TEXT NOT NULL, position INTEGER NOT NULL,
  live INTEGER NOT NULL, PRIMARY KEY(name, generation)) WITHOUT ROWID;
CREATE TABLE parked(
  number INTEGER PRIMARY KEY, projection TEXT NOT NULL, generation INTEGER NOT NULL, key TEXT NOT NULL,
  position INTEGER NOT NULL, delivery TEXT NOT NULL, cause TEXT NOT NULL);
)";

constexpr std::array migrations{storage::Migration{1, "read models", views_1}};

std::string table_of(const std::string& projection, std::int64_t generation) {
  return "rows_" + projection + "_" + std::to_string(generation);
}

std::vector<Scalar> values_of(const std::string& key, const ProjectionType::Folded& folded) {
  std::vector<Scalar> values{key, folded.row};
  values.insert(values.end(), folded.columns.begin(), folded.columns.end());
  return values;
}

// Goes on in the order in which pages are read, so that a page of what it finds need not be sorted.
std::string index_of(const std::string& table, const std::string& column,
                     const std::string& ordered_by) {
  const auto then = ordered_by.empty() || ordered_by == column ? "" : ", c_" + ordered_by;
  return "CREATE INDEX " + table + "_by_" + column + " ON " + table + "(c_" + column + then +
         ", key);";
}

// Writes rows that are there already. Of the columns those alone that have changed: an index whose column is
// named is written twice, changed or not.
class Updates {
 public:
  Updates(Database& db, const std::string& table, const std::vector<std::string>& columns)
      : db_{db}, table_{table}, columns_{columns} {}

  void run(const std::string& key, const ProjectionType::Folded& row,
           const std::vector<Scalar>& before) {
    std::vector<std::size_t> changed;
    std::vector<Scalar> values{row.row};
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (row.columns[i] != before[i]) {
        changed.push_back(i);
        values.push_back(row.columns[i]);
      }
    values.emplace_back(key);
    prepared_.try_emplace(changed, db_, text_for(changed))
        .first->second.statement.run_values(values);
  }

 private:
  struct Prepared {
    Prepared(Database& db, const std::string& text) : statement{db.prepare_text(text)} {}
    storage::Statement statement;
  };
  [[nodiscard]] std::string text_for(const std::vector<std::size_t>& changed) const {
    std::string text = "UPDATE " + table_ + " SET row = ?";
    for (const auto i : changed) text += ", c_" + columns_[i] + " = ?";
    return text + " WHERE key = ?";
  }

  Database& db_;
  const std::string& table_;
  const std::vector<std::string>& columns_;
  std::map<std::vector<std::size_t>, Prepared> prepared_;  // by what is changed
};

}  // namespace

// One generation of one projection.
struct Generation {
  const ProjectionType* type;
  std::int64_t number = 0;
  std::string shape;
  Position position = 0;
  bool live = false;
  bool is_off = false;
  std::set<std::string> parked{};         // keys
  std::vector<std::string> parked_now{};  // of them, those parked in this transaction
  // Rows touched in this transaction; written at its end, in the order of their keys.
  std::map<std::string, ProjectionType::Folded> touched{};
  std::unordered_map<std::string, std::vector<Scalar>> found{};  // columns of those that were there
};

class Views::Inside {
 public:
  Inside(const Context& context, const std::string& path, runtime::Time now, Log& log,
         Marks::Slot slot)
      : types_{context.projections},
        db_{path, storage::Synchronous::normal},
        log_{log},
        slot_{slot} {
    storage::migrate(db_, migrations, now);
    recover_all();
  }

  std::vector<Generation> generations;
  std::map<std::string, Comparison> comparisons;

  void apply(const std::vector<Delivery>& deliveries, Position head) {
    try {
      if (!deliveries.empty()) fold_into_all(deliveries);
    } catch (const Overtaken&) {
      recover_all();
      throw Unavailable{"another process writes them; is the lock of the folder lost?"};
    }
    swap_what_caught_up(head);
  }
  void begin_rebuild(const ProjectionType& type) {
    std::int64_t newest = 0;
    for (const auto& it : generations)
      if (it.type == &type) newest = std::max(newest, it.number);
    Generation fresh{&type, newest + 1, type.shape};
    db_.transaction([&] { create(fresh, false); });
    generations.push_back(std::move(fresh));
  }
  void maintain() { db_.checkpoint(storage::Checkpoint::passive); }
  void close() { db_.checkpoint(storage::Checkpoint::truncate); }
  std::vector<ParkedRow> parked() { return parked_rows(db_); }

 private:
  // False: events between are still missing in this generation.
  static bool follow(const Generation& it, const std::vector<Delivery>& deliveries) {
    return !it.is_off && !deliveries.empty() && deliveries.front().position <= it.position + 1;
  }

  // Another process, which believes the folder its own too, has changed what stands there.
  struct Overtaken {};

  void recover_all() {
    auto before = std::exchange(generations, {});
    try {
      for (const auto& type : types_) recover(type);
    } catch (...) {
      generations = std::move(before);
      throw;
    }
  }
  void recover(const ProjectionType& type) {
    std::vector<Generation> found;
    auto rows =
        db_.prepare("SELECT generation, shape, position, live FROM projections WHERE name = ?");
    for (rows.bind(type.name); rows.step();)
      found.push_back({&type, rows.integer(0), std::string{rows.text(1)}, rows.integer(2),
                       rows.integer(3) != 0});
    // A rebuild that a stop interrupted begins again.
    for (const auto& it : found)
      if (!it.live) db_.transaction([&] { drop(it); });
    std::erase_if(found, [](const Generation& it) { return !it.live; });
    CHECK(found.size() <= 1, "a projection has one live generation");
    if (found.empty()) {
      Generation first{&type, 1, type.shape, 0, true};
      db_.transaction([&] { create(first, true); });
      generations.push_back(std::move(first));
      return;
    }
    auto& live = found.front();
    auto parked = db_.prepare("SELECT key FROM parked WHERE projection = ? AND generation = ?");
    for (parked.bind(type.name, live.number); parked.step();) live.parked.emplace(parked.text(0));
    const bool outdated = live.shape != type.shape;
    generations.push_back(std::move(live));
    if (outdated) begin_rebuild(type);
  }

  void create(const Generation& it, bool live) {
    const auto table = table_of(it.type->name, it.number);
    std::string sql = "CREATE TABLE " + table + "(key TEXT PRIMARY KEY, row TEXT NOT NULL";
    for (const auto& column : it.type->columns) sql += ", c_" + column;
    sql += ") WITHOUT ROWID;";
    for (const auto& column : it.type->columns) sql += index_of(table, column, it.type->ordered_by);
    db_.script(sql);
    db_.prepare(
           "INSERT INTO projections(name, generation, shape, position, live) VALUES(?, ?, ?, 0, ?)")
        .run(it.type->name, it.number, it.shape, live);
  }
  void drop(const Generation& it) {
    db_.script("DROP TABLE IF EXISTS " + table_of(it.type->name, it.number));
    db_.prepare("DELETE FROM projections WHERE name = ? AND generation = ?")
        .run(it.type->name, it.number);
    db_.prepare("DELETE FROM parked WHERE projection = ? AND generation = ?")
        .run(it.type->name, it.number);
  }

  void fold_into_all(const std::vector<Delivery>& deliveries) {
    for (auto& it : generations) it.parked_now.clear();
    try {
      db_.transaction([&] {
        for (auto& generation : generations)
          if (follow(generation, deliveries)) fold_all(generation, deliveries);
      });
    } catch (...) {
      for (auto& it : generations)
        for (const auto& key : it.parked_now) it.parked.erase(key);
      throw;
    }
    for (auto& generation : generations)
      if (follow(generation, deliveries))
        generation.position = std::max(generation.position, deliveries.back().position);
  }
  void fold_all(Generation& it, const std::vector<Delivery>& deliveries) {
    const auto upto = deliveries.back().position;
    if (upto <= it.position) return;
    db_.prepare(
           "UPDATE projections SET position = ? WHERE name = ? AND generation = ? AND position = ?")
        .run(upto, it.type->name, it.number, it.position);
    if (db_.changes() == 0) throw Overtaken{};
    const auto is_folded = [&](const Delivery& delivery) {
      return delivery.position > it.position && it.type->types.contains(delivery.type);
    };
    if (std::ranges::any_of(deliveries, is_folded)) fold_some(it, deliveries, is_folded);
  }
  template <class IsFolded>
  void fold_some(Generation& it, const std::vector<Delivery>& deliveries,
                 const IsFolded& is_folded) {
    const auto table = table_of(it.type->name, it.number);
    std::string columns;
    for (const auto& column : it.type->columns) columns += ", c_" + column;
    auto select = db_.prepare_text("SELECT row" + columns + " FROM " + table + " WHERE key = ?");
    const auto find = [&](const std::string& key) -> std::optional<std::string> {
      if (const auto found = it.touched.find(key); found != it.touched.end()) {
        if (found->second.action == ProjectionType::Folded::Action::drop) return std::nullopt;
        return found->second.row;
      }
      if (!select.bind(key).step()) return std::nullopt;
      auto& stands = it.found[key];
      for (std::size_t i = 0; i < it.type->columns.size(); ++i)
        stands.push_back(scalar_at(select, static_cast<int>(i) + 1));
      return std::string{select.text(0)};
    };
    it.touched.clear();
    it.found.clear();
    for (const auto& delivery : deliveries)
      if (is_folded(delivery)) fold(it, delivery, find);
    if (!it.touched.empty()) write_touched(it, table);
  }

  void fold(Generation& it, const Delivery& delivery, const ProjectionType::FindRow& find) {
    using Action = ProjectionType::Folded::Action;
    ProjectionType::Folded folded;
    std::string cause;
    try {
      if (slot_.suspects(it.type->name, delivery.identity))
        throw std::runtime_error{brought_the_process_down};
      const auto marked = slot_.mark(it.type->name, delivery.identity);
      folded = it.type->fold(delivery, find);
      if (folded.action == Action::park)
        cause = delivery.type + " came for a row that is not there";
    } catch (const Unavailable&) {
      throw;  // of the disk, under a row that was asked for: no fault of the event
    } catch (const std::exception& defect) {
      folded.action = Action::park;
      folded.key = delivery.stream;
      cause = defect.what();
    }
    if (folded.action == Action::nothing) return;
    if (folded.action == Action::park || it.parked.contains(folded.key)) {
      db_.prepare(
             "INSERT INTO parked(projection, generation, key, position, delivery, cause)"
             " VALUES(?, ?, ?, ?, ?, ?)")
          .run(it.type->name, it.number, folded.key, delivery.position, encode_delivery(delivery),
               cause);
      if (it.parked.insert(folded.key).second) it.parked_now.push_back(folded.key);
      log_.warn("parked a row", {{"projection", it.type->name},
                                 {"key", folded.key},
                                 {"trace", telemetry::trace_id_in(delivery.cause.traceparent)},
                                 {"why", cause}});
      return;
    }
    auto key = folded.key;
    it.touched.insert_or_assign(std::move(key), std::move(folded));
  }

  void write_touched(Generation& it, const std::string& table) {
    std::string sql = "INSERT OR REPLACE INTO " + table + " VALUES(?1, ?2";
    for (std::size_t i = 0; i < it.type->columns.size(); ++i) sql += ", ?" + std::to_string(i + 3);
    auto put = db_.prepare_text(sql + ")");
    auto remove = db_.prepare_text("DELETE FROM " + table + " WHERE key = ?");
    Updates updates{db_, table, it.type->columns};
    for (const auto& [key, folded] : it.touched)
      if (folded.action == ProjectionType::Folded::Action::drop) remove.run(key);
      else if (const auto stands = it.found.find(key); stands != it.found.end())
        updates.run(key, folded, stands->second);
      else put.run_values(values_of(key, folded));
  }

  void swap_what_caught_up(Position head) {
    for (std::size_t i = 0; i < generations.size(); ++i) {
      if (generations[i].live || generations[i].position < head) continue;
      const auto old = std::ranges::find_if(generations, [&](const Generation& other) {
        return other.type == generations[i].type && other.live;
      });
      CHECK(old != generations.end(), "what is rebuilt stands beside a live generation");
      if (old->shape == generations[i].shape && old->position == generations[i].position)
        comparisons[old->type->name] = compare(*old, generations[i]);
      db_.transaction([&] {
        db_.prepare("UPDATE projections SET live = 1 WHERE name = ? AND generation = ?")
            .run(generations[i].type->name, generations[i].number);
        drop(*old);
      });
      generations[i].live = true;
      generations.erase(old);
      swap_what_caught_up(head);
      return;
    }
  }

  Comparison compare(const Generation& old, const Generation& fresh) {
    Comparison found;
    const auto a = table_of(old.type->name, old.number),
               b = table_of(fresh.type->name, fresh.number);
    auto count = db_.prepare_once("SELECT count(*) FROM " + b);
    count.bind().step();
    found.rows = static_cast<std::size_t>(count.integer(0));
    auto rows = db_.prepare_once("SELECT key FROM (SELECT * FROM " + a + " EXCEPT SELECT * FROM " +
                                 b + ") UNION SELECT key FROM (SELECT * FROM " + b +
                                 " EXCEPT SELECT * FROM " + a + ")");
    for (rows.bind(); rows.step();) {
      if (found.examples.size() < 10) found.examples.emplace_back(rows.text(0));
      ++found.differing;
    }
    return found;
  }

  const std::vector<ProjectionType>& types_;
  Database db_;
  Log& log_;
  Marks::Slot slot_;
};

std::vector<ParkedRow> parked_rows(Database& db) {
  std::vector<ParkedRow> all;
  auto rows = db.prepare("SELECT projection, key, position, cause FROM parked ORDER BY number");
  for (rows.bind(); rows.step();)
    all.push_back({std::string{rows.text(0)}, std::string{rows.text(1)}, rows.integer(2),
                   std::string{rows.text(3)}});
  return all;
}

std::span<const storage::Migration> views_migrations() { return migrations; }

Views::Views(const Context& context, const std::string& path, runtime::Time now, Log& log,
             Marks::Slot slot)
    : inside_{std::make_unique<Inside>(context, path, now, log, slot)} {}
Views::~Views() = default;

void Views::heed(const Switches& switches) {
  for (auto& it : inside_->generations) it.is_off = switches.is_off(it.type->name);
}
bool Views::has_any() const {
  return std::ranges::any_of(inside_->generations, [](const Generation& it) { return !it.is_off; });
}
Position Views::position() const {
  Position least = INT64_MAX;
  for (const auto& it : inside_->generations)
    if (!it.is_off) least = std::min(least, it.position);
  return has_any() ? least : 0;
}
Position Views::furthest() const {
  Position most = 0;
  for (const auto& it : inside_->generations)
    if (!it.is_off) most = std::max(most, it.position);
  return most;
}
Position Views::live_position() const {
  Position least = INT64_MAX;
  for (const auto& it : inside_->generations)
    if (it.live && !it.is_off)
      least = std::min(least, it.shape == it.type->shape ? it.position : 0);
  return least;
}
bool Views::is_ready() const {
  return std::ranges::all_of(inside_->generations, [](const Generation& it) {
    return !it.live || it.shape == it.type->shape;
  });
}
void Views::apply(const std::vector<Delivery>& deliveries, Position head) {
  inside_->apply(deliveries, head);
}
void Views::maintain() { inside_->maintain(); }
void Views::close() { inside_->close(); }

void Views::begin_rebuild(const std::string& projection) {
  if (is_rebuilding(projection)) return;
  for (const auto& it : inside_->generations)
    if (it.type->name == projection) {
      inside_->comparisons.erase(projection);
      inside_->begin_rebuild(*it.type);
      return;
    }
  throw Conflict{"there is no projection " + projection};
}
bool Views::is_rebuilding(const std::string& projection) const {
  return std::ranges::any_of(inside_->generations, [&](const Generation& it) {
    return it.type->name == projection && !it.live;
  });
}
std::optional<Comparison> Views::last_comparison(const std::string& projection) const {
  const auto found = inside_->comparisons.find(projection);
  return found == inside_->comparisons.end() ? std::nullopt : std::optional{found->second};
}
std::vector<ParkedRow> Views::parked() { return inside_->parked(); }

}  // namespace madang::chassis
