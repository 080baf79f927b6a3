// People's keys and the shop's secrets, apart from all backups of logs: one copy, which each new one replaces, so
// that nobody's key outlives them in an old one. With it goes the list of those who were erased, by whose
// absence `restore` knows that a copy is not whole.
//
//   KEYS/<context>/keys.db   KEYS/secrets/…   KEYS/erased      an id a line
#include "apps/madang/control/copies.hpp"
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/storage/snapshot.hpp"

#include <filesystem>

namespace madang::app {
namespace {

namespace fs = std::filesystem;

// The copy that was there gives way at once: between the two names there is a moment without either, in which
// the new one stands under its other name.
void replace(const std::string& path, Unfinished& fresh) {
  if (!fs::exists(path)) return fresh.keep();
  const auto old = path + ".old";
  fs::remove_all(old);
  storage::RealFileSystem{}.rename(path, old);
  fresh.keep();
  fs::remove_all(old);
}

}  // namespace

Said Desk::backup_keys(const Question& asked) {
  if (fs::exists(asked.path) && !fs::exists(asked.path + "/erased") && !fs::is_empty(asked.path))
    throw Refused{asked.path + " is no copy of keys; it is left as it is"};
  Unfinished to{asked.path, Unfinished::may_be_replaced};
  std::size_t copied = 0;
  for (const auto* engine : engines_) {
    const auto& name = engine->context().name();
    const auto from = data_ + "/" + name + "/keys.db";
    if (!fs::exists(from)) continue;
    storage::RealFileSystem{}.create_folder(to / name);
    storage::Snapshot keys{from};
    keys.hold();
    keys.copy_to(to / (name + "/keys.db"));
    ++copied;
  }
  copy_files(data_ + "/secrets", to / "secrets");
  std::string list;
  std::size_t erased = 0;
  for (const auto& key : security::keys_in(to / "identity/keys.db"))
    if (key.erased) {
      list += key.person.text() + '\n';
      ++erased;
    }
  storage::RealFileSystem{}.write_durably(to / "erased", list);
  replace(asked.path, to);
  return {done,
          "copied the keys of " + std::to_string(copied) +
              " contexts, the secrets and the list of " + std::to_string(erased) +
              " erased people to " + asked.path + "\n",
          {}};
}

}  // namespace madang::app
