#include "chassis/storage/sim_files.hpp"

#include <utility>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/sync_failed.hpp"

namespace madang::storage {
namespace {

using Done = SimDisk::Done;

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw chassis::Unavailable{what + " " + path};
}

class SimWriter final : public FileWriter {
 public:
  SimWriter(SimDisk& disk, std::shared_ptr<SimDisk::File> file, std::string path)
      : handle_{disk, std::move(file)}, path_{std::move(path)} {}
  void append(std::string_view bytes) override {
    if (handle_.write(handle_.size(), std::as_bytes(std::span{bytes})) != Done::yes)
      fail("cannot write", path_);
  }
  void finish() override {
    if (handle_.sync() != Done::yes || handle_.disk().sync_folder(folder_of(path_)) != Done::yes)
      throw SyncFailed{"cannot sync " + path_};
  }

 private:
  SimDisk::Handle handle_;
  std::string path_;
};

class SimReader final : public FileReader {
 public:
  SimReader(SimDisk& disk, std::shared_ptr<SimDisk::File> file, std::string path)
      : handle_{disk, std::move(file)}, path_{std::move(path)} {}
  std::uint64_t size() override {
    if (handle_.dead()) fail("cannot look at", path_);
    return handle_.size();
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override {
    std::size_t got = 0;
    if (handle_.read(offset, into, got) != Done::yes) fail("cannot read", path_);
    return got;
  }
  bool readable_by_others() override { return false; }  // who they are is not simulated

 private:
  SimDisk::Handle handle_;
  std::string path_;
};

class SimLock final : public FileLock, SimDisk::Handle {
 public:
  SimLock(SimDisk& disk, std::shared_ptr<SimDisk::File> file, std::string path)
      : Handle{disk, std::move(file)}, path_{std::move(path)} {
    this->file().is_locked = true;
  }
  ~SimLock() override {
    if (dead()) return;
    try {
      disk().remove(path_);
    } catch (...) {  // the file stays, and locks nothing
    }
    let_go();
  }

 private:
  void let_go() noexcept override { file().is_locked = false; }
  std::string path_;
};

}  // namespace

void SimFileSystem::create_folder(const std::string& path) {
  auto& disk = machine_.disk_of(path);
  if (const auto there = disk.find(path)) {
    if (!there->is_folder) fail("cannot create the folder", path);
    return;
  }
  create_folder(folder_of(path));  // ends at the disk's own, which is always there
  disk.create(path, SimDisk::Kind::folder);
  sync_folder(folder_of(path));
}

std::vector<std::string> SimFileSystem::list(const std::string& folder) {
  auto& disk = machine_.disk_of(folder);
  const auto there = disk.find(folder);
  if (!there || !there->is_folder) fail("cannot list", folder);
  return disk.list(folder);
}

bool SimFileSystem::exists(const std::string& path) {
  return machine_.disk_of(path).find(path) != nullptr;
}

std::unique_ptr<FileReader> SimFileSystem::open(const std::string& path) {
  auto& disk = machine_.disk_of(path);
  machine_.simulator.scheduling_point();
  auto file = disk.find(path);
  if (!file) return nullptr;
  return std::make_unique<SimReader>(disk, std::move(file), path);
}

std::unique_ptr<FileWriter> SimFileSystem::create(const std::string& path) {
  auto& disk = machine_.disk_of(path);
  auto file = disk.find(path);
  if (!file) file = disk.create(path, SimDisk::Kind::file);
  if (!file || file->is_folder) fail("cannot create", path);
  if (SimDisk::Handle emptied{disk, file}; emptied.truncate(0) != Done::yes)
    fail("cannot create", path);
  return std::make_unique<SimWriter>(disk, std::move(file), path);
}

void SimFileSystem::rename(const std::string& from, const std::string& to) {
  if (!machine_.disk_of(from).rename(from, to)) fail("cannot rename " + from + " to", to);
  sync_folder(folder_of(to));
  if (folder_of(from) != folder_of(to)) sync_folder(folder_of(from));
}

bool SimFileSystem::remove(const std::string& path) {
  if (!machine_.disk_of(path).remove(path)) return false;
  sync_folder(folder_of(path));
  return true;
}

bool SimFileSystem::is_folder(const std::string& path) {
  const auto there = machine_.disk_of(path).find(path);
  return there && there->is_folder;
}

void SimFileSystem::remove_all(const std::string& path) {
  auto& disk = machine_.disk_of(path);
  if (is_folder(path))
    for (const auto& name : disk.list(path)) remove_all(std::string{path}.append("/").append(name));
  remove(path);
}

void SimFileSystem::exchange(const std::string& one, const std::string& other) {
  if (!machine_.disk_of(one).exchange(one, other)) fail("cannot exchange " + one + " with", other);
  sync_folder(folder_of(one));
  if (folder_of(one) != folder_of(other)) sync_folder(folder_of(other));
}

void SimFileSystem::sync_folder(const std::string& path) {
  if (machine_.disk_of(path).sync_folder(path) != Done::yes)
    throw SyncFailed{"cannot sync the folder " + path};
}

std::unique_ptr<FileLock> SimFileSystem::lock(const std::string& path) {
  auto& disk = machine_.disk_of(path);
  auto file = disk.find_or_create(path);
  if (!file) fail("cannot open", path);
  if (file->is_locked) return nullptr;
  return std::make_unique<SimLock>(disk, std::move(file), path);
}

}  // namespace madang::storage
