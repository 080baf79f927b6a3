#pragma once
// The rows of a projection, as a query sees them. A projection names the fields that rows are looked up by, and
// the one by which pages of them are ordered, so that a page is read and not all that there are:
//
//   using Indexed = Columns<&Row::customer>;
//   using OrderedBy = Columns<&Row::until>;
//
//   rows.find(rental)                                     one row, by its key
//   rows.page(select<Row>().only<&Row::customer>(kim).newest_first<&Row::starts>(), page)
//
// A page continues after a cursor, which names the last row seen, not a number of rows: what is
// inserted meanwhile shifts nothing.
#include "chassis/forms/form.hpp"
#include "chassis/json/json.hpp"
#include "chassis/ports/failures.hpp"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace madang::chassis {

using Scalar = std::variant<std::monostate, std::int64_t, std::string>;  // null, number, text

template <auto... fields>
struct Columns {};

struct PageRequest {
  std::size_t limit = 50;
  std::optional<std::string> after;  // the `next` of the page before
};
template <class Row>
struct Page {
  std::vector<Row> rows;
  std::optional<std::string> next;  // nothing: this was the last
};

// The cursor is none of ours, or of another order (edge: 400 cursor-invalid).
struct CursorInvalid : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RowQuery {
  std::vector<std::pair<std::string, Scalar>> equal;  // column, value
  std::string order_by;                               // column; empty: by key
  bool descending = false;
  std::optional<std::pair<Scalar, std::string>> after;  // of the ordering column, key
  std::optional<Scalar> below;                          // only what is less in the ordering column
  std::size_t limit = 0;
};
struct RowFound {
  std::string key;
  Scalar order;
  std::string json;
};
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual std::optional<std::string> find(const std::string& key) const = 0;
  virtual std::vector<RowFound> select(const RowQuery&) const = 0;
  virtual std::int64_t count(const RowQuery&) const = 0;  // to its limit
};

// "customer" for &Row::customer.
template <auto field>
std::string column_name() {
  return std::string{name_of_function<field>()};
}
template <class T>
Scalar scalar_of(const T& value) {
  if constexpr (requires { value.text(); }) return value.text();
  else if constexpr (requires { value.has_value(); }) return value ? scalar_of(*value) : Scalar{};
  else if constexpr (std::same_as<T, kernel::Instant>)
    return std::int64_t{value.time_since_epoch().count()};
  else if constexpr (std::is_enum_v<T>)
    return std::string{Form<T>::names.at(static_cast<std::size_t>(value))};
  else if constexpr (std::integral<T>) return static_cast<std::int64_t>(value);
  else return std::string{value};
}
template <class Key>
std::string key_text(const Key& key) {
  if constexpr (requires { key.text(); }) return key.text();
  else if constexpr (std::integral<Key>) return std::to_string(key);
  else return std::string{key};
}

std::string cursor_of(const RowFound&);
std::pair<Scalar, std::string> read_cursor(const std::string&);  // throws CursorInvalid

template <class Row>
class Select {
 public:
  template <auto field, class T>
  [[nodiscard]] Select only(const T& value) && {
    query_.equal.emplace_back(column_name<field>(), scalar_of(value));
    return std::move(*this);
  }
  template <auto field, class T>
  [[nodiscard]] Select only_if(const std::optional<T>& value) && {
    if (value) return std::move(*this).template only<field>(*value);
    return std::move(*this);
  }
  template <auto field>
  [[nodiscard]] Select newest_first() && {
    query_.order_by = column_name<field>();
    query_.descending = true;
    return std::move(*this);
  }
  template <auto field>
  [[nodiscard]] Select ordered_by() && {
    query_.order_by = column_name<field>();
    return std::move(*this);
  }
  template <auto field, class T>
  [[nodiscard]] Select below(const T& value) && {
    query_.order_by = column_name<field>();
    query_.below = scalar_of(value);
    return std::move(*this);
  }
  [[nodiscard]] const RowQuery& query() const { return query_; }

 private:
  RowQuery query_;
};
template <class Row>
[[nodiscard]] Select<Row> select() {
  return {};
}

template <class Projection>
class Rows {
 public:
  using Key = typename Projection::Key;
  using Row = typename Projection::Row;

  explicit Rows(const RowReader& reader) : reader_{&reader} {}

  [[nodiscard]] std::optional<Row> find(const Key& key) const {
    const auto json = reader_->find(key_text(key));
    return json ? std::optional{decode<Row>(*json)} : std::nullopt;
  }
  [[nodiscard]] Page<Row> page(const Select<Row>& select, const PageRequest& asked) const {
    auto query = select.query();
    if (asked.after) query.after = read_cursor(*asked.after);
    query.limit = asked.limit + 1;
    auto found = reader_->select(query);
    Page<Row> page;
    if (found.size() > asked.limit) {
      found.pop_back();
      page.next = cursor_of(found.back());
    }
    for (const auto& row : found) page.rows.push_back(decode<Row>(row.json));
    return page;
  }
  // All that match, at most 1,000.
  [[nodiscard]] std::vector<Row> all(const Select<Row>& select) const {
    return page(select, PageRequest{1000, {}}).rows;
  }

  // How many match, at most `at_most`: none of them is read.
  [[nodiscard]] std::int64_t count(const Select<Row>& select, std::size_t at_most) const {
    auto query = select.query();
    query.limit = at_most;
    return reader_->count(query);
  }
  // None is left out: throws Unavailable when there are more than anyone would read.
  [[nodiscard]] std::vector<Row> every(const Select<Row>& select,
                                       std::size_t at_most = 20'000) const {
    std::vector<Row> found;
    for (PageRequest asked{std::min(at_most, std::size_t{1000}), {}};;) {
      auto some = page(select, asked);
      for (auto& row : some.rows) found.push_back(std::move(row));
      if (!some.next) return found;
      if (found.size() >= at_most) throw Unavailable{"more rows than are handed out at once"};
      asked.after = std::move(some.next);
    }
  }
  // All that have this value in a column, sorted by another field, which need be no column.
  template <auto column, class Value, class Field>
  [[nodiscard]] std::vector<Row> every_of(const Value& value, Field Row::* in_order_of) const {
    auto found = every(select<Row>().template only<column>(value));
    std::ranges::sort(found, {}, in_order_of);
    return found;
  }

 private:
  const RowReader* reader_;
};

}  // namespace madang::chassis
