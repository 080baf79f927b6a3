#pragma once
// The key of each person: 32 random bytes that everything personal about them is sealed with, and
// that are destroyed to erase them. Identity makes and owns them; other contexts pull a key when they
// first need it. Each context keeps those it has in its own keys.db, wrapped by the shop's master key,
// so that a copy of that file alone opens nothing.
//
//   keys(number INTEGER PRIMARY KEY, person BLOB UNIQUE, wrapped BLOB)
//   pulls(person BLOB, context TEXT, PRIMARY KEY)                 of identity alone
//   wrapped = box (aead.hpp) of the key under the master key, about "person-key" and the person
//           | as many zeros, once the person is erased
//
// **Invariant:** rows are added in order and overwritten in place, never deleted: SQLite then never
// moves a cell, so no stale copy of a wrapped key is left in a page.
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "chassis/ports/vault.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/sqlite.hpp"
#include "kernel/personal.hpp"

namespace madang::security {

// Wiped from memory when it goes.
class PersonKey {
 public:
  explicit PersonKey(std::string bytes) : bytes_{std::move(bytes)} {}
  PersonKey(const PersonKey&) = default;
  PersonKey& operator=(const PersonKey&) = default;
  ~PersonKey();
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

using KeyOrErased = std::variant<PersonKey, kernel::Erased>;

// Any thread. Throws Unavailable while a key cannot be had, Corrupt when it should be there and is
// not, or not under this master key.
class PersonKeys : public chassis::KeyDestroyer {
 public:
  [[nodiscard]] virtual KeyOrErased key_of(const kernel::PersonId&) = 0;

  // destroy_key: afterwards the key stands nowhere in keys.db and its WAL.
};

// A row of keys.db, read without its master key: whose key it is, and whether it was destroyed.
struct KeptKey {
  kernel::PersonId person;
  bool erased;
};
// In the order in which they came. Works beside the program that holds it. Throws Corrupt for a row that is
// nobody's, Unavailable where there is no such file.
std::vector<KeptKey> keys_in(const std::string& path);

// The table above. A failed sync ends the process.
class KeyTable {
 public:
  // `path` of keys.db, its folder there and locked by this process.
  KeyTable(runtime::Runtime&, const std::string& path, std::string master_key);

  [[nodiscard]] std::optional<KeyOrErased> find(const kernel::PersonId&);
  // Does nothing when the person is there already, erased or not.
  void add(const kernel::PersonId&, const PersonKey&);
  void erase(const kernel::PersonId&);

  void add_pull(const kernel::PersonId&, std::string_view context);
  [[nodiscard]] std::vector<std::string> pulls_of(const kernel::PersonId&);

 private:
  template <class Action>
  auto with_disk(Action&& action);

  runtime::Runtime& runtime_;
  std::string path_;
  std::string master_key_;
  runtime::Mutex using_;
  storage::Database database_;
  std::unordered_map<kernel::PersonId, PersonKey> recent_;
  unsigned unmoved_ = 0;  // rows written since the last checkpoint
};

// Identity's own.
class OwnedKeys final : public PersonKeys, public chassis::KeyMaker {
 public:
  // `keepers`: the contexts that are asked to destroy what they pulled when a person is erased.
  OwnedKeys(runtime::Runtime&, const std::string& path, std::string master_key,
            std::set<std::string> keepers);

  void make_key(const kernel::PersonId&) override;
  KeyOrErased key_of(const kernel::PersonId&) override;
  void destroy_key(const kernel::PersonId&) override;

  // For another context, which is on record as having it before it does. Throws std::logic_error for one
  // that is not among the keepers: nobody would ever ask it to destroy the key.
  [[nodiscard]] KeyOrErased hand_out(const kernel::PersonId&, std::string_view context);
  [[nodiscard]] std::vector<std::string> pulled_by(const kernel::PersonId&);  // sorted

 private:
  runtime::Runtime& runtime_;
  KeyTable table_;
  const std::set<std::string> keepers_;
};

// What a context without keys of its own asks identity through.
class KeyDesk {
 public:
  virtual ~KeyDesk() = default;
  [[nodiscard]] virtual KeyOrErased pull(const kernel::PersonId&) = 0;  // throws Unavailable
};

// Another context's.
class PulledKeys final : public PersonKeys {
 public:
  PulledKeys(runtime::Runtime&, const std::string& path, std::string master_key, KeyDesk&);

  KeyOrErased key_of(const kernel::PersonId&) override;
  void destroy_key(const kernel::PersonId&) override;

 private:
  KeyTable table_;
  KeyDesk& desk_;
};

}  // namespace madang::security
