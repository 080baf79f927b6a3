#include "chassis/storage/wal_vfs.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

namespace madang::storage {
namespace {

constexpr std::size_t gathered_max = std::size_t{64} * 1024;

sqlite3_vfs& disk() { return *sqlite3_vfs_find(nullptr); }

// What lies in the memory that SQLite gives for a file: for a WAL this, for others the disk's own file.
struct Wal {
  sqlite3_file base;
  struct Inside;
  Inside* inside;
};

struct Wal::Inside {
  explicit Inside(std::size_t bytes) : memory(bytes / sizeof(std::max_align_t) + 1) {
    gathered.reserve(gathered_max);
  }
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory.data()); }
  const sqlite3_io_methods& on_disk() { return *file()->pMethods; }
  [[nodiscard]] sqlite3_int64 end() const {
    return begin + static_cast<sqlite3_int64>(gathered.size());
  }

  // What could not be written is forgotten: the commit that it belongs to fails and is rolled back.
  int write_gathered() {
    if (gathered.empty()) return SQLITE_OK;
    const int code =
        on_disk().xWrite(file(), gathered.data(), static_cast<int>(gathered.size()), begin);
    gathered.clear();
    return code;
  }
  int write(const void* bytes, std::size_t size, sqlite3_int64 at) {
    if (!gathered.empty() && (at != end() || gathered.size() + size > gathered_max))
      if (const int code = write_gathered(); code != SQLITE_OK) return code;
    if (size > gathered_max) return on_disk().xWrite(file(), bytes, static_cast<int>(size), at);
    if (gathered.empty()) begin = at;
    const auto* first = static_cast<const char*>(bytes);
    gathered.insert(gathered.end(), first, first + size);
    return SQLITE_OK;
  }

  std::vector<std::max_align_t> memory;
  std::vector<char> gathered;
  sqlite3_int64 begin = 0;
};

Wal::Inside& wal(sqlite3_file* file) { return *reinterpret_cast<Wal*>(file)->inside; }

// Whatever looks at the file sees it as if each write had been made at once.
template <class Call>
int after_writing(sqlite3_file* file, Call&& call) {
  const int code = wal(file).write_gathered();
  return code == SQLITE_OK ? call(wal(file).on_disk(), wal(file).file()) : code;
}

int close(sqlite3_file* file) {
  const std::unique_ptr<Wal::Inside> inside{&wal(file)};
  return inside->on_disk().xClose(inside->file());
}
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return after_writing(file, [&](auto& disk, auto* it) { return disk.xRead(it, to, size, at); });
}
int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  return wal(file).write(bytes, static_cast<std::size_t>(size), at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return after_writing(file, [&](auto& disk, auto* it) { return disk.xTruncate(it, size); });
}
int sync(sqlite3_file* file, int flags) {
  return after_writing(file, [&](auto& disk, auto* it) { return disk.xSync(it, flags); });
}
int size_of(sqlite3_file* file, sqlite3_int64* size) {
  return after_writing(file, [&](auto& disk, auto* it) { return disk.xFileSize(it, size); });
}
int lock(sqlite3_file* file, int level) {
  return wal(file).on_disk().xLock(wal(file).file(), level);
}
int unlock(sqlite3_file* file, int level) {
  return wal(file).on_disk().xUnlock(wal(file).file(), level);
}
int reserved(sqlite3_file* file, int* held) {
  return wal(file).on_disk().xCheckReservedLock(wal(file).file(), held);
}
int control(sqlite3_file* file, int what, void* with) {
  return wal(file).on_disk().xFileControl(wal(file).file(), what, with);
}
int sector_size(sqlite3_file* file) { return wal(file).on_disk().xSectorSize(wal(file).file()); }
int characteristics(sqlite3_file* file) {
  return wal(file).on_disk().xDeviceCharacteristics(wal(file).file());
}

constexpr sqlite3_io_methods methods{
    1,       close,    read,    write,       truncate,        sync,    size_of, lock,
    unlock,  reserved, control, sector_size, characteristics, nullptr, nullptr, nullptr,
    nullptr, nullptr,  nullptr};

int open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;  // stays so when the open fails, so that close is not called
  auto& on = disk();
  if ((flags & SQLITE_OPEN_WAL) == 0)
    return on.szOsFile <= self->szOsFile ? on.xOpen(&on, name, file, flags, out_flags)
                                         : SQLITE_CANTOPEN;
  auto inside = std::make_unique<Wal::Inside>(static_cast<std::size_t>(on.szOsFile));
  const int code = on.xOpen(&on, name, inside->file(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  reinterpret_cast<Wal*>(file)->inside = inside.release();
  file->pMethods = &methods;
  return SQLITE_OK;
}

sqlite3_vfs made() {
  sqlite3_vfs it{};
  it.iVersion = 2;
  it.szOsFile = 1024;  // room for any disk's own file
  it.mxPathname = 512;
  it.zName = "gathering_wal";
  it.xOpen = open;
  it.xDelete = [](sqlite3_vfs*, const char* name, int sync_too) {
    return disk().xDelete(&disk(), name, sync_too);
  };
  it.xAccess = [](sqlite3_vfs*, const char* name, int flags, int* there) {
    return disk().xAccess(&disk(), name, flags, there);
  };
  it.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    return disk().xFullPathname(&disk(), name, size, out);
  };
  it.xRandomness = [](sqlite3_vfs*, int size, char* out) {
    return disk().xRandomness(&disk(), size, out);
  };
  it.xSleep = [](sqlite3_vfs*, int microseconds) { return disk().xSleep(&disk(), microseconds); };
  it.xCurrentTime = [](sqlite3_vfs*, double* days) { return disk().xCurrentTime(&disk(), days); };
  it.xGetLastError = [](sqlite3_vfs*, int size, char* out) {
    return disk().xGetLastError(&disk(), size, out);
  };
  it.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* ms) {
    return disk().xCurrentTimeInt64(&disk(), ms);
  };
  return it;
}

}  // namespace

const char* gathering_wal_vfs() {
  static sqlite3_vfs vfs = made();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

}  // namespace madang::storage
