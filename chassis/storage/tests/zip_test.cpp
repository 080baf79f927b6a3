#include "chassis/storage/zip.hpp"

#include <gtest/gtest.h>

namespace madang::storage {
namespace {

const std::vector<std::pair<std::string, std::string>> two{{"index.html", "<p>a</p>"},
                                                           {"b.json", std::string(5000, 'b')}};

TEST(AnArchive, HasItsEntriesInTheirOrderAndPacksThem) {
  const auto bytes = zip_of(two);
  EXPECT_EQ(bytes.substr(0, 4), std::string("PK\3\4", 4));
  EXPECT_LT(bytes.find("index.html"), bytes.find("b.json"));
  EXPECT_LT(bytes.size(), 1000U);
}
TEST(AnArchive, IsTheSameForTheSameEntries) { EXPECT_EQ(zip_of(two), zip_of(two)); }

}  // namespace
}  // namespace madang::storage
