#include "chassis/json/json.hpp"

#include "chassis/ports/failures.hpp"
#include <gtest/gtest.h>

namespace madang::chassis {
namespace {

TEST(ReadingJsonFromOutside, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  EXPECT_TRUE(JsonDocument::from_outside(R"({"a":{"b":1},"b":{"b":2}})"));
  for (const auto* wrong : {R"({"a":1,"a":2})", R"([{"x":{"a":1,"\u0061":2}}])", R"({"a":1} {})",
                            "", "[1", "{a:1}", "\"\xff\"", "01", "[1e3807]", "-1e309"})
    EXPECT_FALSE(JsonDocument::from_outside(wrong)) << wrong;
}
TEST(ReadingJsonFromOutside, RefusesWhatIsNestedTooDeeply) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(JsonDocument::from_outside(nested(32)));
  EXPECT_FALSE(JsonDocument::from_outside(nested(33)));
  EXPECT_FALSE(JsonDocument::from_outside(nested(100'000)));
}
TEST(ReadingJson, ThrowsCorruptWhenAskedForWhatIsNotThere) {
  const auto document = JsonDocument::stored(R"({"number":1,"text":"a"})");
  const auto root = document.root();
  EXPECT_EQ(root["number"].integer(), 1);
  EXPECT_EQ(root["text"].text(), "a");
  EXPECT_THROW(static_cast<void>(root["number"].text()), Corrupt);
  EXPECT_THROW(static_cast<void>(root["absent"]), Corrupt);
  EXPECT_THROW(static_cast<void>(root.integer()), Corrupt);
  EXPECT_THROW(static_cast<void>(JsonDocument::stored("{")), Corrupt);
}
TEST(WritingJson, EscapesAndSeparates) {
  std::string json;
  JsonWriter to{json};
  to.begin_object();
  to.member("a\"b");
  to.begin_array();
  to.text("line\nend\x01\\");
  to.integer(-7);
  to.null();
  to.begin_object();
  to.end_object();
  to.end_array();
  to.boolean("c", true);
  to.end_object();
  EXPECT_EQ(json, R"({"a\"b":["line\nend\u0001\\",-7,null,{}],"c":true})");
  EXPECT_EQ(JsonDocument::stored(json).root().json(), json);
}
TEST(AnUpcaster, ChangesMembersOfTheStoredForm) {
  auto document = JsonDocument::stored(R"({"old":1,"gone":2})");
  document.rename("old", "new");
  document.remove("gone");
  document.set("more", R"({"x":[1]})");
  EXPECT_EQ(document.root().json(), R"({"new":1,"more":{"x":[1]}})");
}
TEST(Base64, ReadsWhatItWroteAndNothingElse) {
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");  // RFC 4648 section 10
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  for (const std::string bytes : {"", "f", "fo", "foo", "\xff\x00\x80"})
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  for (const auto* wrong : {"Zg", "Zg=", "Z===", "Zm9=Zm9v", "Zm9*", "===="})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace madang::chassis
