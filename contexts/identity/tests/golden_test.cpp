#include "chassis/testing/golden.hpp"

#include "identity/identity.hpp"

namespace madang::identity {
namespace {

TEST(StoredForms, AreThoseThatWereShipped) {
  testing::expect_golden(*identity_context(), "contexts/identity/tests/golden_forms.txt");
}

}  // namespace
}  // namespace madang::identity
