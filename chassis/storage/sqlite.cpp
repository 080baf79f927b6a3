#include "chassis/storage/sqlite.hpp"

#include <sqlite3.h>

#include "chassis/storage/wal_vfs.hpp"

#include <algorithm>
#include <exception>
#include <vector>

namespace madang::storage {
namespace {

constexpr int busy_timeout_ms = 5000;
constexpr int restart_wait_ms = 100;

// Before SQLite's first use, hence while the program is loaded: nobody asks it how much memory it has, and
// counting that takes a lock at each allocation.
[[maybe_unused]] const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

[[noreturn]] void fail(int code, const std::string& what) {
  const std::string text = what + " (SQLite " + std::to_string(code) + ")";
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
    throw SyncFailed{"cannot sync a database: " + text};
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: throw ConstraintViolated{text};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: throw chassis::Corrupt{text};
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: throw std::logic_error{text};
    default: throw chassis::Unavailable{text};
  }
}

[[noreturn]] void fail(sqlite3* db) {
  if (!db) throw std::bad_alloc{};
  fail(sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

int flags_of(Open open) {
  switch (open) {
    case Open::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Open::read_write: return SQLITE_OPEN_READWRITE;
    case Open::read_only: return SQLITE_OPEN_READONLY;
  }
  return 0;
}

const char* pragma_of(Synchronous synchronous) {
  switch (synchronous) {
    case Synchronous::off: return "PRAGMA synchronous=OFF";
    case Synchronous::normal: return "PRAGMA synchronous=NORMAL";
    case Synchronous::full: return "PRAGMA synchronous=FULL";
  }
  return "";
}

int overwrite_with_zeros(sqlite3_file& file) {
  sqlite3_int64 size = 0;
  int code = file.pMethods->xFileSize(&file, &size);
  const std::vector<char> zeros(1 << 16);  // the unix VFS writes less than 128 KiB at once
  for (sqlite3_int64 done = 0; code == SQLITE_OK && done < size;) {
    const auto amount = std::min(size - done, static_cast<sqlite3_int64>(zeros.size()));
    code = file.pMethods->xWrite(&file, zeros.data(), static_cast<int>(amount), done);
    done += amount;
  }
  if (code == SQLITE_OK) code = file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL);
  return code;
}

}  // namespace

Statement::Statement(sqlite3* db, sqlite3_stmt* statement, bool* in_use)
    : db_{db}, statement_{statement}, in_use_{in_use} {
  if (in_use_) *in_use_ = true;
}

Statement::~Statement() {
  CHECK(sqlite3_stmt_busy(statement_) == 0 || sqlite3_stmt_readonly(statement_) != 0 ||
            sqlite3_get_autocommit(db_) == 0 || std::uncaught_exceptions() > 0,
        "a statement that writes by itself is stepped to its end, where its commit may fail");
  if (!in_use_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);  // they may point at values that are gone
  *in_use_ = false;
}

void Statement::begin(std::size_t values) {
  CHECK(static_cast<int>(values) == sqlite3_bind_parameter_count(statement_),
        "a statement is given a value for each parameter");
  sqlite3_reset(statement_);
}

Statement& Statement::bind_values(std::span<const Value> values) {
  begin(values.size());
  int index = 0;
  for (const auto& value : values) {
    ++index;
    if (const auto* text = std::get_if<std::string>(&value)) bind_text(index, *text, Copy::yes);
    else if (const auto* number = std::get_if<std::int64_t>(&value)) bind_integer(index, *number);
    else bind_null(index);
  }
  return *this;
}

void Statement::run_bound() {
  while (step()) {
  }
  // Reset now: a finished SELECT would otherwise hold its snapshot until the end of the scope.
  sqlite3_reset(statement_);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(db_);
}

void Statement::bind_null(int index) { sqlite3_bind_null(statement_, index); }

void Statement::bind_integer(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
}

// A null address would bind NULL, so emptiness gets an address of its own.
void Statement::bind_text(int index, std::string_view value, Copy copy) {
  const int code =
      sqlite3_bind_text64(statement_, index, value.data() ? value.data() : "", value.size(),
                          copy == Copy::yes ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(db_);
}

void Statement::bind_blob(int index, std::span<const std::byte> value, Copy copy) {
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  const int code = sqlite3_bind_blob64(statement_, index, data, value.size(),
                                       copy == Copy::yes ? SQLITE_TRANSIENT : SQLITE_STATIC);
  if (code != SQLITE_OK) fail(db_);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::byte> Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Statement::blob_text(int column) const {
  const auto bytes = blob(column);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Statement::is_integer(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}

void Database::Connection::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(const std::string& path, Synchronous synchronous, Open open) {
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &db, flags_of(open) | SQLITE_OPEN_NOMUTEX,
                      synchronous == Synchronous::full ? gathering_wal_vfs() : nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail(code, path + ": " + (db ? sqlite3_errmsg(db) : "no memory"));
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, busy_timeout_ms);
  sqlite3_wal_autocheckpoint(db, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  script("PRAGMA temp_store=MEMORY");
  if (open == Open::read_only) return;
  // With synchronous=FULL, SQLite's default, until here: the file's birth is durable in any case.
  auto mode = prepare_once("PRAGMA journal_mode=WAL");
  const bool brought = mode.step() && mode.text(0) == "wal";
  // It says so before it commits; only the last step meets a commit that fails.
  if (!brought || mode.step())
    throw chassis::Unavailable{path + ": cannot be brought into WAL mode"};
  script(pragma_of(synchronous));
}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Statement Database::prepare(Sql sql) { return run_of(prepared_[sql.text()], sql.text()); }

Statement Database::prepare_text(const std::string& sql) {
  if (texts_.size() >= texts_max && !texts_.contains(sql))
    std::erase_if(texts_, [](const auto& it) { return !it.second.in_use; });
  return run_of(texts_[sql], sql.c_str());
}

Statement Database::run_of(Prepared& prepared, const char* sql) {
  if (prepared.in_use) return prepare_once(sql);
  if (!prepared.statement) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(db_.get());
    prepared.statement.reset(statement);
  }
  return {db_.get(), prepared.statement.get(), &prepared.in_use};
}

Statement Database::prepare_once(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_.get(), sql.c_str(), -1, 0, &statement, nullptr) != SQLITE_OK)
    fail(db_.get());
  return {db_.get(), statement, nullptr};
}

void Database::script(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(db_.get());
}

void Database::begin() { prepare("BEGIN IMMEDIATE").run(); }
void Database::begin_reading() { prepare("BEGIN").run(); }
void Database::commit() { prepare("COMMIT").run(); }

void Database::rollback() noexcept {
  // SQLite itself rolls back after some errors. What a rollback meets, the next statement meets too.
  if (in_transaction()) try {
      prepare("ROLLBACK").run();
    } catch (const std::exception&) {
    }
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }
std::int64_t Database::changes() const { return sqlite3_changes64(db_.get()); }
std::int64_t Database::last_key() const { return sqlite3_last_insert_rowid(db_.get()); }

bool Database::checkpoint(Checkpoint how) {
  if (how == Checkpoint::truncate) return checkpointed(SQLITE_CHECKPOINT_TRUNCATE).all_moved;
  const auto [frames, all_moved] = checkpointed(SQLITE_CHECKPOINT_PASSIVE);
  if (frames < restart_wal_at_) {
    restart_wal_at_ = wal_frames_max;
    return all_moved;
  }
  sqlite3_busy_timeout(db_.get(), restart_wait_ms);
  const bool restarted = checkpointed(SQLITE_CHECKPOINT_RESTART).all_moved;
  sqlite3_busy_timeout(db_.get(), busy_timeout_ms);
  restart_wal_at_ = restarted ? wal_frames_max : 2 * restart_wal_at_;
  return restarted;
}

Database::Checkpointed Database::checkpointed(int mode) {
  int frames = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(db_.get(), nullptr, mode, &frames, &moved);
  if (code == SQLITE_OK) return {frames, frames == moved};
  if ((code & 0xFF) == SQLITE_BUSY) return {frames, false};
  fail(db_.get());
}

void Database::delete_securely() { script("PRAGMA secure_delete=ON"); }

bool Database::erase_wal() {
  int frames = 0;
  int moved = 0;
  int code =
      sqlite3_wal_checkpoint_v2(db_.get(), nullptr, SQLITE_CHECKPOINT_RESTART, &frames, &moved);
  if ((code & 0xFF) == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) fail(db_.get());
  if (frames != moved) return false;
  // All of it is in the database file now, so a crash in between finds a WAL that begins with no
  // header and takes it for empty.
  sqlite3_file* wal = nullptr;
  sqlite3_file_control(db_.get(), nullptr, SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&wal));
  if (wal && wal->pMethods) {
    code = overwrite_with_zeros(*wal);
    if (code != SQLITE_OK) fail(code, "cannot overwrite the WAL");
  }
  return checkpoint(Checkpoint::truncate);
}

}  // namespace madang::storage
