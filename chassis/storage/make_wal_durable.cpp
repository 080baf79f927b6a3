#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "chassis/storage/sqlite.hpp"

namespace madang::storage {
namespace {

struct FreeFilename {
  void operator()(const char* name) const { sqlite3_free_filename(const_cast<char*>(name)); }
};

// A file of whatever VFS is the default, simulated disks included.
class VfsFile {
 public:
  VfsFile(sqlite3_vfs& vfs, const char* name, int flags)
      : memory_(static_cast<std::size_t>(vfs.szOsFile) / sizeof(std::max_align_t) + 1),
        file_{reinterpret_cast<sqlite3_file*>(memory_.data())},
        opened_{vfs.xOpen(&vfs, name, file_, flags, nullptr)} {}
  ~VfsFile() {
    if (file_->pMethods) file_->pMethods->xClose(file_);
  }
  VfsFile(const VfsFile&) = delete;
  VfsFile& operator=(const VfsFile&) = delete;

  // SQLite's result codes.
  [[nodiscard]] int opened() const { return opened_; }
  int rewrite() {
    sqlite3_int64 size = 0;
    int code = file_->pMethods->xFileSize(file_, &size);
    std::vector<char> part(1 << 16);  // the unix VFS writes less than 128 KiB at once
    for (sqlite3_int64 done = 0; code == SQLITE_OK && done < size;) {
      const auto amount =
          static_cast<int>(std::min(size - done, static_cast<sqlite3_int64>(part.size())));
      code = file_->pMethods->xRead(file_, part.data(), amount, done);
      if (code == SQLITE_OK) code = file_->pMethods->xWrite(file_, part.data(), amount, done);
      done += amount;
    }
    if (code == SQLITE_OK) code = file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL);
    return code;
  }

 private:
  std::vector<std::max_align_t> memory_;
  sqlite3_file* file_;
  int opened_;
};

}  // namespace

void make_wal_durable(const std::string& database_path) {
  auto* vfs = sqlite3_vfs_find(nullptr);
  const std::string wal = database_path + "-wal";
  int there = 0;
  if (vfs->xAccess(vfs, wal.c_str(), SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK)
    throw chassis::Unavailable{"cannot look for " + wal};
  if (there == 0) return;
  // A VFS may expect names that SQLite itself has made.
  const std::unique_ptr<const char, FreeFilename> names{
      sqlite3_create_filename(database_path.c_str(), "", wal.c_str(), 0, nullptr)};
  if (!names) throw std::bad_alloc{};
  // With CREATE the first sync covers the file's name in its folder too, which may be as young.
  VfsFile file{*vfs, sqlite3_filename_wal(names.get()),
               SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
  if (file.opened() != SQLITE_OK) throw chassis::Unavailable{"cannot open " + wal};
  const int code = file.rewrite();
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
    throw SyncFailed{"cannot sync " + wal};
  if (code != SQLITE_OK)
    throw chassis::Unavailable{"cannot rewrite " + wal + " (SQLite " + std::to_string(code) + ")"};
}

}  // namespace madang::storage
