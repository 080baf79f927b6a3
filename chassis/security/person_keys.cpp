#include "chassis/security/person_keys.hpp"

#include <openssl/crypto.h>

#include <cstring>
#include <mutex>
#include <stdexcept>

#include "chassis/ports/failures.hpp"
#include "chassis/security/aead.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/security/sha256.hpp"
#include "chassis/storage/sync_failed.hpp"

namespace madang::security {
namespace {

using kernel::Erased;
using kernel::PersonId;
using storage::as_blob;

constexpr std::size_t wrapped_size = key_size + box_overhead;
constexpr std::size_t recent_max = 4096;
constexpr unsigned unmoved_max = 256;

const std::string erased(wrapped_size, '\0');

std::string about(const PersonId& person) {
  return "person-key" + std::string{as_text(person.bytes())};
}

storage::Database opened(const std::string& path) {
  storage::make_wal_durable(path);
  storage::Database database{path};
  database.delete_securely();
  database.script(
      "CREATE TABLE IF NOT EXISTS keys(number INTEGER PRIMARY KEY, person BLOB NOT NULL UNIQUE,"
      " wrapped BLOB NOT NULL) STRICT;"
      "CREATE TABLE IF NOT EXISTS pulls(person BLOB NOT NULL, context TEXT NOT NULL,"
      " PRIMARY KEY(person, context)) STRICT, WITHOUT ROWID;");
  return database;
}

}  // namespace

std::vector<KeptKey> keys_in(const std::string& path) {
  std::vector<KeptKey> keys;
  storage::Database database{path, storage::Synchronous::normal, storage::Open::read_only};
  auto rows = database.prepare("SELECT person, wrapped FROM keys ORDER BY number");
  for (rows.bind(); rows.step();) {
    kernel::IdBytes person{};
    const auto bytes = rows.blob(0);
    if (bytes.size() != person.size())
      throw chassis::Corrupt{"an id in " + path + " is not 16 bytes long"};
    std::memcpy(person.data(), bytes.data(), bytes.size());
    keys.push_back({PersonId{person}, rows.blob_text(1) == erased});
  }
  return keys;
}

PersonKey::~PersonKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

KeyTable::KeyTable(runtime::Runtime& runtime, const std::string& path, std::string master_key)
    : runtime_{runtime},
      path_{path},
      master_key_{std::move(master_key)},
      using_{runtime},
      database_{opened(path)} {}

template <class Action>
auto KeyTable::with_disk(Action&& action) {
  const std::lock_guard section{using_};
  try {
    return action();
  } catch (const storage::SyncFailed& failure) {
    runtime_.stop_process(failure.what());
    throw;  // for g++ 12, to whom no virtual function is noreturn
  }
}

std::optional<KeyOrErased> KeyTable::find(const PersonId& person) {
  return with_disk([&]() -> std::optional<KeyOrErased> {
    if (const auto known = recent_.find(person); known != recent_.end()) return known->second;
    auto row = database_.prepare("SELECT wrapped FROM keys WHERE person = ?");
    if (!row.bind(person.bytes()).step()) return std::nullopt;
    const auto wrapped = row.blob_text(0);
    if (wrapped == erased) return Erased{};
    auto bytes = open_box(master_key_, about(person), wrapped);
    if (!bytes) throw chassis::Corrupt{path_ + " does not belong to this master key"};
    if (recent_.size() >= recent_max) recent_.clear();
    return recent_.emplace(person, PersonKey{*std::move(bytes)}).first->second;
  });
}

void KeyTable::add(const PersonId& person, const PersonKey& key) {
  const auto wrapped = seal_box(runtime_, master_key_, about(person), key.bytes());
  with_disk([&] {
    database_.prepare("INSERT INTO keys(person, wrapped) VALUES(?, ?) ON CONFLICT DO NOTHING")
        .run(person.bytes(), as_blob(wrapped));
    if (++unmoved_ < unmoved_max) return;
    database_.checkpoint(storage::Checkpoint::passive);
    unmoved_ = 0;
  });
}

void KeyTable::erase(const PersonId& person) {
  with_disk([&] {
    recent_.erase(person);
    // Also when there is no key here yet: none is to come later.
    database_
        .prepare(
            "INSERT INTO keys(person, wrapped) VALUES(?, ?)"
            " ON CONFLICT DO UPDATE SET wrapped = excluded.wrapped")
        .run(person.bytes(), as_blob(erased));
    if (!database_.erase_wal()) throw chassis::Unavailable{path_ + " is in use by a reader"};
    unmoved_ = 0;
  });
}

void KeyTable::add_pull(const PersonId& person, std::string_view context) {
  with_disk([&] {
    database_.prepare("INSERT INTO pulls(person, context) VALUES(?, ?) ON CONFLICT DO NOTHING")
        .run(person.bytes(), context);
  });
}

std::vector<std::string> KeyTable::pulls_of(const PersonId& person) {
  return with_disk([&] {
    std::vector<std::string> contexts;
    auto rows = database_.prepare("SELECT context FROM pulls WHERE person = ? ORDER BY context");
    for (rows.bind(person.bytes()); rows.step();) contexts.emplace_back(rows.text(0));
    return contexts;
  });
}

OwnedKeys::OwnedKeys(runtime::Runtime& runtime, const std::string& path, std::string master_key,
                     std::set<std::string> keepers)
    : runtime_{runtime},
      table_{runtime, path, std::move(master_key)},
      keepers_{std::move(keepers)} {}

void OwnedKeys::make_key(const PersonId& person) {
  auto found = table_.find(person);
  if (!found) {
    table_.add(person, PersonKey{random_bytes(runtime_, key_size)});
    found = table_.find(person);  // someone else may have been faster
  }
  if (!found || std::holds_alternative<Erased>(*found)) {
    throw chassis::Conflict{"this person was erased"};
  }
}

KeyOrErased OwnedKeys::key_of(const PersonId& person) {
  auto found = table_.find(person);
  if (!found) {
    throw chassis::Corrupt{"the key of " + person.text() + " was never made, or keys.db is older"};
  }
  return *std::move(found);
}

void OwnedKeys::destroy_key(const PersonId& person) { table_.erase(person); }

KeyOrErased OwnedKeys::hand_out(const PersonId& person, std::string_view context) {
  if (!keepers_.contains(std::string{context}))
    throw std::logic_error{std::string{context} + " is not among those who keep keys of people"};
  table_.add_pull(person, context);
  return key_of(person);
}

std::vector<std::string> OwnedKeys::pulled_by(const PersonId& person) {
  return table_.pulls_of(person);
}

PulledKeys::PulledKeys(runtime::Runtime& runtime, const std::string& path, std::string master_key,
                       KeyDesk& desk)
    : table_{runtime, path, std::move(master_key)}, desk_{desk} {}

KeyOrErased PulledKeys::key_of(const PersonId& person) {
  if (auto found = table_.find(person)) return *std::move(found);
  const auto pulled = desk_.pull(person);
  if (const auto* key = std::get_if<PersonKey>(&pulled)) table_.add(person, *key);
  else table_.erase(person);
  // Looked up again: erased here while the key was on its way, it stays erased.
  return table_.find(person).value();
}

void PulledKeys::destroy_key(const PersonId& person) { table_.erase(person); }

}  // namespace madang::security
