#pragma once
// The catalog's files where the catalog is in another process.
#include <memory>

#include "chassis/runtime/runtime.hpp"
#include "chassis/security/sha256.hpp"
#include "chassis/storage/files.hpp"
#include "contracts/grpc/catalog_api_v1.hpp"

namespace madang::rental {

// Any task.
class FilesAtCatalog {
 public:
  FilesAtCatalog(catalog::api_v1::FileDesk& desk, runtime::Runtime& runtime)
      : desk_{desk}, runtime_{runtime} {}
  // Null: the catalog has no such file. It and the reader throw Unavailable.
  [[nodiscard]] std::unique_ptr<storage::FileReader> open(const security::Digest256&) const;

 private:
  catalog::api_v1::FileDesk& desk_;
  runtime::Runtime& runtime_;
};

}  // namespace madang::rental
