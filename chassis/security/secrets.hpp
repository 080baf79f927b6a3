#pragma once
// The shop's own secrets: keys that sign, wrap and recognise. Each has a name and a short text, and
// stands in DIR/secrets, readable by the shop's user alone. A secret is made at the first start and
// never leaves: no log, no backup of data, no answer holds one.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/files.hpp"

namespace madang::security {

class Secrets {
 public:
  virtual ~Secrets() = default;
  virtual std::optional<std::string> read(std::string_view name) = 0;
  // Replaces it at once or not at all, even when the machine dies; durable when it returns.
  virtual void write(std::string_view name, const std::string& text) = 0;
};

// A folder with a file per secret, both for their owner alone. Throws Corrupt when someone else could
// read a file of its own, and what a FileSystem throws.
class SecretFolder final : public Secrets {
 public:
  // `elsewhere`: secrets that the configuration keeps in files of its own (a mounted Secret, say), by
  // name. They are read, never made, written or judged by their mode; a missing one is Corrupt.
  SecretFolder(storage::FileSystem&, std::string folder,
               std::map<std::string, std::string, std::less<>> elsewhere = {});
  std::optional<std::string> read(std::string_view name) override;
  void write(std::string_view name, const std::string& text) override;

 private:
  storage::FileSystem& files_;
  std::string folder_;
  std::map<std::string, std::string, std::less<>> elsewhere_;
};

// For tests: as durable as this object.
class SecretsInMemory final : public Secrets {
 public:
  std::optional<std::string> read(std::string_view name) override;
  void write(std::string_view name, const std::string& text) override;

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

// Secrets that another process of the shop makes: they are read, and what is not there yet is waited for.
class SecretsOfAnother final : public Secrets {
 public:
  explicit SecretsOfAnother(Secrets& shared) : shared_{shared} {}
  std::optional<std::string> read(std::string_view name) override { return shared_.read(name); }
  void write(std::string_view name, const std::string& text) override;  // throws Unavailable

 private:
  Secrets& shared_;
};

// A secret that somebody else has made, which a file of the configuration's holds: its first line. Throws Corrupt
// when it is not there, is empty, or can be read by others.
std::string secret_in(storage::FileSystem&, const std::string& path);

inline constexpr std::size_t key_size = 32;

std::string random_bytes(runtime::Runtime&, std::size_t size);

// The 32 bytes of a secret stored as base64url, made if it is not there yet. Throws Corrupt when it
// is something else.
std::string key_of(Secrets&, runtime::Runtime&, std::string_view name);

// Which process replaces a key from time to time, of those that share it.
enum class TurnedBy { this_process, another };
// Whether a secret is to be read anew for the sake of a signature that is not known: where another process turns it
// and it has not been read so within `at_most_every`. So who signs nonsense costs one look a second. Any thread.
class Staleness {
 public:
  static constexpr std::chrono::seconds at_most_every{1};

  Staleness(runtime::Runtime& runtime, TurnedBy turned_by)
      : runtime_{runtime}, turned_by_{turned_by} {}
  [[nodiscard]] bool is_likely() const;
  void note_reading() { read_at_ = runtime_.now(); }

 private:
  runtime::Runtime& runtime_;
  const TurnedBy turned_by_;
  std::atomic<runtime::Time> read_at_{runtime::Time{}};
};

// A key that is replaced from time to time while what the one before it signed is still honoured.
// Stored as two lines, newest first. Any thread.
class RotatingKey {
 public:
  RotatingKey(Secrets&, runtime::Runtime&, std::string name, TurnedBy = TurnedBy::this_process);
  [[nodiscard]] std::string current() const;
  [[nodiscard]] std::vector<std::string> all() const;  // one or two, newest first
  // Whether one of them `fits`. Where another process turns the key it may have done so just now: then it is read
  // anew before that is denied.
  [[nodiscard]] bool any_of(const std::function<bool(const std::string&)>& fits) const;
  void rotate();
  // Takes over what another process has made of it.
  void read_anew() const;

 private:
  Secrets& secrets_;
  runtime::Runtime& runtime_;
  std::string name_;
  mutable Staleness staleness_;
  mutable runtime::Mutex changing_;  // of what follows
  mutable std::vector<std::string> keys_;
};

}  // namespace madang::security
