// No exception may cross SQLite's C frames, so each callback catches Stopped and answers with an I/O
// error; the caller above SQLite meets Stopped again at its next call of the runtime.
#include "chassis/storage/sim_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace madang::storage {

// Locks on the file, and the WAL index with its eight locks: memory that processes share.
struct SimDisk::Locks {
  static constexpr std::size_t wal_slots = 8;
  const Handle* reserved = nullptr;
  const Handle* pending = nullptr;
  const Handle* exclusive = nullptr;
  int shared = 0;
  int maps = 0;  // handles that have mapped the WAL index
  std::vector<std::shared_ptr<std::byte[]>> wal_index;
  std::array<int, wal_slots> wal_shared{};
  std::array<const Handle*, wal_slots> wal_exclusive{};
};

namespace {

using Locks = SimDisk::Locks;

class VfsHandle final : public SimDisk::Handle {
 public:
  VfsHandle(SimDisk& disk, std::shared_ptr<SimDisk::File> file, std::string path, int flags)
      : Handle{disk, std::move(file)}, path_{std::move(path)}, flags_{flags} {
    if (!this->file().locks) this->file().locks = std::make_shared<Locks>();
  }
  ~VfsHandle() override {
    if (!dead()) VfsHandle::let_go();
  }

  int lock(int level);
  int unlock(int level);
  int wal_lock(unsigned first, unsigned count, int flags);
  void volatile* map(std::size_t region, std::size_t size, bool extend);
  void unmap();
  // The first sync of a young journal or WAL covers its name, as in SQLite's own unix VFS.
  SimDisk::Done sync_with_name() {
    const auto done = sync();
    constexpr int named = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
    const bool young = (flags_ & named) != 0 && (flags_ & SQLITE_OPEN_CREATE) != 0;
    if (done != SimDisk::Done::yes || !young || std::exchange(name_is_durable_, true)) return done;
    return disk().sync_folder(folder_of(path_));
  }
  [[nodiscard]] Locks& locks() const { return *file().locks; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool deletes_on_close() const { return (flags_ & SQLITE_OPEN_DELETEONCLOSE) != 0; }

 private:
  void let_go() noexcept override {
    release(SQLITE_LOCK_NONE);
    unmap();
  }
  void release(int level);

  std::string path_;
  int flags_;
  int level_ = SQLITE_LOCK_NONE;
  unsigned wal_shared_ = 0;  // a bit for each of the WAL's locks that it holds
  unsigned wal_exclusive_ = 0;
  bool mapped_ = false;
  // What SQLite has been shown, until it closes the file: in a process that is killed it may still write there
  // on its way out.
  std::vector<std::shared_ptr<std::byte[]>> shown_;
  bool name_is_durable_ = false;
};

int VfsHandle::lock(int level) {
  if (dead()) return SQLITE_IOERR_LOCK;
  if (level_ >= level) return SQLITE_OK;
  auto& its = locks();
  const auto of_another = [&](const Handle* owner) { return owner && owner != this; };
  if (level == SQLITE_LOCK_SHARED) {
    if (of_another(its.pending) || of_another(its.exclusive)) return SQLITE_BUSY;
    ++its.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (of_another(its.reserved)) return SQLITE_BUSY;
    its.reserved = this;
  } else {
    if (of_another(its.pending) || of_another(its.reserved)) return SQLITE_BUSY;
    its.pending = this;
    if (its.shared > 1) {
      level_ = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
    its.exclusive = this;
  }
  level_ = level;
  return SQLITE_OK;
}

int VfsHandle::unlock(int level) {
  if (!dead()) release(level);
  return SQLITE_OK;
}

void VfsHandle::release(int level) {
  if (level_ <= level) return;
  auto& its = locks();
  for (auto** owner : {&its.reserved, &its.pending, &its.exclusive})
    if (*owner == this) *owner = nullptr;
  if (level == SQLITE_LOCK_NONE) --its.shared;
  level_ = level;
}

int VfsHandle::wal_lock(unsigned first, unsigned count, int flags) {
  if (dead()) return SQLITE_IOERR_SHMLOCK;
  auto& its = locks();
  const bool locks_it = (flags & SQLITE_SHM_LOCK) != 0;
  const bool shares = (flags & SQLITE_SHM_SHARED) != 0;
  if (locks_it)  // all or none
    for (auto slot = first; slot < first + count; ++slot) {
      const int others = its.wal_shared[slot] - ((wal_shared_ >> slot & 1U) != 0 ? 1 : 0);
      if (its.wal_exclusive[slot] && its.wal_exclusive[slot] != this) return SQLITE_BUSY;
      if (!shares && others > 0) return SQLITE_BUSY;
    }
  for (auto slot = first; slot < first + count; ++slot) {
    auto& held = shares ? wal_shared_ : wal_exclusive_;
    if (((held >> slot & 1U) != 0) == locks_it) continue;
    held ^= 1U << slot;
    if (shares) its.wal_shared[slot] += locks_it ? 1 : -1;
    else its.wal_exclusive[slot] = locks_it ? this : nullptr;
  }
  return SQLITE_OK;
}

void volatile* VfsHandle::map(std::size_t region, std::size_t size, bool extend) {
  auto& its = locks();
  if (!std::exchange(mapped_, true)) ++its.maps;
  if (region >= its.wal_index.size() && !extend) return nullptr;
  while (region >= its.wal_index.size())
    its.wal_index.push_back(std::make_shared<std::byte[]>(size));
  return shown_.emplace_back(its.wal_index[region]).get();
}

// The first to map it again finds it empty, and recovers it from the WAL.
void VfsHandle::unmap() {
  if (!std::exchange(mapped_, false)) return;
  auto& its = locks();
  for (unsigned slot = 0; slot < Locks::wal_slots; ++slot) {
    if ((std::exchange(wal_shared_, wal_shared_ & ~(1U << slot)) >> slot & 1U) != 0)
      --its.wal_shared[slot];
    if ((std::exchange(wal_exclusive_, wal_exclusive_ & ~(1U << slot)) >> slot & 1U) != 0)
      its.wal_exclusive[slot] = nullptr;
  }
  if (--its.maps == 0) its.wal_index.clear();
}

// What SQLite calls a file: its table of callbacks first, then ours.
struct VfsFile {
  sqlite3_file base;
  VfsHandle* handle;
};

VfsHandle& handle_of(sqlite3_file* file) { return *reinterpret_cast<VfsFile*>(file)->handle; }

int code_of(SimDisk::Done done, int failed) {
  switch (done) {
    case SimDisk::Done::yes: return SQLITE_OK;
    case SimDisk::Done::no_space: return SQLITE_FULL;
    case SimDisk::Done::failed: return failed;
  }
  return failed;
}

template <class Action>
int guarded(int failed, Action action) {
  try {
    return code_of(action(), failed);
  } catch (const runtime::Stopped&) {
    return failed;
  }
}

int read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
  const std::span into{static_cast<std::byte*>(to), static_cast<std::size_t>(amount)};
  std::size_t got = 0;
  const int code = guarded(SQLITE_IOERR_READ, [&] {
    return handle_of(file).read(static_cast<std::size_t>(offset), into, got);
  });
  if (code != SQLITE_OK || got == into.size()) return code;
  std::ranges::fill(into.subspan(got), std::byte{});  // the zeros are part of the contract
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  return guarded(SQLITE_IOERR_WRITE, [&] {
    return handle_of(file).write(
        static_cast<std::size_t>(offset),
        {static_cast<const std::byte*>(from), static_cast<std::size_t>(amount)});
  });
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return guarded(SQLITE_IOERR_TRUNCATE,
                 [&] { return handle_of(file).truncate(static_cast<std::size_t>(size)); });
}

int sync(sqlite3_file* file, int) {
  return guarded(SQLITE_IOERR_FSYNC, [&] { return handle_of(file).sync_with_name(); });
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(handle_of(file).size());
  return handle_of(file).dead() ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

int lock(sqlite3_file* file, int level) { return handle_of(file).lock(level); }
int unlock(sqlite3_file* file, int level) { return handle_of(file).unlock(level); }

int reserved(sqlite3_file* file, int* held) {
  const auto& locks = handle_of(file).locks();
  *held = locks.reserved || locks.pending || locks.exclusive ? 1 : 0;
  return handle_of(file).dead() ? SQLITE_IOERR_CHECKRESERVEDLOCK : SQLITE_OK;
}

int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return static_cast<int>(SimDisk::sector_bytes); }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  *memory = nullptr;
  if (handle_of(file).dead()) return SQLITE_IOERR_SHMMAP;
  *memory = handle_of(file).map(static_cast<std::size_t>(region), static_cast<std::size_t>(size),
                                extend != 0);
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int first, int count, int flags) {
  return handle_of(file).wal_lock(static_cast<unsigned>(first), static_cast<unsigned>(count),
                                  flags);
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int) {
  handle_of(file).unmap();
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  const std::unique_ptr<VfsHandle> handle{&handle_of(file)};
  if (!handle->deletes_on_close() || handle->dead()) return SQLITE_OK;
  return guarded(SQLITE_IOERR_CLOSE, [&] {
    handle->disk().remove(handle->path());
    return SimDisk::Done::yes;
  });
}

constexpr sqlite3_io_methods methods{
    2,         close,    read,    write,       truncate,        sync,    file_size, lock,
    unlock,    reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,  nullptr};

SimMachine& machine_of(sqlite3_vfs* vfs) { return *static_cast<SimMachine*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags, int* out_flags) {
  base->pMethods = nullptr;  // stays so when the open fails, so that close is not called
  if (!path) return SQLITE_CANTOPEN;
  auto& disk = machine_of(vfs).disk_of(path);
  return guarded(SQLITE_CANTOPEN, [&] {
    auto file = disk.find(path);
    if (!file && (flags & SQLITE_OPEN_CREATE) != 0) file = disk.create(path, SimDisk::Kind::file);
    if (!file || file->is_folder) return SimDisk::Done::failed;
    reinterpret_cast<VfsFile*>(base)->handle = new VfsHandle{disk, std::move(file), path, flags};
    base->pMethods = &methods;
    if (out_flags) *out_flags = flags;
    return SimDisk::Done::yes;
  });
}

int remove(sqlite3_vfs* vfs, const char* path, int sync_too) {
  auto& disk = machine_of(vfs).disk_of(path);
  return guarded(SQLITE_IOERR_DELETE_NOENT, [&] {
    if (!disk.remove(path)) return SimDisk::Done::failed;
    return sync_too != 0 ? disk.sync_folder(folder_of(path)) : SimDisk::Done::yes;
  });
}

int access(sqlite3_vfs* vfs, const char* path, int, int* there) {
  *there = machine_of(vfs).disk_of(path).find(path) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  machine_of(vfs).simulator.fill_random(
      std::as_writable_bytes(std::span{out, static_cast<std::size_t>(size)}));
  return size;
}

int wait_for(sqlite3_vfs* vfs, int microseconds) {
  try {
    machine_of(vfs).simulator.sleep(runtime::Duration{microseconds});
  } catch (const runtime::Stopped&) {
  }
  return microseconds;
}

int time_ms(sqlite3_vfs* vfs, sqlite3_int64* julian_ms) {
  constexpr sqlite3_int64 unix_epoch = 210866760000000;
  const auto now = machine_of(vfs).simulator.now().time_since_epoch();
  *julian_ms = unix_epoch + std::chrono::floor<std::chrono::milliseconds>(now).count();
  return SQLITE_OK;
}

int time_days(sqlite3_vfs* vfs, double* julian_days) {
  sqlite3_int64 ms = 0;
  time_ms(vfs, &ms);
  *julian_days = static_cast<double>(ms) / 86400000.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

SimVfs::SimVfs(SimMachine machine)
    : machine_{std::move(machine)},
      vfs_{std::make_unique<sqlite3_vfs>()},
      default_before_{sqlite3_vfs_find(nullptr)} {
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(VfsFile);
  vfs_->mxPathname = 512;
  vfs_->zName = "simulated";
  vfs_->pAppData = &machine_;
  vfs_->xOpen = open;
  vfs_->xDelete = remove;
  vfs_->xAccess = access;
  vfs_->xFullPathname = full_path;
  vfs_->xRandomness = randomness;
  vfs_->xSleep = wait_for;
  vfs_->xCurrentTime = time_days;
  vfs_->xGetLastError = last_error;
  vfs_->xCurrentTimeInt64 = time_ms;
  sqlite3_vfs_register(vfs_.get(), 1);
  // SQLite has one generator for the program, seeded once from the default VFS; without this the
  // salts of the WAL differ between two runs of a seed.
  sqlite3_randomness(0, nullptr);
}

SimVfs::~SimVfs() {
  sqlite3_vfs_unregister(vfs_.get());
  sqlite3_vfs_register(default_before_, 1);  // SQLite itself would take any
  sqlite3_randomness(0, nullptr);  // so that no seed decides what comes after the simulation
}

}  // namespace madang::storage
