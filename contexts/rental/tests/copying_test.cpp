// The catalog's files from another process.
#include <gtest/gtest.h>

#include "chassis/ports/failures.hpp"
#include "chassis/ports/ids.hpp"
#include "chassis/testing/town.hpp"
#include "rental/adapters/outbound/copied_files.hpp"
#include "rental/adapters/outbound/files_at_catalog.hpp"

namespace madang::rental {
namespace {

namespace api = catalog::api_v1;

// Gives less at once than it is asked for, and is away from some call on.
struct CatalogElsewhere final : api::FileDesk {
  explicit CatalogElsewhere(std::string file) : content{std::move(file)} {}
  api::ReadFileResponse read_file(const api::ReadFileRequest& asked, const api::Call&) override {
    if (calls_left-- == 0) throw chassis::Unavailable{"nothing came"};
    if (asked.sha256 != security::hex(security::as_text(security::sha256(content))))
      return {api::NoSuchFile{}};
    const auto length = std::min<std::uint32_t>(asked.length, piece_max);
    const auto offset = std::min<std::uint64_t>(asked.offset, content.size());
    return {api::FilePiece{content.substr(offset, length), content.size()}};
  }

  const std::string content;
  std::uint32_t piece_max = 1000;
  int calls_left = -1;
};

struct CopyingAFileFromAnotherProcess : ::testing::Test {
  testing::Town town;
  std::unique_ptr<storage::BlobStore> own;

  CopyingAFileFromAnotherProcess() {
    town.run([&] {
      own = std::make_unique<storage::BlobStore>(town.storage.files(), "town/r", 1'000'000);
    });
  }
  void fetch(CatalogElsewhere& catalog, const security::Digest256& digest) {
    const FilesAtCatalog there{catalog, town.process()};
    CopiedFiles files{*own, [&](const security::Digest256& it) { return there.open(it); }};
    town.run([&] {
      files.fetch(chassis::derived_id<EditionId>({"edition"}),
                  security::hex(security::as_text(digest)),
                  static_cast<std::int64_t>(catalog.content.size()));
    });
  }
};

TEST_F(CopyingAFileFromAnotherProcess, IsWholeHoweverLittleComesAtOnce) {
  for (const std::size_t size : {0UL, 1UL, 1000UL, 65'536UL, 200'001UL}) {
    CatalogElsewhere catalog{std::string(size, 'x')};
    const auto digest = security::sha256(catalog.content);
    fetch(catalog, digest);
    EXPECT_EQ(town.run([&] { return own->intact(digest); }), true) << size;
  }
}

TEST_F(CopyingAFileFromAnotherProcess, KeepsNothingWhenNothingComesAnyMoreInTheMiddle) {
  CatalogElsewhere catalog{std::string(200'001, 'x')};
  catalog.calls_left = 50;
  const auto digest = security::sha256(catalog.content);
  EXPECT_THROW(fetch(catalog, digest), chassis::Unavailable);
  EXPECT_FALSE(town.run([&] { return own->exists(digest); }));
  catalog.calls_left = -1;
  fetch(catalog, digest);
  EXPECT_EQ(town.run([&] { return own->intact(digest); }), true);
}

TEST_F(CopyingAFileFromAnotherProcess, IsDamageWhenTheCatalogLacksIt) {
  CatalogElsewhere catalog{"a book"};
  EXPECT_THROW(fetch(catalog, security::sha256("another book")), chassis::Corrupt);
}

}  // namespace
}  // namespace madang::rental
