#pragma once
// The thinnest C++ over SQLite: errors become the chassis' failures, statements are prepared once.
//
//   Database db{"rental/journal.db"};
//   db.transaction([&] {
//     db.prepare("INSERT INTO streams(id, name) VALUES(?, ?)").run(7, name);
//   });
//   auto rows = db.prepare("SELECT name FROM streams WHERE id > ?");
//   for (rows.bind(3); rows.step();) use(rows.text(0));
//
// A connection belongs to one task; it is opened without SQLite's own locks. Every database is in WAL
// mode; no connection checkpoints by itself, neither after a commit nor when it is closed, since
// SQLite would swallow the errors: whoever owns the database calls checkpoint() in its own turn.
//
// Failures: chassis::Unavailable (busy, full, I/O), chassis::Corrupt, and the two below. SQL that
// cannot be right is a defect, std::logic_error.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/sync_failed.hpp"
#include "kernel/check.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace madang::storage {

// A UNIQUE, CHECK, NOT NULL or trigger's rule refused a row; the statement had no effect.
struct ConstraintViolated : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The first step after a start, under the lock of the data folder and before the first connection:
// writes the WAL's own bytes over themselves, as far as they may be read, and syncs them, and the folder that
// names it.
//
// What is read back after a crash may be only in the page cache: unsynced when a process was killed,
// even clean but lost after a failed fsync. Recovery believes it, a repeated command would be
// answered from it, and the next power loss would take it away. This makes it true first.
// Throws SyncFailed or chassis::Unavailable.
void make_wal_durable(const std::string& database_path);

// What commits promise: `full` survives power loss, `normal` survives a killed process and may lose
// the last commits with the power, `off` survives nothing.
enum class Synchronous { off, normal, full };
enum class Open { create, read_write, read_only };
enum class Checkpoint {
  passive,  // as far as no reader is in the way; a WAL that has grown long waits for them a little
  truncate  // all of it, waiting for readers as long as for any lock, and the WAL left empty
};

// SQL that is a literal, so that its address stands for it.
class Sql {
 public:
  template <std::size_t size>
  consteval Sql(const char (&text)[size]) : text_{text} {}
  [[nodiscard]] constexpr const char* text() const { return text_; }

 private:
  const char* text_;
};

template <class Value>
concept Bytes = std::ranges::contiguous_range<Value> && std::ranges::sized_range<Value> &&
                (std::same_as<std::ranges::range_value_t<Value>, std::byte> ||
                 std::same_as<std::ranges::range_value_t<Value>, unsigned char>);

// Bytes held in a string, to be bound as BLOB instead of TEXT.
inline std::span<const std::byte> as_blob(std::string_view bytes) {
  return std::as_bytes(std::span{bytes});
}

// One run of a prepared statement; gone at the end of its scope. It must not outlive its Database.
//
// Values: integers and bool; text (what converts to string_view); ranges of std::byte or unsigned
// char as BLOB; nullopt and empty optionals as NULL. No floating point.
class Statement {
 public:
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds copies of the values, all parameters at once, and begins again from the first row.
  template <class... Values>
  Statement& bind(const Values&... values) {
    begin(sizeof...(Values));
    int index = 0;
    (bind_one(++index, values, Copy::yes), ...);
    return *this;
  }
  // Runs to the end without a copy of the values. For statements without rows.
  template <class... Values>
  void run(const Values&... values) {
    begin(sizeof...(Values));
    int index = 0;
    (bind_one(++index, values, Copy::no), ...);
    run_bound();
  }

  // As bind() and run(), for as many values as are known only while running.
  using Value = std::variant<std::monostate, std::int64_t, std::string>;  // NULL, integer, text
  Statement& bind_values(std::span<const Value> values);
  void run_values(std::span<const Value> values) {
    bind_values(values);
    run_bound();
  }

  // True: a row, whose columns can be read until the next step. A statement that writes outside of a
  // transaction commits in its last step, the one that answers false; leaving it out is a defect.
  bool step();

  // Columns count from 0. Text and blobs are views of the row. NULL reads as 0 or empty.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;
  [[nodiscard]] std::string_view blob_text(int column) const;  // a BLOB's bytes seen as text
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_integer(int column) const;

 private:
  friend class Database;
  enum class Copy : bool { no, yes };

