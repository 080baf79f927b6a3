#pragma once
// EPUBs in the catalog's own blob store, each checked before it is told of.
#include "catalog/application/ports/outbound/epub_store.hpp"
#include "chassis/storage/blobs.hpp"

namespace madang::catalog {

// Any task.
class BlobEpubStore final : public EpubStore {
 public:
  explicit BlobEpubStore(storage::BlobStore& blobs) : blobs_{blobs} {}
  std::unique_ptr<Incoming> receive() override;  // its append() throws storage::BlobTooLarge

 private:
  storage::BlobStore& blobs_;
};

}  // namespace madang::catalog
