#include "chassis/security/secrets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/simulator.hpp"
#include "chassis/security/base64url.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::security {
namespace {

using chassis::Corrupt;

class Secret : public ::testing::Test {
 protected:
  static mode_t mode_of(const std::string& path) {
    struct stat about{};
    EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
    return about.st_mode & 0777U;
  }

  storage::TemporaryFolder data;
  storage::RealFileSystem files;
  runtime::Simulator simulator{1};
  runtime::Runtime& runtime = simulator.process("shop");
};

TEST_F(Secret, IsMadeOnceAndReadByTheShopAlone) {
  SecretFolder folder{files, data / "secrets"};
  EXPECT_FALSE(folder.read("master.key"));
  const auto key = key_of(folder, runtime, "master.key");
  EXPECT_EQ(key.size(), key_size);
  EXPECT_EQ(mode_of(data / "secrets"), 0700U);
  EXPECT_EQ(mode_of(data / "secrets/master.key"), 0600U);
  SecretFolder again{files, data / "secrets"};
  EXPECT_EQ(key_of(again, runtime, "master.key"), key);
  EXPECT_NE(key_of(again, runtime, "other.key"), key);
}

TEST_F(Secret, IsRefusedWhenOthersCouldReadIt) {
  SecretFolder folder{files, data / "secrets"};
  folder.write("master.key", "text");
  ::chmod((data / "secrets/master.key").c_str(), 0640);
  EXPECT_THROW(folder.read("master.key"), Corrupt);
}

TEST_F(Secret, MayBeKeptElsewhereAndIsNeverMadeThere) {
  files.write_durably(data / "mounted", base64url(std::string(key_size, 'k')) + "\n");
  ::chmod((data / "mounted").c_str(), 0644);
  SecretFolder folder{
      files, data / "secrets", {{"master.key", data / "mounted"}, {"gone.key", data / "gone"}}};
  EXPECT_EQ(key_of(folder, runtime, "master.key"), std::string(key_size, 'k'));
  EXPECT_THROW(folder.write("master.key", "x"), Corrupt);
  EXPECT_THROW(key_of(folder, runtime, "gone.key"), Corrupt);
  EXPECT_FALSE(files.exists(data / "gone"));
}

TEST_F(Secret, IsNotAKeyOfAnotherLength) {
  SecretsInMemory secrets;
  for (const auto& wrong :
       std::vector<std::string>{"", base64url(std::string(31, 'k')),
                                base64url(std::string(32, 'k')) + " ", std::string(43, '*')}) {
    secrets.write("key", wrong);
    EXPECT_THROW(key_of(secrets, runtime, "key"), Corrupt) << wrong;
  }
}

TEST_F(Secret, ThatRotatesIsHonouredOneTurnLonger) {
  SecretsInMemory secrets;
  RotatingKey key{secrets, runtime, "links"};
  const auto first = key.current();
  EXPECT_EQ(key.all(), std::vector{first});
  key.rotate();
  const auto second = key.current();
  EXPECT_NE(second, first);
  EXPECT_EQ(key.all(), (std::vector{second, first}));
  EXPECT_EQ(RotatingKey(secrets, runtime, "links").all(), key.all());
  key.rotate();
  EXPECT_EQ(key.all(), (std::vector{key.current(), second}));
  secrets.write("links", *secrets.read("links") + "x\n");
  EXPECT_THROW(RotatingKey(secrets, runtime, "links"), Corrupt);
}

TEST_F(Secret, ThatAnotherProcessMakesIsWaitedForAndNeverMade) {
  SecretsInMemory shared;
  SecretsOfAnother seen{shared};
  EXPECT_THROW(key_of(seen, runtime, "key"), chassis::Unavailable);
  EXPECT_THROW(RotatingKey(seen, runtime, "links", TurnedBy::another), chassis::Unavailable);
  EXPECT_FALSE(shared.read("links"));
  const auto key = key_of(shared, runtime, "key");
  EXPECT_EQ(key_of(seen, runtime, "key"), key);
}

TEST_F(Secret, ThatAnotherProcessTurnsIsKnownByItsFirstSignature) {
  SecretsInMemory shared;
  SecretsOfAnother seen{shared};
  RotatingKey owners{shared, runtime, "links"};
  const RotatingKey key{seen, runtime, "links", TurnedBy::another};
  const auto is_newest = [&](const std::string& it) { return it == owners.current(); };
  owners.rotate();
  EXPECT_TRUE(key.any_of(is_newest));
  EXPECT_EQ(key.current(), owners.current());
  owners.rotate();
  EXPECT_FALSE(key.any_of(is_newest)) << "it looks once a second at most";
  simulator.sleep(Staleness::at_most_every);
  EXPECT_TRUE(key.any_of(is_newest));
  owners.rotate();
  key.read_anew();
  EXPECT_EQ(key.current(), owners.current()) << "which it signs with from now on";
}

}  // namespace
}  // namespace madang::security
