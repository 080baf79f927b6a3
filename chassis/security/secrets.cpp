#include "chassis/security/secrets.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <span>
#include <system_error>

#include "chassis/ports/failures.hpp"
#include "chassis/security/base64url.hpp"

namespace madang::security {
namespace {

using chassis::Corrupt;
using chassis::Unavailable;

constexpr std::size_t secret_size_max = 64 * 1024;

[[noreturn]] void disk_says_no(const std::filesystem::path& path, const char* doing) {
  throw Unavailable{std::string{"cannot "} + doing + ' ' + path.string() + ": " +
                    std::generic_category().message(errno)};
}

class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, int flags, mode_t mode = 0)
      : descriptor_{::open(path.c_str(), flags | O_CLOEXEC, mode)} {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string whole_text_of(const OpenFile& file, const std::filesystem::path& path) {
  std::string text(secret_size_max, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.descriptor(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) disk_says_no(path, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size == text.size()) throw Corrupt{path.string() + " is too long for a secret"};
  text.resize(size);
  return text;
}

void demand_private(const OpenFile& file, const std::filesystem::path& path) {
  struct stat about{};
  if (::fstat(file.descriptor(), &about) != 0) disk_says_no(path, "look at");
  if ((about.st_mode & 077U) != 0) {
    throw Corrupt{path.string() + " can be read by others: replace the secret, or chmod 600 it"};
  }
}

void sync(const OpenFile& file, const std::filesystem::path& path) {
  if (::fsync(file.descriptor()) != 0) disk_says_no(path, "sync");
}

void write_new(const std::filesystem::path& path, std::string_view text) {
  ::unlink(path.c_str());  // what a crash may have left
  const OpenFile file{path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600};
  if (!file.is_open()) disk_says_no(path, "create");
  while (!text.empty()) {
    const auto put = ::write(file.descriptor(), text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) disk_says_no(path, "write");
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  sync(file, path);
}

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

}  // namespace

SecretFolder::SecretFolder(std::filesystem::path folder,
                           std::map<std::string, std::filesystem::path> elsewhere)
    : folder_{std::move(folder)}, elsewhere_{std::move(elsewhere)} {
  std::error_code wrong;
  std::filesystem::create_directories(folder_.parent_path(), wrong);
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) disk_says_no(folder_, "create");
}

std::optional<std::string> SecretFolder::read(std::string_view name) {
  const auto other = elsewhere_.find(std::string{name});
  const auto path = other == elsewhere_.end() ? folder_ / name : other->second;
  const OpenFile file{path, O_RDONLY};
  if (!file.is_open() && errno != ENOENT) disk_says_no(path, "open");
  if (other != elsewhere_.end()) {
    if (!file.is_open()) throw Corrupt{path.string() + " is named in the configuration but absent"};
    return whole_text_of(file, path);
  }
  if (!file.is_open()) return std::nullopt;
  demand_private(file, path);
  return whole_text_of(file, path);
}

void SecretFolder::write(std::string_view name, const std::string& text) {
  if (elsewhere_.contains(std::string{name})) {
    throw Corrupt{"the secret " + std::string{name} + " is kept elsewhere and changed only there"};
  }
  const auto path = folder_ / name;
  auto beside = path;
  beside += ".new";
  write_new(beside, text);
  if (::rename(beside.c_str(), path.c_str()) != 0) disk_says_no(path, "replace");
  const OpenFile folder{folder_, O_RDONLY | O_DIRECTORY};
  if (!folder.is_open()) disk_says_no(folder_, "open");
  sync(folder, folder_);
}

std::optional<std::string> SecretsInMemory::read(std::string_view name) {
  const auto found = texts_.find(name);
  return found == texts_.end() ? std::nullopt : std::optional{found->second};
}

void SecretsInMemory::write(std::string_view name, const std::string& text) {
  texts_.insert_or_assign(std::string{name}, text);
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

RotatingKey::RotatingKey(Secrets& secrets, runtime::Runtime& runtime, std::string name)
    : secrets_{secrets}, runtime_{runtime}, name_{std::move(name)}, changing_{runtime} {
  const auto text = secrets_.read(name_);
  if (!text) {
    rotate();
    return;
  }
  std::string_view rest = without_line_end(*text);
  while (keys_.size() < 2 && !rest.empty()) {
    const auto end = rest.find('\n');
    keys_.push_back(key_in(rest.substr(0, end), name_));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (keys_.empty() || !rest.empty())
    throw Corrupt{"the secret " + name_ + " is not one or two keys"};
}

std::string RotatingKey::current() const {
  const std::lock_guard section{changing_};
  return keys_.front();
}

std::vector<std::string> RotatingKey::all() const {
  const std::lock_guard section{changing_};
  return keys_;
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