  Statement(sqlite3* db, sqlite3_stmt* statement, bool* in_use);

  void begin(std::size_t values);
  void run_bound();
  void bind_null(int index);
  void bind_integer(int index, std::int64_t value);
  void bind_text(int index, std::string_view value, Copy copy);
  void bind_blob(int index, std::span<const std::byte> value, Copy copy);

  template <class Value>
  void bind_one(int index, const Value& value, Copy copy) {
    if constexpr (std::same_as<Value, std::nullopt_t>) {
      bind_null(index);
    } else if constexpr (std::integral<Value>) {
      CHECK(std::in_range<std::int64_t>(value + 0), "an integer fits into 63 bits and a sign");
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::convertible_to<const Value&, std::string_view>) {
      bind_text(index, value, copy);
    } else if constexpr (Bytes<Value>) {
      bind_blob(index, std::as_bytes(std::span{value}), copy);
    } else {
      static_assert(requires { value.has_value(); }, "SQLite is given integers, text and bytes");
      if (value.has_value()) bind_one(index, *value, copy);
      else bind_null(index);
    }
  }

  sqlite3* db_;
  sqlite3_stmt* statement_;
  bool* in_use_;  // null: the statement is this run's own and ends with it
};

class Database {
 public:
  // A reader beside a running writer opens read_only. Only a writer creates, and `create` makes the
  // database in WAL mode; its folder must be there.
  explicit Database(const std::string& path, Synchronous = Synchronous::full, Open = Open::create);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  // Kept prepared for the life of the connection. Inside a run of the same text: a second one.
  Statement prepare(Sql sql);
  // For text put together while running, of which there are not many: the last of them are kept prepared too.
  Statement prepare_text(const std::string& sql);
  // For text that will hardly come again.
  Statement prepare_once(const std::string& sql);
  // Any number of statements, their rows ignored.
  void script(const std::string& sql);

  // All or nothing: BEGIN IMMEDIATE, the action, COMMIT; rolled back when an exception leaves the
  // action or the commit fails, and the exception goes on. Answers what the action answers.
  template <class Action>
  auto transaction(Action&& action) -> std::invoke_result_t<Action&> {
    begin();
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Action&>>) {
        action();
        commit();
      } else {
        auto answer = action();
        commit();
        return answer;
      }
    } catch (...) {
      rollback();
      throw;
    }
  }
  void begin();          // takes the write lock, waiting at most five seconds
  void begin_reading();  // what is read until commit() or rollback() is all of one moment
  void commit();
  void rollback() noexcept;  // does nothing outside of a transaction
  [[nodiscard]] bool in_transaction() const;

  // Rows that the last INSERT, UPDATE or DELETE touched itself, and the last row's INTEGER key.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] std::int64_t last_key() const;

  // Moves the WAL into the database file, syncing both. False: something of it had to stay, because
  // a reader or another writer was in the way. Never inside a transaction.
  bool checkpoint(Checkpoint how);
  // What is deleted from now on is overwritten with zeros in the pages. The WAL still has it until
  // checkpoint(truncate), and the disk until its blocks are used again.
  void delete_securely();
  // Moves the WAL into the database file, then overwrites it with zeros, syncs it and leaves it
  // empty: what was deleted securely before is then nowhere in either file. Only for a database of
  // which this is the one connection there is. False as checkpoint(): then nothing was overwritten.
  bool erase_wal();

 private:
  struct Connection {
    void operator()(sqlite3* db) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Prepared {
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    bool in_use = false;
  };
  struct Checkpointed {
    int frames;
    bool all_moved;
  };
  Checkpointed checkpointed(int mode);
  Statement run_of(Prepared&, const char* sql);

  std::unique_ptr<sqlite3, Connection> db_;
  // A WAL begins again from its start only when nobody reads it, and where read follows on read somebody
  // always does: from 64 MiB on, those who come are sent to the database file until the others are done.
  // A reader who stays, a backup say, is waited for ever more seldom.
  static constexpr int wal_frames_max = 16384;
  int restart_wal_at_ = wal_frames_max;
  std::unordered_map<const char*, Prepared> prepared_;  // its nodes stay where they are
  static constexpr std::size_t texts_max = 64;
  std::unordered_map<std::string, Prepared> texts_;  // likewise
};

}  // namespace madang::storage
