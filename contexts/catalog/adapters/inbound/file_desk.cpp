#include "catalog/adapters/inbound/file_desk.hpp"

#include <algorithm>

#include "chassis/ports/failures.hpp"

namespace madang::catalog {
namespace {

constexpr std::uint32_t piece_max = 1024 * 1024;

}  // namespace

api_v1::ReadFileResponse FileDesk::read_file(const api_v1::ReadFileRequest& asked,
                                             const api_v1::Call&) {
  const auto digest = security::parse_digest(asked.sha256);
  if (!digest) throw chassis::Corrupt{"not a digest: " + asked.sha256};
  const auto file = files_.open(*digest);
  if (!file) return {api_v1::NoSuchFile{}};
  std::string bytes(std::min(asked.length, piece_max), '\0');
  bytes.resize(file->read(asked.offset, std::as_writable_bytes(std::span{bytes})));
  return {api_v1::FilePiece{std::move(bytes), file->size()}};
}

}  // namespace madang::catalog
