#include "chassis/storage/blobs.hpp"

#include <span>
#include <utility>
#include <vector>

#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/sync_failed.hpp"

namespace madang::storage {

template <class Action>
auto BlobStore::on_disk(Action&& action) {
  try {
    return action();
  } catch (const SyncFailed& failure) {
    if (sync_failed_) sync_failed_(failure.what());
    throw;
  }
}

BlobStore::BlobStore(FileSystem& files, std::string folder, std::uint64_t size_max,
                     std::function<void(std::string_view)> sync_failed)
    : files_{files},
      folder_{std::move(folder)},
      size_max_{size_max},
      sync_failed_{std::move(sync_failed)} {
  const auto incoming = folder_ + "/incoming";
  files_.create_folder(incoming);
  for (const auto& left : files_.list(incoming)) files_.remove(incoming + "/" + left);
}

BlobStore::Upload::Upload(BlobStore& store, std::string path)
    : store_{store},
      path_{std::move(path)},
      writer_{store_.on_disk([&] { return store_.files_.create(path_); })} {}

BlobStore::Upload::~Upload() {
  if (!writer_) return;
  writer_.reset();
  try {
    store_.on_disk([&] { return store_.files_.remove(path_); });
  } catch (const std::exception&) {  // the next start removes it
  } catch (const runtime::Stopped&) {
  }
}

void BlobStore::Upload::append(std::string_view bytes) {
  if (bytes.size() > store_.size_max_ - size_)
    throw BlobTooLarge{"more than " + std::to_string(store_.size_max_) + " bytes"};
  writer_->append(bytes);
  digest_.update(bytes);
  size_ += bytes.size();
}

Blob BlobStore::Upload::finish() {
  const Blob blob{digest_.finish(), size_};
  const auto path = store_.path_of(blob.digest);
  store_.on_disk([&] {
    writer_->finish();
    store_.files_.create_folder(path.substr(0, path.rfind('/')));
    store_.files_.sync_folder(store_.folder_);  // it may be there by a process that died unsynced
    // Over one that is there already, too: it might have been spoilt.
    store_.files_.rename(path_, path);
  });
  writer_.reset();
  return blob;
}

BlobStore::Upload BlobStore::upload() {
  return {*this, folder_ + "/incoming/" + std::to_string(++uploads_)};
}

Blob BlobStore::put(std::string_view content) {
  auto whole = upload();
  whole.append(content);
  return whole.finish();
}

bool BlobStore::exists(const security::Digest256& digest) const {
  return files_.exists(path_of(digest));
}

std::unique_ptr<FileReader> BlobStore::open(const security::Digest256& digest) const {
  return files_.open(path_of(digest));
}

std::optional<bool> BlobStore::intact(const security::Digest256& digest) const {
  const auto reader = open(digest);
  if (!reader) return std::nullopt;
  security::Sha256 found;
  std::vector<char> part(1 << 16);
  for (std::uint64_t done = 0;;) {
    const auto got = reader->read(done, std::as_writable_bytes(std::span{part}));
    if (got == 0) break;
    found.update({part.data(), got});
    done += got;
  }
  return found.finish() == digest;
}

bool BlobStore::remove(const security::Digest256& digest) {
  return on_disk([&] { return files_.remove(path_of(digest)); });
}

std::string BlobStore::path_of(const security::Digest256& digest) const {
  const auto name = security::hex(security::as_text(digest));
  return folder_ + "/" + name.substr(0, 2) + "/" + name.substr(2);
}

}  // namespace madang::storage
