#pragma once
// The shop's own secrets: keys that sign, wrap and recognise. Each has a name and a short text, and
// stands in DIR/secrets, readable by the shop's user alone. A secret is made at the first start and
// never leaves: no log, no backup of data, no answer holds one.
#include <cstddef>
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

// A secret that somebody else has made, which a file of the configuration's holds: its first line. Throws Corrupt
// when it is not there, is empty, or can be read by others.
std::string secret_in(storage::FileSystem&, const std::string& path);

inline constexpr std::size_t key_size = 32;

std::string random_bytes(runtime::Runtime&, std::size_t size);

// The 32 bytes of a secret stored as base64url, made if it is not there yet. Throws Corrupt when it
// is something else.
std::string key_of(Secrets&, runtime::Runtime&, std::string_view name);

// A key that is replaced from time to time while what the one before it signed is still honoured.
// Stored as two lines, newest first. Any thread.
class RotatingKey {
 public:
  RotatingKey(Secrets&, runtime::Runtime&, std::string name);
  [[nodiscard]] std::string current() const;
  [[nodiscard]] std::vector<std::string> all() const;  // one or two, newest first
  void rotate();

 private:
  Secrets& secrets_;
  runtime::Runtime& runtime_;
  std::string name_;
  mutable runtime::Mutex changing_;
  std::vector<std::string> keys_;
};

}  // namespace madang::security
