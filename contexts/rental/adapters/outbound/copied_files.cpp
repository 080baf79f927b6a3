#include "rental/adapters/outbound/copied_files.hpp"

#include <array>

#include "chassis/ports/failures.hpp"

namespace madang::rental {

namespace {

constexpr std::size_t piece_size = 64 * 1024;

storage::Blob copy(storage::FileReader& from, storage::BlobStore& to) {
  auto upload = to.upload();
  std::array<std::byte, piece_size> piece;
  for (std::uint64_t offset = 0;;) {
    const auto read = from.read(offset, piece);
    upload.append({reinterpret_cast<const char*>(piece.data()), read});
    if (read < piece.size()) return upload.finish();
    offset += read;
  }
}

}  // namespace

void CopiedFiles::fetch(const EditionId& edition, const std::string& sha256, std::int64_t size) {
  const auto digest = security::parse_digest(sha256);
  if (!digest) throw chassis::Corrupt{"not a digest: " + sha256};
  // Also when it is there: a process that died may have left it, and the next power failure would take it.
  const auto file = open_at_catalog_(*digest);
  if (!file) throw chassis::Corrupt{"the catalog lacks the file of edition " + edition.text()};
  const auto blob = copy(*file, own_);
  if (blob.digest == *digest && blob.size == static_cast<std::uint64_t>(size)) return;
  own_.remove(blob.digest);
  throw chassis::Corrupt{"the catalog's file is not as it said, of edition " + edition.text()};
}

}  // namespace madang::rental
