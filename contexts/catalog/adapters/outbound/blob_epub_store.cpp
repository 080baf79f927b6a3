#include "catalog/adapters/outbound/blob_epub_store.hpp"

#include "catalog/adapters/outbound/epub.hpp"
#include "chassis/ports/failures.hpp"

namespace madang::catalog {
namespace {

class IncomingBlob final : public EpubStore::Incoming {
 public:
  explicit IncomingBlob(storage::BlobStore& blobs) : blobs_{blobs}, upload_{blobs.upload()} {}
  void append(std::string_view bytes) override { upload_.append(bytes); }

  // The check needs a whole file, so the blob is there first; one that fails it is nobody's yet.
  std::variant<EpubFile, because::not_an_epub> finish() override {
    const auto blob = upload_.finish();
    const auto file = blobs_.open(blob.digest);
    if (!file) throw chassis::Unavailable{"an upload is gone before it was looked at"};
    if (auto why = why_no_epub(*file)) {
      blobs_.remove(blob.digest);
      return because::not_an_epub{std::move(*why)};
    }
    return EpubFile{security::hex(security::as_text(blob.digest)),
                    static_cast<std::int64_t>(blob.size)};
  }

 private:
  storage::BlobStore& blobs_;
  storage::BlobStore::Upload upload_;
};

}  // namespace

std::unique_ptr<EpubStore::Incoming> BlobEpubStore::receive() {
  return std::make_unique<IncomingBlob>(blobs_);
}

}  // namespace madang::catalog
