#include "bench/history.hpp"

#include "bench/counted.hpp"
#include "bench/lending.hpp"
#include "chassis/journal/sqlite_store.hpp"
#include "chassis/storage/sqlite.hpp"
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace madang::bench {

using namespace std::chrono_literals;
using storage::Checkpoint, storage::Database, storage::Synchronous;

void commit(const std::string& folder) {
  constexpr auto how_long = 3s;
  constexpr std::int64_t checkpoint_every = 500;  // about as SQLite does it by itself
  runtime::Threads clock;
  const auto path = folder + "/commits.db";
  for (const auto* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
  Database db{path, Synchronous::full};
  db.script("CREATE TABLE events(position INTEGER PRIMARY KEY, payload TEXT NOT NULL)");
  const std::string payload(267, 'x');
  const auto begin = clock.now();
  std::int64_t commits = 0;
  while (clock.now() < begin + how_long) {
    db.transaction([&] { db.prepare("INSERT INTO events VALUES(?, ?)").run(++commits, payload); });
    if (commits % checkpoint_every == 0) db.checkpoint(Checkpoint::passive);
  }
  std::printf(R"({"commits":%lld,"rate":%.0f})"
              "\n",
              static_cast<long long>(commits),
              static_cast<double>(commits) / seconds_since(clock, begin));
}

void make_history(const std::string& folder, std::size_t editions, std::int64_t events) {
  constexpr std::size_t customers = 256;
  runtime::Threads clock;
  const auto begin = clock.now();
  Lending lending{folder, customers, editions};
  lending.rent_and_return(customers, {.head = events, .rentals_each = 10});
  lending.come_to_rest();
  std::printf(R"({"events":%lld,"seconds":%.3f})"
              "\n",
              static_cast<long long>(lending.head()), seconds_since(clock, begin));
}

void rent_on(const std::string& folder, std::size_t editions, std::size_t callers,
             std::uint64_t commands) {
  runtime::Threads clock;
  Lending lending{folder, 256, editions};
  const auto rent = [&](std::uint64_t count) {
    lending.rent_and_return(callers, {.commands = count, .rentals_each = 1});
    lending.come_to_rest();
  };
  rent(3 * editions);
  const auto begin = clock.now();
  const auto head_before = lending.head();
  const auto cpu_before = cpu_seconds();
  const auto pages_before = pages_read();
  const auto syncs_before = syncs();
  rent(commands);
  const auto each = [&](double all) { return all / static_cast<double>(commands); };
  std::printf(
      R"({"wall_micros":%.2f,"cpu_micros":%.2f,"pages":%.3f,"syncs":%.4f,"events":%.3f,"head":%lld})"
      "\n",
      each(seconds_since(clock, begin) * 1e6), each((cpu_seconds() - cpu_before) * 1e6),
      each(pages_read() - pages_before), each(static_cast<double>(syncs() - syncs_before)),
      each(static_cast<double>(lending.head() - head_before)),
      static_cast<long long>(lending.head()));
}

namespace {

using Folded = chassis::ProjectionType::Folded;

// A table as a read model has it, and the statements of whoever knows nothing of events.
class Bare {
 public:
  Bare(const std::string& path, const std::vector<std::string>& columns)
      : db_{path, Synchronous::normal} {
    std::string names;
    std::string places;
    std::string changes;
    std::string indices;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      names += ", c_" + columns[i];
      places += ", ?" + std::to_string(i + 3);
      changes += ", c_" + columns[i] + " = ?" + std::to_string(i + 3);
      indices += "CREATE INDEX by_" + columns[i] + " ON rows(c_" + columns[i] + ", key);";
    }
    db_.script("CREATE TABLE rows(key TEXT PRIMARY KEY, row TEXT NOT NULL" + names +
               ") WITHOUT ROWID;" + indices);
    put_ = "INSERT INTO rows VALUES(?1, ?2" + places + ") ON CONFLICT(key) DO UPDATE SET row = ?2" +
           changes;
  }
  void write(const std::vector<Folded>& all) {
    db_.transaction([&] {
      auto put = db_.prepare_once(put_);
      auto drop = db_.prepare_once("DELETE FROM rows WHERE key = ?");
      for (const auto& it : all)
        if (it.action == Folded::Action::drop) {
          drop.run(it.key);
        } else {
          std::vector<chassis::Scalar> values{it.key, it.row};
          values.insert(values.end(), it.columns.begin(), it.columns.end());
          put.run_values(values);
        }
    });
    db_.checkpoint(Checkpoint::passive);
  }

 private:
  Database db_;
  std::string put_;
};

// What the events fold to, one after the other.
class Folding {
 public:
  explicit Folding(const chassis::ProjectionType& type) : type_{type} {}
  std::vector<Folded> operator()(const std::vector<chassis::StoredEvent>& events) {
    std::vector<Folded> all;
    for (const auto& event : events) {
      if (!type_.types.contains(event.type)) continue;
      auto folded = type_.fold(chassis::delivery_of(event), [&](const std::string& key) {
        const auto found = rows_.find(key);
        return found == rows_.end() ? std::nullopt : std::optional{found->second};
      });
      if (folded.action == Folded::Action::nothing) continue;
      if (folded.action == Folded::Action::drop) rows_.erase(folded.key);
      else rows_[folded.key] = folded.row;
      all.push_back(std::move(folded));
    }
    return all;
  }

 private:
  const chassis::ProjectionType& type_;
  std::unordered_map<std::string, std::string> rows_;
};

}  // namespace

void upserts(const std::string& folder, const std::string& projection) {
  constexpr std::size_t events_at_once = 2000;
  runtime::Threads clock;
  const auto context = rental::rental_context();
  const auto type =
      std::ranges::find(context->projections, projection, &chassis::ProjectionType::name);
  if (type == context->projections.end()) throw std::runtime_error{"no such read model"};
  const auto journal = chassis::read_sqlite_journal(folder + "/journal.db");
  Bare bare{folder + "/bare.db", type->columns};
  Folding fold{*type};
  std::size_t rows = 0;
  double seconds = 0;
  chassis::Position at = 0;
  while (true) {
    const auto events = journal->after(at, events_at_once);
    if (events.empty()) break;
    at = events.back().position;
    const auto folded = fold(events);
    const auto begin = clock.now();
    bare.write(folded);
    seconds += seconds_since(clock, begin);
    rows += folded.size();
  }
  std::printf(R"({"events":%lld,"upserts":%zu,"seconds":%.3f})"
              "\n",
              static_cast<long long>(at), rows, seconds);
}

}  // namespace madang::bench
