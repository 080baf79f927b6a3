#pragma once
// Rental's own store of files, filled from the catalog's.
#include <functional>
#include <memory>

#include "chassis/storage/blobs.hpp"
#include "rental/application/ports/outbound/edition_files.hpp"

namespace madang::rental {

// Any task.
class CopiedFiles final : public EditionFiles {
 public:
  // Null: the catalog has no such file. Throws Unavailable.
  using OpenAtCatalog =
      std::function<std::unique_ptr<storage::FileReader>(const security::Digest256&)>;

  CopiedFiles(storage::BlobStore& own, OpenAtCatalog open_at_catalog)
      : own_{own}, open_at_catalog_{std::move(open_at_catalog)} {}
  void fetch(const EditionId&, const std::string& sha256, std::int64_t size) override;

 private:
  storage::BlobStore& own_;
  OpenAtCatalog open_at_catalog_;
};

}  // namespace madang::rental
