#include "chassis/storage/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/sync_failed.hpp"

namespace madang::storage {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw chassis::Unavailable{what + " " + path + ": " + std::strerror(errno)};
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_{::open(path.c_str(), flags, 0600)} {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] bool open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

void sync(const Descriptor& descriptor, const std::string& path) {
  if (::fsync(descriptor.number()) != 0)
    throw SyncFailed{"cannot sync " + path + ": " + std::strerror(errno)};
}

std::string parent_of(const std::string& path) {
  const auto parent = std::filesystem::path{path}.parent_path().string();
  return parent.empty() ? "." : parent;
}

void sync_folder(const std::string& path) {
  const Descriptor folder{path, O_RDONLY | O_DIRECTORY | O_CLOEXEC};
  if (!folder.open()) fail("cannot open the folder", path);
  sync(folder, path);
}

class RealWriter final : public FileWriter {
 public:
  RealWriter(Descriptor descriptor, std::string path)
      : descriptor_{std::move(descriptor)}, path_{std::move(path)} {}
  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void finish() override {
    sync(descriptor_, path_);
    sync_folder(parent_of(path_));
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class RealReader final : public FileReader {
 public:
  RealReader(Descriptor descriptor, std::string path)
      : descriptor_{std::move(descriptor)}, path_{std::move(path)} {}
  std::uint64_t size() override {
    struct ::stat status{};
    if (::fstat(descriptor_.number(), &status) != 0) fail("cannot look at", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = ::pread(descriptor_.number(), into.data() + done, into.size() - done,
                               static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("cannot read", path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }
  bool readable_by_others() override {
    struct ::stat status{};
    if (::fstat(descriptor_.number(), &status) != 0) fail("cannot look at", path_);
    return (status.st_mode & 077U) != 0;
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class RealLock final : public FileLock {
 public:
  RealLock(Descriptor descriptor, std::string path)
      : descriptor_{std::move(descriptor)}, path_{std::move(path)} {}
  ~RealLock() override { ::unlink(path_.c_str()); }

 private:
  Descriptor descriptor_;  // the lock goes with it
  std::string path_;
};

bool is_named(const Descriptor& descriptor, const std::string& path) {
  struct ::stat open{}, named{};
  return ::fstat(descriptor.number(), &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

}  // namespace

std::optional<std::string> FileSystem::read(const std::string& path) {
  const auto reader = open(path);
  if (!reader) return std::nullopt;
  std::string bytes(reader->size(), '\0');
  bytes.resize(reader->read(0, std::as_writable_bytes(std::span{bytes})));
  return bytes;
}

void FileSystem::write_durably(const std::string& path, std::string_view bytes) {
  const auto young = path + ".new";
  const auto writer = create(young);
  writer->append(bytes);
  writer->finish();
  rename(young, path);
}

void RealFileSystem::create_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(parent_of(path));
  if (errno == EEXIST && std::filesystem::is_directory(path)) return;
  if (errno != ENOENT || parent_of(path) == path) fail("cannot create the folder", path);
  create_folder(parent_of(path));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail("cannot create the folder", path);
  sync_folder(parent_of(path));
}

void RealFileSystem::sync_folder(const std::string& path) { storage::sync_folder(path); }

std::vector<std::string> RealFileSystem::list(const std::string& folder) {
  try {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  } catch (const std::filesystem::filesystem_error& error) {
    throw chassis::Unavailable{error.what()};
  }
}

bool RealFileSystem::exists(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  fail("cannot look for", path);
}

std::unique_ptr<FileReader> RealFileSystem::open(const std::string& path) {
  Descriptor descriptor{path, O_RDONLY | O_CLOEXEC};
  if (descriptor.open()) return std::make_unique<RealReader>(std::move(descriptor), path);
  if (errno == ENOENT || errno == ENOTDIR) return nullptr;
  fail("cannot open", path);
}

std::unique_ptr<FileWriter> RealFileSystem::create(const std::string& path) {
  Descriptor descriptor{path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC};
  if (!descriptor.open()) fail("cannot create", path);
  return std::make_unique<RealWriter>(std::move(descriptor), path);
}

void RealFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail("cannot rename " + from + " to", to);
  sync_folder(parent_of(to));
  if (parent_of(from) != parent_of(to)) sync_folder(parent_of(from));
}

bool RealFileSystem::remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0) {
    sync_folder(parent_of(path));
    return true;
  }
  if (errno == ENOENT || errno == ENOTDIR) return false;
  fail("cannot remove", path);
}

bool RealFileSystem::is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

void RealFileSystem::remove_all(const std::string& path) {
  std::error_code error;
  if (std::filesystem::remove_all(path, error) != 0) sync_folder(parent_of(path));
  if (error) throw chassis::Unavailable{"cannot remove " + path + ": " + error.message()};
}

void RealFileSystem::exchange(const std::string& one, const std::string& other) {
  if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) != 0)
    fail("cannot exchange " + one + " with", other);
  sync_folder(parent_of(one));
  if (parent_of(one) != parent_of(other)) sync_folder(parent_of(other));
}

std::unique_ptr<FileLock> RealFileSystem::lock(const std::string& path) {
  for (;;) {
    Descriptor descriptor{path, O_RDWR | O_CREAT | O_CLOEXEC};
    if (!descriptor.open()) fail("cannot open", path);
    if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail("cannot lock", path);
      return nullptr;
    }
    // Else whoever had it has taken the file away since it was opened.
    if (is_named(descriptor, path)) return std::make_unique<RealLock>(std::move(descriptor), path);
  }
}

}  // namespace madang::storage
