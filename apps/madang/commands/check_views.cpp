#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "apps/madang/commands/check.hpp"
#include "apps/madang/commands/ledger_check.hpp"
#include "apps/madang/commands/log_to_stderr.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "chassis/subscriptions/views.hpp"

namespace madang::app {
namespace {

using chassis::Position, storage::Database;

constexpr std::size_t fold_max = 2000;
constexpr std::size_t examples_max = 5;

struct LiveRows {
  std::string projection, shape, table;
  Position position;
};

std::vector<LiveRows> live_rows(Database& db) {
  std::vector<LiveRows> live;
  auto rows =
      db.prepare("SELECT name, generation, shape, position FROM projections WHERE live = 1");
  for (rows.bind(); rows.step();) {
    std::string name{rows.text(0)};
    live.push_back({name, std::string{rows.text(2)},
                    "rows_" + name + "_" + std::to_string(rows.integer(1)), rows.integer(3)});
  }
  std::ranges::sort(live, {}, &LiveRows::position);
  return live;
}

// Both tables in order of key, side by side.
void compare(Database& live, Database& fresh, const LiveRows& of, Findings& findings) {
  auto a = live.prepare_once("SELECT key, row FROM " + of.table + " ORDER BY key");
  auto b = fresh.prepare_once("SELECT key, row FROM rows_" + of.projection + "_1 ORDER BY key");
  a.bind();
  b.bind();
  bool in_a = a.step(), in_b = b.step();
  std::size_t differing = 0;
  std::int64_t rows = 0;
  std::string examples;
  while (in_a || in_b) {
    const bool only_a = in_a && (!in_b || a.text(0) < b.text(0));
    const bool only_b = in_b && (!in_a || b.text(0) < a.text(0));
    if (only_a || only_b || a.text(1) != b.text(1))
      if (++differing <= examples_max)
        examples += " " + std::string{only_b ? b.text(0) : a.text(0)};
    rows += only_b ? 0 : 1;
    if (!only_b) in_a = a.step();
    if (!only_a) in_b = b.step();
  }
  findings.count("rows of " + of.projection, rows);
  if (differing > 0)
    findings.problem("read model " + of.projection + ": " + std::to_string(differing) +
                     " rows are not what the events lead to:" + examples);
}

// Folds everything again beside, as far as the live rows of each read model have come.
class Refolding {
 public:
  explicit Refolding(const Place& place)
      : journal_{place.read_journal()},
        views_{*place.context, path(), runtime::Threads{}.now(), log_} {}

  [[nodiscard]] std::string path() const { return folder_.path() + "/views.db"; }
  // False: the journal does not go so far.
  bool fold_up_to(Position position) {
    while (views_.position() < position) {
      std::vector<chassis::Delivery> deliveries;
      const auto room = static_cast<std::size_t>(position - views_.position());
      for (const auto& event : journal_->after(views_.position(), std::min(room, fold_max)))
        deliveries.push_back(chassis::delivery_of(event));
      if (deliveries.empty()) return false;
      views_.apply(deliveries, position);
    }
    return true;
  }

 private:
  storage::TemporaryFolder folder_;
  LogToStderr log_;
  std::unique_ptr<chassis::JournalReader> journal_;
  chassis::Views views_;
};

}  // namespace

void check_views(const Place& place, Findings& findings) {
  if (place.context->projections.empty() || !std::filesystem::exists(place.views_path())) return;
  Database live{place.views_path(), storage::Synchronous::normal, storage::Open::read_only};
  live.begin_reading();
  Refolding again{place};
  Database fresh{again.path(), storage::Synchronous::normal, storage::Open::read_only};
  for (const auto& rows : live_rows(live)) {
    const auto type = std::ranges::find(place.context->projections, rows.projection,
                                        &chassis::ProjectionType::name);
    if (type == place.context->projections.end() || type->shape != rows.shape)
      continue;  // built anew at the next start
    if (!again.fold_up_to(rows.position)) {
      findings.problem("read model " + rows.projection + " stands beyond the head");
      continue;
    }
    compare(live, fresh, rows, findings);
  }
  if (place.name() == "payment") check_ledger(fresh, findings);
  live.rollback();
}

}  // namespace madang::app
