#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chassis/storage/sqlite.hpp"

namespace madang::storage {
namespace {

struct FreeFilename {
  void operator()(const char* name) const { sqlite3_free_filename(const_cast<char*>(name)); }
};

std::uint32_t big_endian_at(std::span<const char> bytes, std::size_t place) {
  std::uint32_t number = 0;
  for (const char byte : bytes.subspan(place, sizeof number))
    number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

// How SQLite lays a WAL out (https://www.sqlite.org/fileformat2.html, 4.1). Recovery reads frames up to the first
// that has other salts than the header: that one is left of an earlier turn, when the WAL was longer.
class WalLayout {
 public:
  static constexpr std::size_t header_bytes = 32;

  explicit WalLayout(std::span<const char> header) {
    if (header.size() < header_bytes) return;
    const auto page_bytes = big_endian_at(header, 8);
    if (big_endian_at(header, 0) >> 1U != magic >> 1U || !std::has_single_bit(page_bytes) ||
        page_bytes < 512 || page_bytes > 65'536)
      return;
    frame_bytes_ = frame_header_bytes + page_bytes;
    std::ranges::copy(header.subspan(16, salts_.size()), salts_.begin());
  }

  // Whole frames, and less than the unix VFS writes at once, which are 128 KiB.
  [[nodiscard]] std::size_t part_bytes() const {
    return std::max<std::size_t>(1, usual_part_bytes / frame_bytes_) * frame_bytes_;
  }
  // Of these frames the first ones, in bytes, that may be read. What is no WAL, or not yet one, is kept as it is.
  [[nodiscard]] std::size_t current(std::span<const char> frames) const {
    if (!is_wal()) return frames.size();
    std::size_t bytes = 0;
    while (bytes + frame_bytes_ <= frames.size() &&
           std::ranges::equal(frames.subspan(bytes + 8, salts_.size()), salts_))
      bytes += frame_bytes_;
    return bytes;
  }

 private:
  static constexpr std::uint32_t magic = 0x377f0682;  // and one more where checksums are big-endian
  static constexpr std::size_t frame_header_bytes = 24, usual_part_bytes = 1 << 16;
  [[nodiscard]] bool is_wal() const { return frame_bytes_ != 1; }

  std::size_t frame_bytes_ = 1;
  std::array<char, 8> salts_{};
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
    if (code == SQLITE_OK) code = rewrite_what_is_read(static_cast<std::size_t>(size));
    return code == SQLITE_OK ? file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL) : code;
  }

 private:
  int rewrite_what_is_read(std::size_t size) {
    std::vector<char> part(std::min(size, WalLayout::header_bytes));
    int code = read(part, 0);
    if (code == SQLITE_OK) code = write(part, 0);
    const WalLayout wal{part};
    bool is_last = false;
    for (auto done = part.size(); code == SQLITE_OK && done < size && !is_last;
         done += part.size()) {
      part.resize(std::min(size - done, wal.part_bytes()));
      code = read(part, done);
      if (code != SQLITE_OK) break;
      const auto current = wal.current(part);
      is_last = current < part.size();
      part.resize(current);
      code = write(part, done);
    }
    return code;
  }
  int read(std::span<char> part, std::size_t at) {
    return file_->pMethods->xRead(file_, part.data(), static_cast<int>(part.size()),
                                  static_cast<sqlite3_int64>(at));
  }
  int write(std::span<const char> part, std::size_t at) {
    if (part.empty()) return SQLITE_OK;
    return file_->pMethods->xWrite(file_, part.data(), static_cast<int>(part.size()),
                                   static_cast<sqlite3_int64>(at));
  }

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
