#pragma once
// People's keys and the shop's secrets, apart from all backups of logs: one copy, which each new one replaces in one
// step, so that nobody's key outlives them in an old one. With it goes the list of those who were erased, by whose
// absence `restore` knows that a copy is not whole.
//
//   KEYS/<context>/keys.db   KEYS/secrets/…   KEYS/erased      an id a line
#include <atomic>
#include <cstddef>
#include <string>

#include "chassis/ports/vault.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/subscriptions/log.hpp"

namespace madang::app {

// Any task.
class KeysCopier {
 public:
  // `data`: the folder of the contexts, which this process has locked.
  KeysCopier(runtime::Runtime& runtime, storage::FileSystem& files, std::string data)
      : files_{files}, data_{std::move(data)}, copying_{runtime} {}

  struct Copied {
    std::size_t contexts = 0, erased = 0;
  };
  // Throws Refused when what is there is no copy, Cannot while another process makes one (which believes the
  // data folder its own, and might put an older copy in the place of a newer), and what files throw.
  Copied copy_to(const std::string& path);
  [[nodiscard]] bool is_copy(const std::string& path) { return files_.exists(path + "/erased"); }

 private:
  storage::FileSystem& files_;
  std::string data_;
  runtime::Mutex copying_;  // two at once would be in each other's way
};

// Identity's keys in a shop that knows where their copy is: a key is destroyed when it is gone from both.
class KeysAndTheirCopy final : public chassis::KeyDestroyer {
 public:
  // Without a path the copy is somebody else's affair.
  KeysAndTheirCopy(chassis::KeyDestroyer& keys, KeysCopier& copier, std::string path,
                   chassis::Log& log)
      : keys_{keys}, copier_{copier}, path_{std::move(path)}, log_{log} {}

  // Throws Unavailable while the copy cannot be replaced. It must be there: an empty folder may be the place
  // of a disk that is not mounted, on which the key would live on.
  void destroy_key(const kernel::PersonId&) override;
  // Somebody's key waits for it.
  [[nodiscard]] bool is_behind() const { return behind_; }

 private:
  chassis::KeyDestroyer& keys_;
  KeysCopier& copier_;
  std::string path_;
  chassis::Log& log_;
  std::atomic<bool> behind_ = false;
};

}  // namespace madang::app
