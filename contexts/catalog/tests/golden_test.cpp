#include "chassis/testing/golden.hpp"
#include "catalog/catalog.hpp"

namespace madang::catalog {

TEST(StoredForms, AreThoseThatWereShipped) {
  testing::expect_golden(*catalog_context(), "contexts/catalog/tests/golden_forms.txt");
}

}  // namespace madang::catalog
