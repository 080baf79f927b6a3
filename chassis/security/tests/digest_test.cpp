#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "chassis/security/base32.hpp"
#include "chassis/security/base64url.hpp"
#include "chassis/security/hmac.hpp"
#include "chassis/security/sha256.hpp"

namespace madang::security {
namespace {

std::string hex_of(const Digest256& digest) { return hex(as_text(digest)); }

TEST(Sha256, GivesTheStandardsAnswers) {  // FIPS 180-4, examples
  EXPECT_EQ(hex_of(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

RC_GTEST_PROP(Sha256, IsTheSameInPiecesAndAtOnce, (const std::string& a, const std::string& b)) {
  Sha256 stream;
  stream.update(a);
  stream.update(b);
  RC_ASSERT(stream.finish() == sha256(a + b));
  stream.update(b);
  RC_ASSERT(stream.finish() == sha256(b));
}

TEST(Hmac, GivesTheStandardsAnswers) {  // RFC 4231, cases 1, 2 and 6
  EXPECT_EQ(hex_of(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex_of(hmac_sha256(std::string(131, '\xaa'),
                               "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, GivesTheStandardsAnswersBySha1) {  // RFC 2202, cases 1, 2 and 6
  const auto answer = [](const auto& key, std::string_view text) {
    return hex(as_text(hmac_sha1(key, text)));
  };
  EXPECT_EQ(answer(std::string(20, '\x0b'), "Hi There"),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(answer(std::string{"Jefe"}, "what do ya want for nothing?"),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(
      answer(std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
      "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST(Secrets, AreTheSameOnlyWhenEveryByteIs) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("book", "book"));
  EXPECT_FALSE(same_secret("book", "boot"));
  EXPECT_FALSE(same_secret("book", "cook"));
  EXPECT_FALSE(same_secret("book", "books"));
}

TEST(Base32, GivesTheStandardsAnswersWithoutPadding) {  // RFC 4648 section 10
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("fo"), "MZXQ");
  EXPECT_EQ(base32("foo"), "MZXW6");
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(Base64url, GivesTheStandardsAnswersWithoutPadding) {  // RFC 4648 section 10
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(Base64url, ReadsOnlyWhatItWouldWrite) {
  for (const auto* wrong :
       {"Zg==", "Zg=", "Z", "Zh", "Zm9", "Zm8\n", " Zm8", "+/8", "Zm9vZ", "é"}) {
    EXPECT_FALSE(parse_base64url(wrong)) << wrong;
  }
}

RC_GTEST_PROP(Base64url, ReadsBackWhatItWrote, (const std::string& bytes)) {
  RC_ASSERT(parse_base64url(base64url(bytes)) == bytes);
}

RC_GTEST_PROP(Base64url, HasOneTextPerValue, (const std::string& text)) {
  if (const auto bytes = parse_base64url(text)) RC_ASSERT(base64url(*bytes) == text);
}

TEST(ADigest, IsReadBackFromItsDigitsAndFromNothingElse) {
  const auto digest = sha256("abc");
  EXPECT_EQ(parse_digest(hex_of(digest)), digest);
  EXPECT_EQ(parse_digest(hex_of(digest).substr(1)), std::nullopt);
  EXPECT_EQ(parse_digest(hex_of(digest) + "0"), std::nullopt);
  EXPECT_EQ(parse_digest(std::string(63, '0') + "G"), std::nullopt);
  EXPECT_EQ(parse_digest(std::string(63, '0') + "A"), std::nullopt);  // one digest, one name
}

}  // namespace
}  // namespace madang::security
