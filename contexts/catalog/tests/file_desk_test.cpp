#include "catalog/adapters/inbound/file_desk.hpp"

#include <gtest/gtest.h>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::catalog {
namespace {

class TheFileDesk : public ::testing::Test {
 protected:
  [[nodiscard]] api_v1::ReadFileResponse read(const std::string& sha256, std::uint64_t offset,
                                              std::uint32_t length) {
    return desk.read_file({sha256, offset, length}, kernel::Instant{});
  }
  static std::string digest_text(const security::Digest256& digest) {
    return security::hex(security::as_text(digest));
  }

  storage::TemporaryFolder folder;
  storage::RealFileSystem files;
  storage::BlobStore blobs{files, folder / "files", 100'000'000};
  FileDesk desk{blobs};
};

TEST_F(TheFileDesk, GivesPiecesOfAFileAndItsSize) {
  const auto book = digest_text(blobs.put("Once upon a time.").digest);
  EXPECT_EQ(read(book, 5, 4).result,
            (decltype(api_v1::ReadFileResponse::result){api_v1::FilePiece{"upon", 17}}));
  EXPECT_EQ(std::get<api_v1::FilePiece>(read(book, 10, 100).result).bytes, "a time.");
  EXPECT_EQ(std::get<api_v1::FilePiece>(read(book, 17, 100).result).bytes, "");
  EXPECT_EQ(std::get<api_v1::FilePiece>(read(book, 0, 0).result).file_size, 17U);
}

TEST_F(TheFileDesk, GivesNoMoreAtOnceThanTheContractSays) {
  const auto book = digest_text(blobs.put(std::string(2'000'000, 'x')).digest);
  EXPECT_EQ(std::get<api_v1::FilePiece>(read(book, 0, UINT32_MAX).result).bytes.size(), 1U << 20U);
}

TEST_F(TheFileDesk, SaysWhenThereIsNoSuchFile) {
  const auto of_none = digest_text(security::sha256("never uploaded"));
  EXPECT_TRUE(std::holds_alternative<api_v1::NoSuchFile>(read(of_none, 0, 1).result));
  EXPECT_THROW(static_cast<void>(read("../../identity/keys.db", 0, 1)), chassis::Corrupt);
}

}  // namespace
}  // namespace madang::catalog
