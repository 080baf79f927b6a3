#pragma once
// Files kept under the SHA-256 of their content: what has a name here is whole, durable and never
// changes. An upload is written aside, and gets its name only when all of it is on the disk.
//
//   FOLDER/ab/cdef…      the content whose digest is abcdef… in hex
//   FOLDER/incoming/…    uploads under way; what an interrupted run left there is removed at start
//
// For several tasks at once. Failures are those of FileSystem.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "chassis/security/sha256.hpp"
#include "chassis/storage/files.hpp"

namespace madang::storage {

struct Blob {
  security::Digest256 digest;
  std::uint64_t size;
};

// An upload went over the limit; nothing of it is kept.
struct BlobTooLarge : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class BlobStore {
 public:
  // Makes the folder where it is missing. One store to a folder, under the lock of the data folder.
  // `sync_failed` is told of a SyncFailed before it is thrown: the process is to stop, and who asked for the blob
  // may not know.
  BlobStore(FileSystem& files, std::string folder, std::uint64_t size_max,
            std::function<void(std::string_view why)> sync_failed = {});

  // Bytes as they come, by one task; kept by finish(), otherwise gone with the upload.
  class Upload {
   public:
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;
    void append(std::string_view bytes);  // throws BlobTooLarge
    // The content is durable under its digest, whether it was there before or not. At most once.
    Blob finish();

   private:
    friend class BlobStore;
    Upload(BlobStore& store, std::string path);

    BlobStore& store_;
    std::string path_;
    std::unique_ptr<FileWriter> writer_;  // null once it is finished
    security::Sha256 digest_;
    std::uint64_t size_ = 0;
  };
  [[nodiscard]] Upload upload();
  Blob put(std::string_view content);  // the same in one step

  [[nodiscard]] bool exists(const security::Digest256& digest) const;
  [[nodiscard]] std::unique_ptr<FileReader> open(
      const security::Digest256& digest) const;  // or null
  // Reads all of it again; nullopt: absent. False: the disk has spoilt it.
  [[nodiscard]] std::optional<bool> intact(const security::Digest256& digest) const;
  bool remove(const security::Digest256& digest);  // false: absent
  // Where the bytes are, for a server that sends files by itself.
  [[nodiscard]] std::string path_of(const security::Digest256& digest) const;

 private:
  // What `action` does to files.
  template <class Action>
  auto on_disk(Action&& action);

  FileSystem& files_;
  std::string folder_;
  std::uint64_t size_max_;
  std::function<void(std::string_view)> sync_failed_;
  std::atomic<std::uint64_t> uploads_ = 0;
};

}  // namespace madang::storage
