#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "chassis/security/sha1.hpp"
#include "chassis/security/sha256.hpp"
#include "chassis/storage/temporary_folder.hpp"
#include "identity/adapters/outbound/breached_passwords_file.hpp"

namespace madang::identity {
namespace {

std::string digest_of(std::string_view password) {
  auto digest = security::hex(security::as_text(security::sha1(password)));
  std::ranges::transform(digest, digest.begin(), [](unsigned char c) { return std::toupper(c); });
  return digest;
}
std::string stolen(int number) { return "stolen password " + std::to_string(number); }
std::vector<std::string> digests_of_stolen(int count) {
  std::vector<std::string> digests;
  digests.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) digests.push_back(digest_of(stolen(i)));
  std::ranges::sort(digests);
  return digests;
}
std::string file_of(const std::vector<std::string>& digests, std::string_view ending) {
  std::string text;
  for (const auto& digest : digests) text.append(digest).append(ending);
  return text;
}

struct WhatWasTold final : chassis::Log {
  int lines = 0;
  void warn(std::string_view, std::initializer_list<Field>) override { ++lines; }
};

struct LookingUpStolenPasswords : ::testing::Test {
  storage::TemporaryFolder folder;
  storage::RealFileSystem files;
  WhatWasTold log;
  const std::string path = folder.path() + "/stolen";

  void write(std::string_view text) {
    std::ofstream{path + ".new", std::ios::binary} << text;
    std::filesystem::rename(path + ".new", path);
  }
  BreachedPasswordsFile opened() { return {files, path, log}; }
  std::string refusal() {
    try {
      opened();
    } catch (const chassis::Corrupt& why) {
      return why.what();
    }
    return {};
  }
};

TEST_F(LookingUpStolenPasswords, FindsEachOfAFileOfAnySizeAndNoOther) {
  for (const int count : {1, 2, 3, 10, 1000}) {
    write(file_of(digests_of_stolen(count), ":17\r\n"));
    auto list = opened();
    for (int i = 0; i < count; ++i) EXPECT_TRUE(list.has(stolen(i))) << count << ": " << i;
    for (int i = count; i < count + 100; ++i) EXPECT_FALSE(list.has(stolen(i))) << count;
  }
  EXPECT_EQ(log.lines, 0);
}
TEST_F(LookingUpStolenPasswords, ReadsLinesWithAndWithoutCountsInEitherCaseAndAnOpenEnd) {
  const auto digests = digests_of_stolen(20);
  auto small = file_of(digests, "\n");
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return std::tolower(c); });
  auto uneven = file_of(digests, ":1234567890123\n");
  uneven += "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
  for (const auto& text : {small, uneven}) {
    write(text);
    auto list = opened();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(list.has(stolen(i)));
    EXPECT_FALSE(list.has(stolen(20)));
  }
}
TEST_F(LookingUpStolenPasswords, SeesTheFileThatTookItsPlace) {
  write(file_of(digests_of_stolen(3), "\n"));
  auto list = opened();
  EXPECT_FALSE(list.has(stolen(3)));
  write(file_of(digests_of_stolen(4), "\n"));
  EXPECT_TRUE(list.has(stolen(3)));
}
TEST_F(LookingUpStolenPasswords, TakesNoneUnseenWhileTheFileIsGoneOrBroken) {
  const auto whole = file_of(digests_of_stolen(300), "\n");
  write(whole);
  auto list = opened();
  std::filesystem::remove(path);
  EXPECT_THROW(static_cast<void>(list.has(stolen(1))), chassis::Unavailable);
  write("");
  EXPECT_THROW(static_cast<void>(list.has(stolen(1))), chassis::Unavailable);
  auto backwards = digests_of_stolen(300);
  std::ranges::reverse(backwards);
  write(file_of(backwards, "\n"));
  int noticed = 0;
  for (int i = 0; i < 300; ++i) try {
      static_cast<void>(list.has(stolen(i)));
    } catch (const chassis::Unavailable&) {
      ++noticed;
    }
  EXPECT_GT(noticed, 290);
  EXPECT_EQ(log.lines, 2 + noticed);
  write(whole);
  EXPECT_TRUE(list.has(stolen(1)));
}
TEST_F(LookingUpStolenPasswords, IsNotBegunWithAFileThatIsNone) {
  EXPECT_NE(refusal().find("no such file"), std::string::npos) << refusal();
  write("");
  EXPECT_NE(refusal().find("empty"), std::string::npos) << refusal();
  write("correct horse battery\nstaple\n");
  EXPECT_NE(refusal().find("no SHA-1, at byte 0"), std::string::npos) << refusal();
  write(std::string(40, 'A') + "B\n");
  EXPECT_NE(refusal().find("no SHA-1"), std::string::npos) << refusal();
  write(std::string(40, 'A') + ":" + std::string(200, '1') + "\n");
  EXPECT_NE(refusal().find("too long"), std::string::npos) << refusal();
  auto digests = digests_of_stolen(3);
  std::swap(digests[1], digests[2]);
  write(file_of(digests, ":1\n"));
  EXPECT_NE(refusal().find("not in order"), std::string::npos) << refusal();
  std::ranges::sort(digests);
  digests[1] = digests[0];
  write(file_of(digests, ":1\n"));
  EXPECT_NE(refusal().find("not in order"), std::string::npos) << refusal();
  write(file_of(digests_of_stolen(3), ":1\n"));
  EXPECT_EQ(refusal(), "");
}
TEST_F(LookingUpStolenPasswords, FindsNothingWithoutAFile) {
  EXPECT_FALSE((BreachedPasswordsFile{files, "", log}.has(stolen(1))));
}

