#include "rental/adapters/outbound/files_at_catalog.hpp"

#include <algorithm>
#include <optional>

#include "chassis/ports/failures.hpp"

namespace madang::rental {
namespace {

namespace api = catalog::api_v1;

constexpr auto piece_within = std::chrono::seconds{10};
constexpr std::uint64_t piece_max = 1024 * 1024;  // as the contract has it

class FileThere final : public storage::FileReader {
 public:
  FileThere(api::FileDesk& desk, runtime::Runtime& runtime, std::string sha256)
      : desk_{desk}, runtime_{runtime}, sha256_{std::move(sha256)} {}

  // Nothing: the catalog has no such file.
  std::optional<api::FilePiece> piece(std::uint64_t offset, std::uint64_t length) {
    const auto until = std::chrono::floor<std::chrono::milliseconds>(runtime_.now() + piece_within);
    const auto wanted = static_cast<std::uint32_t>(std::min(length, piece_max));
    auto answer = desk_.read_file({sha256_, offset, wanted}, until);
    if (auto* found = std::get_if<api::FilePiece>(&answer.result)) return std::move(*found);
    return std::nullopt;
  }

  std::uint64_t size() override { return there(0, 0).file_size; }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override {
    auto rest = into;
    while (!rest.empty()) {
      const auto found = there(offset + (into.size() - rest.size()), rest.size()).bytes;
      if (found.empty()) break;
      const auto bytes = std::as_bytes(std::span{found}.first(std::min(found.size(), rest.size())));
      std::ranges::copy(bytes, rest.begin());
      rest = rest.subspan(bytes.size());
    }
    return into.size() - rest.size();
  }
  bool readable_by_others() override { return false; }

 private:
  api::FilePiece there(std::uint64_t offset, std::uint64_t length) {
    auto found = piece(offset, length);
    if (!found) throw chassis::Unavailable{"the catalog's file is gone while it is read"};
    return *std::move(found);
  }

  api::FileDesk& desk_;
  runtime::Runtime& runtime_;
  const std::string sha256_;
};

}  // namespace

std::unique_ptr<storage::FileReader> FilesAtCatalog::open(const security::Digest256& digest) const {
  auto file =
      std::make_unique<FileThere>(desk_, runtime_, security::hex(security::as_text(digest)));
  if (!file->piece(0, 0)) return nullptr;
  return file;
}

}  // namespace madang::rental
