#include "apps/madang/control/keys_copy.hpp"

#include "apps/madang/control/copies.hpp"
#include "apps/madang/control/desk.hpp"
#include "apps/madang/control/exits.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/security/person_keys.hpp"
#include "chassis/storage/snapshot.hpp"

#include <mutex>

namespace madang::app {

KeysCopier::Copied KeysCopier::copy_to(const std::string& path) {
  const std::unique_lock section{copying_};
  if (files_.exists(path) && !is_copy(path) && !files_.list(path).empty())
    throw Refused{path + " is no copy of keys; it is left as it is"};
  Unfinished to{files_, path, Unfinished::may_be_replaced};
  Copied copied;
  for (const auto& name : files_.list(data_)) {
    const auto from = path_in(data_, name + "/keys.db");
    if (!files_.exists(from)) continue;
    files_.create_folder(to / name);
    storage::Snapshot keys{from};
    keys.hold();
    keys.copy_to(to / (name + "/keys.db"));
    ++copied.contexts;
  }
  copy_files(files_, data_ + "/secrets", to / "secrets");
  std::string list;
  const auto of_identity = to / "identity/keys.db";
  const bool has_identity = files_.exists(data_ + "/identity/keys.db");
  const auto keys =
      has_identity ? security::keys_in(of_identity) : std::vector<security::KeptKey>{};
  for (const auto& key : keys)
    if (key.erased) {
      list += key.person.text() + '\n';
      ++copied.erased;
    }
  files_.write_durably(to / "erased", list);
  to.take_the_place();
  return copied;
}

void KeysAndTheirCopy::destroy_key(const kernel::PersonId& person) {
  keys_.destroy_key(person);
  if (path_.empty()) return;
  try {
    if (!copier_.is_copy(path_)) throw Refused{"there is no copy of keys at " + path_};
    copier_.copy_to(path_);
    behind_ = false;
  } catch (const std::exception& failure) {
    if (!behind_.exchange(true))
      log_.warn("the copy of keys cannot be replaced; an erasure waits for it",
                {{"path", path_}, {"why", failure.what()}});
    throw chassis::Unavailable{failure.what()};
  }
}

Said Desk::backup_keys(const Question& asked, const std::string& who) {
  const auto began = runtime_.now();
  const auto copied = copier_.copy_to(asked.path);
  const auto took = runtime_.now() - began;
  const auto text = "copied the keys of " + std::to_string(copied.contexts) +
                    " contexts, the secrets and the list of " + std::to_string(copied.erased) +
                    " erased people to " + asked.path + " in " + in_milliseconds(took) +
                    " ms, while nobody had to wait";
  if (!engine("identity").note_act(act_of(asked, who, "copied the keys", asked.path)))
    throw Cannot{"the keys are copied, and the journal took no note of it"};
  return {done, text + "\n", {}};
}

}  // namespace madang::app
