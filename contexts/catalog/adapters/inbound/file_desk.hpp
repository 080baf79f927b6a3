#pragma once
// Where other contexts get the catalog's files, piece by piece.
#include "chassis/storage/blobs.hpp"
#include "contracts/grpc/catalog_api_v1.hpp"

namespace madang::catalog {

// Any task.
class FileDesk final : public api_v1::FileDesk {
 public:
  explicit FileDesk(const storage::BlobStore& files) : files_{files} {}
  // Throws Corrupt for what is no digest.
  api_v1::ReadFileResponse read_file(const api_v1::ReadFileRequest&, const api_v1::Call&) override;

 private:
  const storage::BlobStore& files_;
};

}  // namespace madang::catalog
