#include "chassis/tls/certificate.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "chassis/storage/temporary_folder.hpp"
#include "chassis/tls/tests/made_certificate.hpp"

namespace madang::tls {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ACertificate : public testing::Test {
 protected:
  // The message of what it throws.
  template <class Function>
  static std::string why(Function function) {
    try {
      function();
    } catch (const CannotUse& fault) {
      return fault.what();
    }
    return "";
  }
  bool look() { return certificate.look(now += 1s); }

  storage::TemporaryFolder folder;
  const Files files{folder / "chain.pem", folder / "key.pem"};
  // The machine's time decides when those that are made here run out.
  runtime::Time now = std::chrono::time_point_cast<runtime::Duration>(
      std::chrono::file_clock::to_sys(fs::last_write_time(folder / ".")));
  Certificate certificate{(make_certificate(files), files), now};
};

TEST_F(ACertificate, SaysWhenItEnds) {
  EXPECT_GT(certificate.ends(), now + 89 * 24h);
  EXPECT_LT(certificate.ends(), now + 91 * 24h);
}

TEST_F(ACertificate, IsTakenOnceItsFilesAreOthersAndHaveSettled) {
  EXPECT_FALSE(look());
  const auto before = certificate.in_force();
  make_certificate(files, {.ends_in = 24h});
  EXPECT_FALSE(look());  // somebody may be writing yet
  EXPECT_TRUE(look());
  EXPECT_NE(certificate.in_force(), before);
  EXPECT_LT(certificate.ends(), now + 25h);
  EXPECT_FALSE(look());
}

TEST_F(ACertificate, IsTakenThroughALinkThatLeadsElsewhere) {
  const Files other{folder / "other_chain.pem", folder / "other_key.pem"};
  make_certificate(other);
  fs::rename(files.certificate, folder / "old");
  fs::create_symlink(other.certificate, files.certificate);
  fs::rename(files.key, folder / "old_key");
  fs::create_symlink(other.key, files.key);
  EXPECT_FALSE(look());
  EXPECT_TRUE(look());
}

TEST_F(ACertificate, StaysInForceWhenWhatReplacesItIsBroken) {
  const auto before = certificate.in_force();
  std::ofstream{files.certificate} << "-----BEGIN CERTIFICATE-----\nnothing\n";
  EXPECT_FALSE(look());
  EXPECT_NE(why([&] { look(); }).find(files.certificate), std::string::npos);
  EXPECT_EQ(why([&] { look(); }), "");  // said once
  certificate.ask();
  EXPECT_NE(why([&] { look(); }), "");
  EXPECT_EQ(certificate.in_force(), before);
}

TEST_F(ACertificate, StaysInForceWhileTheOtherHasAnotherKeyHasRunOutOrIsNotThere) {
  const auto before = certificate.in_force();
  const auto refused = [&] {
    look();
    return !why([&] { look(); }).empty();
  };
  make_certificate({files.certificate, folder / "another_key.pem"});
  EXPECT_TRUE(refused());
  make_certificate(files, {.ends_in = -1h});
  EXPECT_TRUE(refused());
  fs::remove(files.key);
  EXPECT_TRUE(refused());
  EXPECT_EQ(certificate.in_force(), before);
  make_certificate(files);
  EXPECT_FALSE(look());
  EXPECT_TRUE(look());
}

TEST_F(ACertificate, IsReadAnewEachDayForTheSakeOfItsTickets) {
  const auto before = certificate.in_force();
  now += 23h;
  EXPECT_FALSE(look());
  EXPECT_EQ(certificate.in_force(), before);
  now += 1h;
  EXPECT_FALSE(look());
  EXPECT_NE(certificate.in_force(), before);
}

TEST_F(ACertificate, IsNotUsedWithAKeyThatEverybodyCouldRead) {
  fs::permissions(files.key, fs::perms::others_read, fs::perm_options::add);
  EXPECT_NE(why([&] { Certificate(files, now); }).find("chmod o= "), std::string::npos);
}

TEST_F(ACertificate, IsTakenAtTheStartThoughItHasRunOut) {
  make_certificate(files, {.ends_in = -1h});
  EXPECT_LT(Certificate(files, now).ends(), now);
}

TEST_F(ACertificate, AsksNobodyForThePasswordOfItsKey) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  making::write_file(files.key, [&](FILE* file) {
    const unsigned char password[] = "secret";
    return PEM_write_PrivateKey(file, key.get(), EVP_aes_256_cbc(), password, 6, nullptr, nullptr);
  });
  EXPECT_NE(why([&] { Certificate(files, now); }).find(files.key), std::string::npos);
}

}  // namespace
}  // namespace madang::tls
