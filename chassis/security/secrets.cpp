#include "chassis/security/secrets.hpp"

#include <mutex>
#include <span>

#include "chassis/ports/failures.hpp"
#include "chassis/security/base64url.hpp"

namespace madang::security {
namespace {

using chassis::Corrupt;

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string key_in(std::string_view line, std::string_view name) {
  auto key = parse_base64url(line);
  if (!key || key->size() != key_size) {
    throw Corrupt{"the secret " + std::string{name} + " is not 32 bytes of base64url"};
  }
  return *std::move(key);
}

// One or two, a line each.
std::vector<std::string> keys_in(std::string_view text, std::string_view name) {
  std::vector<std::string> keys;
  std::string_view rest = without_line_end(text);
  while (keys.size() < 2 && !rest.empty()) {
    const auto end = rest.find('\n');
    keys.push_back(key_in(rest.substr(0, end), name));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (keys.empty() || !rest.empty())
    throw Corrupt{"the secret " + std::string{name} + " is not one or two keys"};
  return keys;
}

}  // namespace

SecretFolder::SecretFolder(storage::FileSystem& files, std::string folder,
                           std::map<std::string, std::string, std::less<>> elsewhere)
    : files_{files}, folder_{std::move(folder)}, elsewhere_{std::move(elsewhere)} {
  files_.create_folder(folder_);
}

std::optional<std::string> SecretFolder::read(std::string_view name) {
  if (const auto other = elsewhere_.find(name); other != elsewhere_.end()) {
    auto text = files_.read(other->second);
    if (!text) throw Corrupt{other->second + " is named in the configuration but absent"};
    return text;
  }
  const auto path = folder_ + '/' + std::string{name};
  const auto file = files_.open(path);
  if (!file) return std::nullopt;
  if (file->readable_by_others()) {
    throw Corrupt{path + " can be read by others: replace the secret, or chmod 600 it"};
  }
  return files_.read(path);
}

void SecretFolder::write(std::string_view name, const std::string& text) {
  if (elsewhere_.contains(name)) {
    throw Corrupt{"the secret " + std::string{name} + " is kept elsewhere and changed only there"};
  }
  files_.write_durably(folder_ + '/' + std::string{name}, text);
}

std::string secret_in(storage::FileSystem& files, const std::string& path) {
  const auto file = files.open(path);
  if (file && file->readable_by_others())
    throw Corrupt{path + " can be read by others: chmod 600 it"};
  const auto text = files.read(path).value_or("");
  const auto line = without_line_end(std::string_view{text}.substr(0, text.find('\n')));
  if (line.empty()) throw Corrupt{"there is no secret in " + path};
  return std::string{line};
}

std::optional<std::string> SecretsInMemory::read(std::string_view name) {
  const auto found = texts_.find(name);
  return found == texts_.end() ? std::nullopt : std::optional{found->second};
}

void SecretsInMemory::write(std::string_view name, const std::string& text) {
  texts_.insert_or_assign(std::string{name}, text);
}

void SecretsOfAnother::write(std::string_view name, const std::string&) {
  throw chassis::Unavailable{"the secret " + std::string{name} +
                             " is not there yet: the process that holds identity makes it"};
}

std::string random_bytes(runtime::Runtime& runtime, std::size_t size) {
  std::string bytes(size, '\0');
  runtime.fill_random(std::as_writable_bytes(std::span{bytes}));
  return bytes;
}

std::string key_of(Secrets& secrets, runtime::Runtime& runtime, std::string_view name) {
  if (const auto text = secrets.read(name)) return key_in(without_line_end(*text), name);
  const auto key = random_bytes(runtime, key_size);
  secrets.write(name, base64url(key) + '\n');
  return key;
}

bool Staleness::is_likely() const {
  return turned_by_ == TurnedBy::another && runtime_.now() >= read_at_.load() + at_most_every;
}

RotatingKey::RotatingKey(Secrets& secrets, runtime::Runtime& runtime, std::string name,
                         TurnedBy turned_by)
    : secrets_{secrets},
      runtime_{runtime},
      name_{std::move(name)},
      staleness_{runtime, turned_by},
      changing_{runtime} {
  const auto text = secrets_.read(name_);
  if (text) keys_ = keys_in(*text, name_);
  else rotate();
}

std::string RotatingKey::current() const {
  const std::lock_guard section{changing_};
  return keys_.front();
}

std::vector<std::string> RotatingKey::all() const {
  const std::lock_guard section{changing_};
  return keys_;
}

bool RotatingKey::any_of(const std::function<bool(const std::string&)>& fits) const {
  if (std::ranges::any_of(all(), fits)) return true;
  if (!staleness_.is_likely()) return false;
  read_anew();
  return std::ranges::any_of(all(), fits);
}

void RotatingKey::read_anew() const {
  const std::lock_guard section{changing_};
  staleness_.note_reading();
  const auto text = secrets_.read(name_);
  if (!text) throw Corrupt{"the secret " + name_ + " is gone"};
  keys_ = keys_in(*text, name_);
}

void RotatingKey::rotate() {
  const std::lock_guard section{changing_};
  std::vector<std::string> keys{random_bytes(runtime_, key_size)};
  if (!keys_.empty()) keys.push_back(keys_.front());
  std::string text;
  for (const auto& key : keys) text += base64url(key) + '\n';
  secrets_.write(name_, text);
  keys_ = std::move(keys);
}

}  // namespace madang::security
