#include "chassis/testing/golden.hpp"

#include "insight/insight.hpp"

namespace madang::insight {
namespace {

TEST(StoredForms, AreThoseThatWereShipped) {
  testing::expect_golden(*insight_context(), "contexts/insight/tests/golden_forms.txt");
}

}  // namespace
}  // namespace madang::insight
