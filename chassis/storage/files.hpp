#pragma once
// What the chassis does with files besides databases. Two implementations keep one contract: the
// machine's own file system, and the simulator's disks (sim_storage.hpp).
//
// Paths are text, their parts separated by '/'. Changes of names are durable when the call returns.
// Failures are chassis::Unavailable, and SyncFailed, after which the process must stop.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace madang::storage {

// Bytes that come one after the other, as an upload does.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  virtual void append(std::string_view bytes) = 0;
  // All of it is durable under the file's name. Without this call nothing is promised.
  virtual void finish() = 0;
};

class FileReader {
 public:
  virtual ~FileReader() = default;
  [[nodiscard]] virtual std::uint64_t size() = 0;
  // Fewer bytes than asked for only at the end of the file.
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> into) = 0;
  // Somebody has made it so: what is created here never is.
  [[nodiscard]] virtual bool readable_by_others() = 0;
};

// Let go when it goes, and when its process ends, however that ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// May be used by several tasks at once; a writer, reader or lock belongs to one.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual void create_folder(
      const std::string& path) = 0;  // and those above it; there already: fine
  // What is in it keeps its name, though a process that died had not come to that.
  virtual void sync_folder(const std::string& path) = 0;
  [[nodiscard]] virtual std::vector<std::string> list(
      const std::string& folder) = 0;                              // names, sorted
  [[nodiscard]] virtual bool exists(const std::string& path) = 0;  // file or folder
  [[nodiscard]] virtual bool is_folder(const std::string& path) = 0;
  [[nodiscard]] virtual std::unique_ptr<FileReader> open(
      const std::string& path) = 0;  // null: absent
  [[nodiscard]] virtual std::unique_ptr<FileWriter> create(
      const std::string& path) = 0;  // empties it
  // Takes the place of what is there, at once and whole.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual bool remove(const std::string& path) = 0;  // of a file; false: absent
  // A folder with all that is in it, or a file; absent: fine.
  virtual void remove_all(const std::string& path) = 0;
  // Two that are there take each other's name, at once, with all that is in them.
  virtual void exchange(const std::string& one, const std::string& other) = 0;
  // By a file that is made for it and goes with it; of a process that is killed the file stays, and locks nothing.
  // Null: another has it, in this process or in another.
  [[nodiscard]] virtual std::unique_ptr<FileLock> lock(const std::string& path) = 0;

  [[nodiscard]] std::optional<std::string> read(const std::string& path);  // nullopt: absent
  // A reader sees the old content or the new, also after a crash. One writer of a path at a time; it
  // may leave PATH.new behind.
  void write_durably(const std::string& path, std::string_view bytes);
};

// Files are readable by their owner alone.
class RealFileSystem final : public FileSystem {
 public:
  void create_folder(const std::string& path) override;
  void sync_folder(const std::string& path) override;
  std::vector<std::string> list(const std::string& folder) override;
  bool exists(const std::string& path) override;
  std::unique_ptr<FileReader> open(const std::string& path) override;
  std::unique_ptr<FileWriter> create(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  bool is_folder(const std::string& path) override;
  void remove_all(const std::string& path) override;
  void exchange(const std::string& one, const std::string& other) override;
  std::unique_ptr<FileLock> lock(const std::string& path) override;
};

}  // namespace madang::storage
