#include "chassis/subscriptions/row_values.hpp"
#include "chassis/subscriptions/views.hpp"

namespace madang::chassis {
namespace {

using storage::Database;

class TableReader final : public RowReader {
 public:
  TableReader(Database& db, std::string table) : db_{db}, table_{std::move(table)} {}

  std::optional<std::string> find(const std::string& key) const override {
    auto row = db_.prepare_text("SELECT row FROM " + table_ + " WHERE key = ?");
    if (!row.bind(key).step()) return std::nullopt;
    return std::string{row.text(0)};
  }

  // Column names come from the code, values are bound.
  std::vector<RowFound> select(const RowQuery& query) const override {
    const auto order = order_of(query);
    const std::string direction = query.descending ? " DESC" : "";
    auto [where, values] = where_of(query);
    values.emplace_back(static_cast<std::int64_t>(query.limit));
    std::vector<RowFound> found;
    auto rows =
        db_.prepare_text("SELECT key, " + order + ", row FROM " + table_ + where + " ORDER BY " +
                         order + direction + ", key" + direction + " LIMIT ?");
    for (rows.bind_values(values); rows.step();)
      found.push_back({std::string{rows.text(0)}, scalar_at(rows, 1), std::string{rows.text(2)}});
    return found;
  }
  std::int64_t count(const RowQuery& query) const override {
    auto [where, values] = where_of(query);
    values.emplace_back(static_cast<std::int64_t>(query.limit));
    auto row =
        db_.prepare_text("SELECT count(*) FROM (SELECT 1 FROM " + table_ + where + " LIMIT ?)");
    row.bind_values(values);
    static_cast<void>(row.step());
    return row.integer(0);
  }

 private:
  static std::string order_of(const RowQuery& query) {
    return query.order_by.empty() ? std::string{"key"} : "c_" + query.order_by;
  }
  // The condition, and what is bound to it.
  static std::pair<std::string, std::vector<Scalar>> where_of(const RowQuery& query) {
    std::string sql = " WHERE 1";
    std::vector<Scalar> values;
    for (const auto& [column, value] : query.equal) {
      sql += " AND c_" + column + " IS ?";
      values.push_back(value);
    }
    if (query.below) {
      sql += " AND " + order_of(query) + " < ?";
      values.push_back(*query.below);
    }
    const std::string beyond = query.descending ? "<" : ">";
    if (query.after && query.order_by.empty()) {
      sql += " AND key " + beyond + " ?";
      values.emplace_back(query.after->second);
    } else if (query.after) {
      sql += " AND (" + order_of(query) + ", key) " + beyond + " (?, ?)";
      values.push_back(query.after->first);
      values.emplace_back(query.after->second);
    }
    return {std::move(sql), std::move(values)};
  }

  Database& db_;
  std::string table_;
};

}  // namespace

class ViewsReader::Inside {
 public:
  explicit Inside(const std::string& path)
      : db_{path, storage::Synchronous::normal, storage::Open::read_only} {}

  void read(const std::vector<std::string>& projections,
            const std::function<void(const QueryType::Readers&)>& use) {
    db_.begin_reading();
    try {
      std::vector<TableReader> tables;
      tables.reserve(projections.size());
      for (const auto& name : projections) tables.emplace_back(db_, live_table(name));
      QueryType::Readers readers;
      for (const auto& table : tables) readers.push_back(&table);
      use(readers);
    } catch (...) {
      db_.rollback();
      throw;
    }
    db_.rollback();
  }
  std::vector<ParkedRow> parked() { return parked_rows(db_); }

 private:
  std::string live_table(const std::string& projection) {
    auto row = db_.prepare("SELECT generation FROM projections WHERE name = ? AND live = 1");
    if (!row.bind(projection).step()) throw Unavailable{projection + " is not built yet"};
    return "rows_" + projection + "_" + std::to_string(row.integer(0));
  }
  Database db_;
};

ViewsReader::ViewsReader(const std::string& path) : inside_{std::make_unique<Inside>(path)} {}
ViewsReader::~ViewsReader() = default;

void ViewsReader::read(const std::vector<std::string>& projections,
                       const std::function<void(const QueryType::Readers&)>& use) {
  inside_->read(projections, use);
}

std::vector<ParkedRow> ViewsReader::parked() { return inside_->parked(); }

}  // namespace madang::chassis