// A file of 2^30 lines, forty-five gigabytes, of which each is made when it is read: the one on whose first
// bits `password` falls has its digest, any other only such bits.
struct HugeFile final : storage::FileReader {
  static constexpr std::uint64_t lines = std::uint64_t{1} << 30, bytes_of_line = 42;
  explicit HugeFile(int& count) : reads{count} {}
  int& reads;
  const std::string known = digest_of("stolen from elsewhere");

  std::uint64_t size() override { return lines * bytes_of_line; }
  bool readable_by_others() override { return true; }
  std::string line(std::uint64_t number) const {
    std::string hex(8, '0');
    for (int digit = 0; digit < 8; ++digit)
      hex[static_cast<std::size_t>(7 - digit)] =
          "0123456789ABCDEF"[(number << 2) >> (4 * digit) & 15U];
    const bool is_it = std::stoull(known.substr(0, 8), nullptr, 16) >> 2 == number;
    return (is_it ? known : hex + std::string(32, '0')) + ":\n";
  }
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) override {
    ++reads;
    std::size_t done = 0;
    for (; done < into.size() && offset + done < size(); ++done)
      into[done] = static_cast<std::byte>(
          line((offset + done) / bytes_of_line)[(offset + done) % bytes_of_line]);
    return done;
  }
};
struct HugeFiles final : storage::FileSystem {
  int reads = 0;
  std::unique_ptr<storage::FileReader> open(const std::string&) override {
    return std::make_unique<HugeFile>(reads);
  }
  void create_folder(const std::string&) override {}
  void sync_folder(const std::string&) override {}
  std::vector<std::string> list(const std::string&) override { return {}; }
  bool exists(const std::string&) override { return true; }
  std::unique_ptr<storage::FileWriter> create(const std::string&) override { return nullptr; }
  void rename(const std::string&, const std::string&) override {}
  bool remove(const std::string&) override { return false; }
  bool is_folder(const std::string&) override { return false; }
  void remove_all(const std::string&) override {}
  void exchange(const std::string&, const std::string&) override {}
  std::unique_ptr<storage::FileLock> lock(const std::string&) override { return nullptr; }
};

TEST_F(LookingUpStolenPasswords, ReadsLittleOfAFileOfFortyGigabytes) {
  HugeFiles huge;
  BreachedPasswordsFile list{huge, "huge", log};
  EXPECT_LE(huge.reads, 501);
  huge.reads = 0;
  EXPECT_TRUE(list.has("stolen from elsewhere"));
  EXPECT_LE(huge.reads, 40);
  huge.reads = 0;
  EXPECT_FALSE(list.has("never seen anywhere"));
  EXPECT_LE(huge.reads, 40);
}

}  // namespace
}  // namespace madang::identity
