#include "chassis/http/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace madang::http {
namespace {

using testing::ElementsAre;

TEST(ReadingATarget, DecodesPathAndQuery) {
  const auto target = parse_target("/shelf/a%20b?tag=%EC%B1%85&tag=two+words&empty=&bare&x=1=2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/shelf/a b");
  EXPECT_THAT(target->query.all("tag"), ElementsAre("책", "two words"));
  EXPECT_EQ(target->query.get("empty"), "");
  EXPECT_EQ(target->query.get("bare"), "");
  EXPECT_EQ(target->query.get("x"), "1=2");
  EXPECT_FALSE(target->query.get("none"));
}

TEST(ReadingATarget, LeavesAPlusInThePathAlone) { EXPECT_EQ(parse_target("/a+b")->path, "/a+b"); }

TEST(ReadingATarget, AllowsTheRootAndASlashAtTheEnd) {
  EXPECT_EQ(parse_target("/")->path, "/");
  EXPECT_EQ(parse_target("/a/")->path, "/a/");
}

class ATargetIsRefused : public testing::TestWithParam<std::string_view> {};

TEST_P(ATargetIsRefused, WhenItIsAmbiguousOrMalformed) { EXPECT_FALSE(parse_target(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Http, ATargetIsRefused,
                         testing::Values("", "a", "*", "http://shop/a", "//shop/a", "/a//b", "/.",
                                         "/..", "/a/../b", "/a/%2e%2e/b", "/%2E", "/a%2fb",
                                         "/a%5Cb", "/a%00", "/a%0d%0aSet-Cookie:x", "/a%7f", "/%",
                                         "/%4", "/%zz", "/a?b=%", "/a?b=%zz", "/a?%00", "/a b",
                                         "/a\tb", "/<a>", "/a\"", "/a#b", "/a\\b", "/{a}",
                                         "/%c0%af", "/%ed%a0%80", "/%ff", "/%f4%90%80%80",
                                         "/%e2%82", "/\xec\xb1\x85", "/a?b=%c3%28"));

TEST(Utf8, IsKnownFromWhatOnlyLooksLikeIt) {
  EXPECT_TRUE(is_utf8("plain, \xc3\xa9, \xec\xb1\x85, \xf0\x9f\x93\x9a"));
  for (const std::string_view text :
       {"\x80", "\xc3", "\xc1\x81", "\xe0\x9f\x80", "\xed\xa0\x80", "\xf0\x8f\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xec\xb1"})
    EXPECT_FALSE(is_utf8(text));
}

TEST(EncodingForATarget, IsUndoneByReading) {
  const std::string odd = "a b&c=d/e?f+g%책";
  const auto target = parse_target("/a?q=" + percent_encoded(odd));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query.get("q"), odd);
}

}  // namespace
}  // namespace madang::http
