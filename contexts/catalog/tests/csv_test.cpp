#include "catalog/application/csv.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace madang::catalog {
namespace {

// Rows as "line[field][field]", faults as "line!why".
std::string read(const std::string& text, std::optional<std::size_t> fields = {},
                 CsvLimits limits = {}) {
  std::istringstream from{text};
  CsvReader reader{from, limits};
  if (fields) reader.expect_fields(*fields);
  std::string all;
  while (const auto next = reader.next()) {
    if (const auto* fault = std::get_if<CsvFault>(&*next)) {
      all += std::to_string(fault->line) + "!" + fault->why + ";";
      continue;
    }
    const auto& row = std::get<CsvRow>(*next);
    all += std::to_string(row.line);
    for (const auto& field : row.fields) all += "[" + field + "]";
    all += ";";
  }
  return all;
}

TEST(AList, IsReadAsItsRowsAndFields) {
  EXPECT_EQ(read("a,b\n1,2\n"), "1[a][b];2[1][2];");
  EXPECT_EQ(read("a,b\r\n1,2"), "1[a][b];2[1][2];");
  EXPECT_EQ(read("a,,\n,"), "1[a][][];2[][];");
  EXPECT_EQ(read("\xEF\xBB\xBFid\n"), "1[id];");
  EXPECT_EQ(read("a\n\n\r\nb\n"), "1[a];4[b];");
  EXPECT_EQ(read(""), "");
}
TEST(AList, MayHaveQuotesCommasAndLineFeedsWithinQuotes) {
  EXPECT_EQ(read("\"a,b\",\"say \"\"yes\"\"\",\"\"\n"), "1[a,b][say \"yes\"][];");
  EXPECT_EQ(read("\"two\nlines\",x\nnext,y\n"), "1[two\nlines][x];3[next][y];");
  EXPECT_EQ(read("\"two\r\nlines\"\r\nnext"), "1[two\r\nlines];3[next];");
}
TEST(ARowThatIsNotWellFormed, IsToldWithItsLineAndTheNextIsRead) {
  EXPECT_EQ(read("a\"b,c\nd,e\n"),
            "1!a quote stands in a field that does not begin with one;2[d][e];");
  EXPECT_EQ(read("\"a\"b,c\nd,e\n"), "1!something follows the closing quote of a field;2[d][e];");
  EXPECT_EQ(read("x,y\n1,\"open\n2,3\n"), "1[x][y];2!a quote is opened and never closed;");
  EXPECT_EQ(read("a\rb\nc\n"), "1!a carriage return stands alone;2[c];");
  EXPECT_EQ(read("a,b\n1\n1,2,3\n1,2\n", 2),
            "1[a][b];2!there are 1 fields instead of 2;"
            "3!there are 3 fields instead of 2;4[1][2];");
}
TEST(ARowThatIsNotUtf8, IsRefusedAlone) {
  EXPECT_EQ(read("\xC3\x28\n\xED\x95\x9C\n"), "1!it is not UTF-8;2[\xED\x95\x9C];");
  for (const auto* wrong : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xE2\x82"})
    EXPECT_FALSE(is_utf8(wrong));
  for (const auto* right : {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xEF\xBF\xBD", "\xF0\x9F\x93\x9A",
                            "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(right));
}
TEST(AQuoteThatNobodyCloses, CostsNoMoreThanAFieldMayHold) {
  const CsvLimits limits{8, 4};
  EXPECT_EQ(read("\"12345678\"\n", {}, limits), "1[12345678];");
  EXPECT_EQ(
      read("\"123456789 and more\nstill\",lost\nnext\n", {}, limits),
      "1!a field is longer than 8 bytes;2!a quote stands in a field that does not begin with one;3[next];");
  EXPECT_EQ(read("1,2,3,4,5\n1,2,3,4\n", {}, limits),
            "1!there are more than 4 fields;2[1][2][3][4];");
}

}  // namespace
}  // namespace madang::catalog
